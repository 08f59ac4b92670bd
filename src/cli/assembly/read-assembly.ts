import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { GATE_TYPES, GateResource, isGate, resourcesOf, StackOfAssembly } from './gate-resource';
import { Place, ScopeAt, scopeOfNested, scopeOfStack } from './scope';
import { Fields, fieldsOf, holds, isFields, KnownAtDeployment, TemplateScope } from './template-values';
import { show } from '../../core/text/show';
import { refusal } from '../errors';
import { parseJson, readJson, readText } from '../input/read-file';

/** The newest schema of cloud assemblies that has been tried. The parts that are read here have not changed for years. */
export const NEWEST_SCHEMA = 55;

export interface FoundGate {
  readonly gate: GateResource;
  readonly scopeAt: ScopeAt;
  /** True unless the gate's condition is known to be false. */
  readonly madeAt: (place: Place) => boolean;
}

export interface ReadAssembly {
  /** Values of CloudFormation parameters. */
  readonly parameters: Fields;
  readonly allowNewer: boolean;
}

/** Every gate of every stack: in nested stacks, and in the assemblies of stages, too. By stack, then by logical id. */
export async function readAssembly(directory: string, options: ReadAssembly): Promise<FoundGate[]> {
  const declared = new Set<string>();
  const found = await gatesIn(directory, options, declared);
  const unknown = Object.keys(options.parameters).filter((name) => !declared.has(name));
  if (unknown.length > 0) {
    throw refusal('UnknownParameter', `--parameters gives ${show(unknown)}, which no stack of ${show(directory)} has; look at the names: a gate would be planned with the default`);
  }
  return found.sort((a, b) => compare(a.gate.stack.displayName, b.gate.stack.displayName) || compare(a.gate.logicalId, b.gate.logicalId));
}

/** @param declared gets the names of the parameters that the stacks have */
async function gatesIn(directory: string, options: ReadAssembly, declared: Set<string>): Promise<FoundGate[]> {
  const file = path.join(directory, 'manifest.json');
  if (!existsSync(file)) {
    throw refusal('MissingAssembly', `${show(directory)} is no cloud assembly: there is no manifest.json in it; run cdk synth, and give its output directory`);
  }
  const manifest = await readJson(file, 'MalformedAssembly');
  const { version, artifacts } = fieldsOf(manifest);
  checkVersion(directory, version, options);
  const known = Object.entries(fieldsOf(artifacts)).flatMap(([id, artifact]) => (isFields(artifact) ? [{ id, artifact }] : []));
  const fileAssets = (await Promise.all(known.map(({ artifact }) => fileAssetsOf(directory, artifact)))).flat();
  const found: FoundGate[] = [];
  for (const { id, artifact } of known) {
    const properties = fieldsOf(artifact.properties);
    if (artifact.type === 'cdk:cloud-assembly') {
      found.push(...await gatesIn(path.join(directory, String(properties.directoryName)), options, declared));
    } else if (artifact.type === 'aws:cloudformation:stack') {
      const stack = stackOf(id, artifact, properties);
      const templateFile = path.join(directory, String(properties.templateFile));
      const template = templateIn(await readText(templateFile), templateFile);
      for (const name of Object.keys(fieldsOf(template.Parameters))) declared.add(name);
      const scopeAt = scopeOfStack(template, stack, options.parameters);
      found.push(...await gatesOfStack({ directory, fileAssets, stack, template, scopeAt, madeAt: () => true }));
    }
  }
  return found;
}

function checkVersion(directory: string, version: unknown, { allowNewer }: ReadAssembly): void {
  const [, major] = /^(\d+)\./.exec(String(version)) ?? [];
  if (major === undefined) {
    throw refusal('UnreadableAssembly', `${show(directory)} has a manifest.json without a schema version, got ${show(version)}; run cdk synth again`);
  }
  if (Number(major) > NEWEST_SCHEMA && !allowNewer) {
    throw refusal('UnsupportedAssembly', `${show(directory)} has schema version ${show(version)}, newer than the ${NEWEST_SCHEMA} that is known here;`
      + ' update cdk-ecr-lifecycle, or read it all the same with --allow-newer-assembly');
  }
}

function stackOf(id: string, artifact: Fields, properties: Fields): StackOfAssembly {
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(String(artifact.environment)) ?? [];
  return {
    displayName: String(artifact.displayName ?? id),
    stackName: String(properties.stackName ?? id),
    nestedIn: [],
    account: account === 'unknown-account' ? undefined : account,
    region: region === 'unknown-region' ? undefined : region,
  };
}

interface Walk {
  readonly directory: string;
  readonly fileAssets: readonly FileAsset[];
  readonly stack: StackOfAssembly;
  readonly template: Fields;
  readonly scopeAt: ScopeAt;
  /** True unless the condition of the stack itself is known to be false. */
  readonly madeAt: FoundGate['madeAt'];
}

async function gatesOfStack(walk: Walk): Promise<FoundGate[]> {
  const { stack, template, scopeAt } = walk;
  const found: FoundGate[] = [];
  const resources = resourcesOf(template);
  for (const [logicalId, resource] of resources) {
    const madeAt = (place: Place) => walk.madeAt(place) && mayBeMade(resource.Condition, scopeAt(place));
    if (isGate(resource)) {
      const repository = resources.find(([, { Type, DependsOn }]) => Type === 'AWS::ECR::Repository' && [DependsOn].flat().includes(logicalId))?.[1];
      found.push({ gate: { stack, logicalId, properties: fieldsOf(resource.Properties), repository }, scopeAt, madeAt });
    }
    if (resource.Type === 'AWS::CloudFormation::Stack') found.push(...await gatesOfNested(logicalId, resource, { ...walk, madeAt }));
  }
  return found;
}

async function gatesOfNested(logicalId: string, resource: Fields, { directory, fileAssets, stack, scopeAt, madeAt }: Walk): Promise<FoundGate[]> {
  const { Parameters: parameters, TemplateURL: url } = fieldsOf(resource.Properties);
  const asset = fileAssets.find(({ objectKey }) => JSON.stringify(url ?? '').includes(objectKey));
  // A template from elsewhere is none of this app's: there can be no gate of ours in it.
  if (!asset) return [];
  const file = path.join(directory, asset.file);
  const text = await readText(file);
  // Neither can there be in one that somebody wrote by hand, as YAML for example.
  if (!GATE_TYPES.some((type) => text.includes(type)) && !isJson(text)) return [];
  const template = templateIn(text, file);
  const nested: StackOfAssembly = {
    ...stack, displayName: `${stack.displayName}/${logicalId}`, nestedIn: [...stack.nestedIn, logicalId],
  };
  const inner = scopeOfNested(template, nested, scopeAt, parameters);
  return gatesOfStack({ directory, fileAssets, stack: nested, template, scopeAt: inner, madeAt });
}

/** A file of the assembly that is uploaded: the templates of nested stacks are. */
interface FileAsset {
  /** What stands for it in a URL: the key, or with the legacy synthesizer the hash, which names the parameters of its key. */
  readonly objectKey: string;
  readonly file: string;
}

async function fileAssetsOf(directory: string, artifact: Fields): Promise<FileAsset[]> {
  const { file } = fieldsOf(artifact.properties);
  if (artifact.type === 'aws:cloudformation:stack') return legacyAssetsOf(directory, artifact);
  if (artifact.type !== 'cdk:asset-manifest' || typeof file !== 'string') return [];
  const { files } = fieldsOf(await readJson(path.join(directory, file), 'MalformedAssembly'));
  return Object.values(fieldsOf(files)).flatMap((asset) => {
    const { source, destinations } = fieldsOf(asset);
    const { path: sourcePath, packaging } = fieldsOf(source);
    if (packaging !== 'file' || typeof sourcePath !== 'string') return [];
    return Object.values(fieldsOf(destinations)).flatMap((destination) => {
      const { objectKey } = fieldsOf(destination);
      return typeof objectKey === 'string' && objectKey !== '' ? [{ objectKey, file: sourcePath }] : [];
    });
  });
}

/** The legacy synthesizer tells of assets in the metadata of their stack, which newer CDKs write to a file of its own. */
async function legacyAssetsOf(directory: string, { metadata, additionalMetadataFile }: Fields): Promise<FileAsset[]> {
  const more = typeof additionalMetadataFile === 'string' ? await readJson(path.join(directory, additionalMetadataFile), 'MalformedAssembly') : undefined;
  const entries = [metadata, more].flatMap((each) => Object.values(fieldsOf(each))).flat();
  return entries.flatMap((entry) => {
    const { type, data } = fieldsOf(entry);
    const { path: file, packaging, sourceHash } = fieldsOf(data);
    const isFile = type === 'aws:cdk:asset' && packaging === 'file' && typeof file === 'string';
    return isFile && typeof sourceHash === 'string' && sourceHash !== '' ? [{ objectKey: sourceHash, file }] : [];
  });
}

/** Unless it certainly is not. */
function mayBeMade(condition: unknown, scope: TemplateScope): boolean {
  try {
    return holds(condition, scope);
  } catch (error) {
    if (error instanceof KnownAtDeployment) return true;
    throw error;
  }
}

function templateIn(text: string, file: string): Fields {
  const template = parseJson(text, file, 'MalformedTemplate');
  if (!isFields(template)) throw refusal('MalformedTemplate', `${show(file)} is no template: it holds ${show(template)}; run cdk synth again`);
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
