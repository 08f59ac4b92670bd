import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { AssemblyGate, AssemblyRepository, constructPathOf, isGate, ResourcePlace, resourcesOf, ScopedCondition } from './assembly-gate';
import { fileAssetsOf } from './file-assets';
import { innerStacksOf, parseTemplate, StackTemplate, UnreadTemplate } from './inner-stacks';
import { AssemblyStack, scopeOfStack } from './scope';
import { Fields, fieldsOf, isFields } from './template-values';
import { show } from '../../core/text/show';
import { commandError } from '../errors';
import { readJson, readText } from '../input/read-file';

/** The newest schema of cloud assemblies that is tested. The parts that are read here have not changed for years. */
export const NEWEST_SCHEMA = 55;

/** A resource of the assembly, before parameters are given. */
export type Declared<R> = Omit<R, 'parameters'>;

export interface Assembly {
  /** Every gate of every stack, including nested stacks, stages, products and stack sets, ordered by stack and logical id. */
  readonly gates: readonly Declared<AssemblyGate>[];
  /** Every repository and every creation template, in the same order. */
  readonly repositories: readonly Declared<AssemblyRepository>[];
  /** The templates whose repositories are unknown. */
  readonly unread: readonly UnreadTemplate[];
  /** The names of the parameters that a user can set. */
  readonly parameterNames: ReadonlySet<string>;
}

export async function readAssembly(directory: string, allowNewer: boolean): Promise<Assembly> {
  const unread: UnreadTemplate[] = [];
  const stacks: StackTemplate[] = [];
  for (const stack of await stacksIn(directory, allowNewer)) stacks.push(...await withInnerStacks(stack, unread));
  const resources = stacks.map(resourcesIn);
  return {
    gates: resources.flatMap(({ gates }) => gates).sort(inOrder),
    repositories: resources.flatMap(({ repositories }) => repositories).sort(inOrder),
    unread,
    parameterNames: new Set(stacks.filter(isOutermost).flatMap(({ template }) => Object.keys(fieldsOf(template.Parameters)))),
  };
}

/** The parent stack of a nested stack sets its parameters. */
function isOutermost({ stack }: StackTemplate): boolean {
  return stack.nestedIn.length === 0;
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

/** Returns a stack, and the stacks that its resources declare. */
async function withInnerStacks(around: StackTemplate, unread: UnreadTemplate[]): Promise<StackTemplate[]> {
  const stacks = [around];
  for (const [logicalId, resource] of resourcesOf(around.template)) {
    const parent = { ...around, conditions: conditionsOf(resource, around) };
    for (const inner of await innerStacksOf(logicalId, resource, parent, unread)) stacks.push(...await withInnerStacks(inner, unread));
  }
  return stacks;
}

function resourcesIn(around: StackTemplate): Pick<Assembly, 'gates' | 'repositories'> {
  const { stack, template, scopeFor } = around;
  const resources = resourcesOf(template);
  const declared = (logicalId: string, resource: Fields) => ({
    stack,
    logicalId,
    path: constructPathOf(resource),
    properties: fieldsOf(resource.Properties),
    scopeFor,
    conditions: conditionsOf(resource, around),
  });
  const gates = resources.filter(([, resource]) => isGate(resource)).map(([logicalId, resource]): Declared<AssemblyGate> => {
    const repository = resources.find(([, each]) => each.Type === REPOSITORY && dependsOn(each, logicalId))?.[1];
    return { ...declared(logicalId, resource), ...(repository && { repository: { path: constructPathOf(repository), resource: repository } }) };
  });
  const repositories = resources.filter(([, { Type }]) => Type === REPOSITORY || Type === CREATION_TEMPLATE)
    .map(([logicalId, resource]): Declared<AssemblyRepository> => ({
      ...declared(logicalId, resource),
      isCreationTemplate: resource.Type === CREATION_TEMPLATE,
      gates: gates.filter((gate) => dependsOn(resource, gate.logicalId)),
    }));
  return { gates, repositories };
}

const REPOSITORY = 'AWS::ECR::Repository';
const CREATION_TEMPLATE = 'AWS::ECR::RepositoryCreationTemplate';

function dependsOn({ DependsOn: ids }: Fields, logicalId: string): boolean {
  return [ids].flat().includes(logicalId);
}

function conditionsOf({ Condition: condition }: Fields, { conditions, scopeFor }: StackTemplate): readonly ScopedCondition[] {
  return [...conditions, { condition, scopeFor }];
}

function inOrder(a: ResourcePlace, b: ResourcePlace): number {
  return compare(a.stack.displayName, b.stack.displayName) || compare(a.logicalId, b.logicalId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
