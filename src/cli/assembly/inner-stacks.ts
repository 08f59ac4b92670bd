import * as path from 'node:path';
import { GATE_TYPES, ScopedCondition } from './assembly-gate';
import type { FileAsset } from './file-assets';
import { AssemblyStack, Given, ScopeFor, scopeOfNestedStack, scopeOfStack } from './scope';
import { Fields, fieldsOf, isFields } from './template-values';
import { show } from '../../core/text/show';
import { commandError } from '../errors';
import { parseJson, readText } from '../input/read-file';

/** A stack with its template. */
export interface StackTemplate {
  readonly directory: string;
  readonly fileAssets: readonly FileAsset[];
  readonly stack: AssemblyStack;
  readonly template: Fields;
  readonly scopeFor: ScopeFor;
  /** The conditions of the resources that contain this stack, from the outermost stack to this one. */
  readonly conditions: readonly ScopedCondition[];
}

/** A template of the assembly that is not JSON, although it declares repositories. */
export interface UnreadTemplate {
  readonly file: string;
  readonly stack: string;
}

/** A template that a resource refers to. */
interface Reference {
  readonly url: unknown;
  /** The text of the template, if the resource contains it. */
  readonly body?: unknown;
  /** The values that the resource passes to the parameters of the template. */
  readonly parameters?: unknown;
  /** Distinguishes the versions of a product. */
  readonly version?: string;
  readonly launchedAs?: AssemblyStack['launchedAs'];
}

/** Returns the stacks that a resource declares: a nested stack, the versions of a product, or a stack set. */
export async function innerStacksOf(
  logicalId: string, resource: Fields, parent: StackTemplate, unread: UnreadTemplate[],
): Promise<StackTemplate[]> {
  const stacks: StackTemplate[] = [];
  for (const reference of referencesOf(resource)) {
    const { version, launchedAs } = reference;
    const id = version === undefined ? logicalId : `${logicalId}/${version}`;
    const displayName = `${parent.stack.displayName}/${id}`;
    const template = await templateOf(reference, parent, (file) => unread.push({ file, stack: displayName }));
    if (!template) continue;
    const stack: AssemblyStack = launchedAs === undefined
      ? { ...parent.stack, displayName, nestedIn: [...parent.stack.nestedIn, logicalId] }
      : { displayName, stackName: '', nestedIn: [], launchedAs };
    stacks.push(launchedAs === undefined
      ? { ...parent, stack, template, scopeFor: scopeOfNestedStack(template, stack, parent.scopeFor, reference.parameters) }
      : launched(reference, template, stack, parent));
  }
  return stacks;
}

/** Values of the parent stack keep its account and region, which are not those of the launched stack. */
function launched({ parameters }: Reference, template: Fields, stack: AssemblyStack, parent: StackTemplate): StackTemplate {
  const { account, region } = parent.stack;
  const atHome = (scopeFor: ScopeFor): ScopeFor => (given: Given) => scopeFor({ ...given, account, region: region ?? given.region });
  const scopeFor = parameters === undefined
    ? scopeOfStack(template, stack)
    : scopeOfNestedStack(template, stack, atHome(parent.scopeFor), parameters);
  const conditions = parent.conditions.map((each) => ({ ...each, scopeFor: atHome(each.scopeFor) }));
  return { ...parent, stack, template, scopeFor, conditions };
}

function referencesOf({ Type: type, Properties: properties }: Fields): Reference[] {
  const { TemplateURL: url, TemplateBody: body, Parameters: parameters, ProvisioningArtifactParameters: versions } = fieldsOf(properties);
  switch (type) {
    case 'AWS::CloudFormation::Stack':
      return [{ url, parameters }];
    case 'AWS::CloudFormation::StackSet': {
      const given = Array.isArray(parameters) ? parameters.map(fieldsOf) : [];
      const passed = Object.fromEntries(given.map(({ ParameterKey: key, ParameterValue: value }) => [String(key), value]));
      return [{ url, body, launchedAs: 'stack set', ...(given.length > 0 && { parameters: passed }) }];
    }
    case 'AWS::ServiceCatalog::CloudFormationProduct': {
      const all = Array.isArray(versions) ? versions.map(fieldsOf) : [];
      return all.map(({ Info, Name }, i) => ({
        url: fieldsOf(Info).LoadTemplateFromURL,
        launchedAs: 'product',
        ...(all.length > 1 && { version: typeof Name === 'string' ? Name : String(i + 1) }),
      }));
    }
    default: return [];
  }
}

/**
 * Returns the template, or undefined if it cannot contain a gate.
 *
 * @param skip Called if the template declares repositories, but is not JSON.
 */
async function templateOf(
  { url, body }: Reference, { directory, fileAssets }: StackTemplate, skip: (file: string) => void,
): Promise<Fields | undefined> {
  const asset = fileAssets.find(({ objectKey }) => JSON.stringify(url ?? '').includes(objectKey));
  // A template that is not part of the assembly does not come from this app, so it has no gates of this library.
  if (!asset && typeof body !== 'string') return undefined;
  const file = asset ? path.join(directory, asset.file) : 'TemplateBody';
  const text = asset ? await readText(file) : body as string;
  if (isJson(text) || GATE_TYPES.some((type) => text.includes(type))) return parseTemplate(text, file);
  // A template that was written by hand, for example as YAML, has no gates.
  if (text.includes('AWS::ECR::Repository')) skip(file);
  return undefined;
}

export function parseTemplate(text: string, file: string): Fields {
  const template = parseJson(text, file, 'MalformedTemplate');
  if (!isFields(template)) throw commandError('MalformedTemplate', `${show(file)} is not a template: it contains ${show(template)}; run cdk synth again`);
  return template;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
