import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { ValidationError } from './errors';
import type { JsonObject } from './json';

export interface DirectoryAsset {
  readonly bucket: string;
  readonly key: string;
  readonly directory: string;
}

/** The template and the assets of one stack of a synthesized assembly. */
export interface AssemblyStack {
  readonly source: JsonObject;
  readonly assets: readonly DirectoryAsset[];
}

interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly properties?: { readonly stackName?: string; readonly templateFile?: string; readonly file?: string };
}

interface AssetManifest {
  readonly files?: Record<string, {
    readonly source: { readonly path?: string; readonly packaging?: string };
    readonly destinations: Record<string, { readonly bucketName: string; readonly objectKey: string }>;
  }>;
}

/** @param placeholders The values of `${AWS::AccountId}` and similar placeholders in bucket names. */
export function readAssembly(directory: string, stackName: string, placeholders: Readonly<Record<string, string>>): AssemblyStack {
  const { artifacts } = readJson(path.join(directory, 'manifest.json')) as { artifacts?: Record<string, Artifact> };
  const entries = Object.entries(artifacts ?? {});
  const stacks = entries.filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const stack = stacks.find(([id, { properties }]) => (properties?.stackName ?? id) === stackName)?.[1];
  if (!stack?.properties?.templateFile) {
    const known = stacks.map(([id, { properties }]) => properties?.stackName ?? id);
    throw new ValidationError(`assembly ${directory} has no stack ${JSON.stringify(stackName)}, only ${JSON.stringify(known)}`);
  }
  const assets = entries
    .filter(([id, { type }]) => type === 'cdk:asset-manifest' && stack.dependencies?.includes(id))
    .flatMap(([, { properties }]) => directoryAssets(directory, properties?.file ?? '', placeholders));
  return { source: readJson(path.join(directory, stack.properties.templateFile)) as JsonObject, assets };
}

/** Returns the zipped directories, which can be the code of functions. The template, for one, is a plain file. */
function directoryAssets(directory: string, file: string, placeholders: Readonly<Record<string, string>>): DirectoryAsset[] {
  const { files = {} } = readJson(path.join(directory, file)) as AssetManifest;
  return Object.values(files)
    .filter(({ source }) => source.packaging === 'zip' && source.path !== undefined)
    .flatMap(({ source, destinations }) => Object.values(destinations).map(({ bucketName, objectKey }) => ({
      bucket: substitute(bucketName, placeholders),
      key: substitute(objectKey, placeholders),
      directory: path.resolve(directory, source.path!),
    })));
}

function substitute(text: string, placeholders: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(AWS::[A-Za-z]+)\}/g, (whole, name: string) => placeholders[name] ?? whole);
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
