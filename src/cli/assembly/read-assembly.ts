import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { AssemblyGate, GATE_TYPES, isGate, resourcesOf, ScopedCondition } from './assembly-gate';
import { FileAsset, fileAssetsOf } from './file-assets';
import { AssemblyStack, ScopeFor, scopeOfNestedStack, scopeOfStack } from './scope';
import { Fields, fieldsOf, isFields } from './template-values';
import { show } from '../../core/text/show';
import { commandError } from '../errors';
import { parseJson, readJson, readText } from '../input/read-file';

/** The newest schema of cloud assemblies that is tested. The parts that are read here have not changed for years. */
export const NEWEST_SCHEMA = 55;

/** A gate of the assembly, before parameters are given. */
export type DeclaredGate = Omit<AssemblyGate, 'parameters'>;

export interface Assembly {
  /** Every gate of every stack, including nested stacks and stages, ordered by stack and logical id. */
  readonly gates: readonly DeclaredGate[];
  /** The names of the parameters that the stacks declare. */
  readonly parameterNames: ReadonlySet<string>;
}

export async function readAssembly(directory: string, allowNewer: boolean): Promise<Assembly> {
  const stacks = await stacksIn(directory, allowNewer);
  const gates: DeclaredGate[] = [];
  for (const stack of stacks) gates.push(...await gatesOfStack(stack));
  return {
    gates: gates.sort((a, b) => compare(a.stack.displayName, b.stack.displayName) || compare(a.logicalId, b.logicalId)),
    parameterNames: new Set(stacks.flatMap(({ template }) => Object.keys(fieldsOf(template.Parameters)))),
  };
}

interface StackTemplate {
  readonly directory: string;
  readonly fileAssets: readonly FileAsset[];
  readonly stack: AssemblyStack;
  readonly template: Fields;
  readonly scopeFor: ScopeFor;
  /** The conditions of the nested stacks from the outermost stack to this one. */
  readonly conditions: readonly ScopedCondition[];
}

/** Returns all stacks of an assembly and of the assemblies of its stages, without nested stacks. */
async function stacksIn(directory: string, allowNewer: boolean): Promise<StackTemplate[]> {
  const file = path.join(directory, 'manifest.json');
  if (!existsSync(file)) {
    throw commandError('MissingAssembly', `${show(directory)} is not a cloud assembly, because it does not contain a manifest.json; run cdk synth, and give its output directory`);
  }
  const { version, artifacts } = fieldsOf(await readJson(file, 'MalformedAssembly'));
  checkVersion(directory, version, allowNewer);
  const known = Object.entries(fieldsOf(artifacts)).flatMap(([id, artifact]) => (isFields(artifact) ? [{ id, artifact }] : []));
  const fileAssets = (await Promise.all(known.map(({ artifact }) => fileAssetsOf(directory, artifact)))).flat();
  const stacks: StackTemplate[] = [];
  for (const { id, artifact } of known) {
    const properties = fieldsOf(artifact.properties);
    if (artifact.type === 'cdk:cloud-assembly') {
      stacks.push(...await stacksIn(path.join(directory, String(properties.directoryName)), allowNewer));
    } else if (artifact.type === 'aws:cloudformation:stack') {
      const stack = stackOf(id, artifact, properties);
      const templateFile = path.join(directory, String(properties.templateFile));
      const template = parseTemplate(await readText(templateFile), templateFile);
      stacks.push({ directory, fileAssets, stack, template, scopeFor: scopeOfStack(template, stack), conditions: [] });
    }
  }
  return stacks;
}

function checkVersion(directory: string, version: unknown, allowNewer: boolean): void {
  const [, major] = /^(\d+)\./.exec(String(version)) ?? [];
  if (major === undefined) {
    throw commandError('UnreadableAssembly', `${show(directory)} has a manifest.json without a schema version, got ${show(version)}; run cdk synth again`);
  }
  if (Number(major) > NEWEST_SCHEMA && !allowNewer) {
    throw commandError('UnsupportedAssembly', `${show(directory)} has schema version ${show(version)}, newer than the supported version ${NEWEST_SCHEMA};`
      + ' update cdk-ecr-lifecycle, or read it anyway with --allow-newer-assembly');
  }
}

function stackOf(id: string, artifact: Fields, properties: Fields): AssemblyStack {
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(String(artifact.environment)) ?? [];
  return {
    displayName: String(artifact.displayName ?? id),
    stackName: String(properties.stackName ?? id),
    nestedIn: [],
    account: account === 'unknown-account' ? undefined : account,
    region: region === 'unknown-region' ? undefined : region,
  };
}

/** Returns the gates of a stack and of its nested stacks. */
async function gatesOfStack(around: StackTemplate): Promise<DeclaredGate[]> {
  const { stack, template, scopeFor } = around;
  const gates: DeclaredGate[] = [];
  const resources = resourcesOf(template);
  for (const [logicalId, resource] of resources) {
    const conditions = [...around.conditions, { condition: resource.Condition, scopeFor }];
    if (isGate(resource)) {
      const repository = resources.find(([, { Type, DependsOn }]) => Type === 'AWS::ECR::Repository' && [DependsOn].flat().includes(logicalId))?.[1];
      gates.push({ stack, logicalId, properties: fieldsOf(resource.Properties), repository, scopeFor, conditions });
    }
    if (resource.Type === 'AWS::CloudFormation::Stack') {
      const nested = await nestedStackOf(logicalId, resource, { ...around, conditions });
      if (nested) gates.push(...await gatesOfStack(nested));
    }
  }
  return gates;
}

/** Returns undefined for a nested stack that cannot contain a gate. */
async function nestedStackOf(logicalId: string, resource: Fields, parent: StackTemplate): Promise<StackTemplate | undefined> {
  const { directory, fileAssets, scopeFor } = parent;
  const { Parameters: parameters, TemplateURL: url } = fieldsOf(resource.Properties);
  const asset = fileAssets.find(({ objectKey }) => JSON.stringify(url ?? '').includes(objectKey));
  // A template that is not part of the assembly does not come from this app, so it has no gates of this library.
  if (!asset) return undefined;
  const file = path.join(directory, asset.file);
  const text = await readText(file);
  // A template that was written by hand, for example as YAML, has no gates either.
  if (!GATE_TYPES.some((type) => text.includes(type)) && !isJson(text)) return undefined;
  const template = parseTemplate(text, file);
  const stack: AssemblyStack = {
    ...parent.stack, displayName: `${parent.stack.displayName}/${logicalId}`, nestedIn: [...parent.stack.nestedIn, logicalId],
  };
  return { ...parent, stack, template, scopeFor: scopeOfNestedStack(template, stack, scopeFor, parameters) };
}

function parseTemplate(text: string, file: string): Fields {
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
