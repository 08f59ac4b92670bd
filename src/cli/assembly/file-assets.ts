import * as path from 'node:path';
import { Fields, fieldsOf } from './template-values';
import { readJson } from '../input/read-file';

/** A file of the assembly that the CDK uploads, such as the template of a nested stack. */
export interface FileAsset {
  /** The part of a URL that identifies the file: its key, or with the legacy synthesizer its hash, which names the parameters of its key. */
  readonly objectKey: string;
  readonly file: string;
}

export async function fileAssetsOf(directory: string, artifact: Fields): Promise<FileAsset[]> {
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

/** The legacy synthesizer lists assets in the metadata of their stack. Newer versions of the CDK write the metadata to a separate file. */
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
