import {
  CreateRepositoryCommand, DeleteLifecyclePolicyCommand, DeleteRepositoryCommand, DeleteRepositoryPolicyCommand, ECRClient,
  PutImageScanningConfigurationCommand, PutImageTagMutabilityCommand, PutLifecyclePolicyCommand, SetRepositoryPolicyCommand,
  TagResourceCommand, UntagResourceCommand,
  type CreateRepositoryCommandInput,
} from '@aws-sdk/client-ecr';
import { ResourceFailure } from '../errors';
import { isObject, type Json, type JsonObject } from '../json';
import type { Names } from '../names';
import { anyDiffers, type ExistingResourceRequest, type Provisioned, type ResourceHandler, type ResourceRequest, type UpdateRequest } from './handler';

const PROPERTIES = new Set([
  'RepositoryName', 'LifecyclePolicy', 'RepositoryPolicyText', 'ImageTagMutability', 'ImageTagMutabilityExclusionFilters',
  'ImageScanningConfiguration', 'EncryptionConfiguration', 'EmptyOnDelete', 'Tags',
]);
const MAX_NAME_LENGTH = 256;

/** AWS::ECR::Repository. Calls ECR at the configured endpoint, in the same order as the service's own handler. */
export class EcrRepositoryHandler implements ResourceHandler {
  constructor(private readonly ecr: ECRClient, private readonly names: Names) {}

  replaces(before: JsonObject, after: JsonObject): boolean {
    return anyDiffers(['RepositoryName', 'EncryptionConfiguration'], before, after);
  }

  async create(request: ResourceRequest): Promise<Provisioned> {
    const { properties } = request;
    rejectUnknown(properties);
    const repositoryName = typeof properties.RepositoryName === 'string'
      ? properties.RepositoryName
      : this.names.physicalName(cleaned(request.stackName), request.logicalId, MAX_NAME_LENGTH).toLowerCase();
    const { repository } = await attempt(() => this.ecr.send(new CreateRepositoryCommand(creationInput(repositoryName, properties))));
    await attempt(async () => {
      const text = lifecyclePolicyText(properties);
      if (text !== undefined) {
        await this.ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: text }));
      }
      if (properties.RepositoryPolicyText !== undefined) {
        await this.ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: jsonText(properties.RepositoryPolicyText) }));
      }
    }, repositoryName);
    return {
      physicalId: repositoryName,
      attributes: { Arn: repository?.repositoryArn ?? '', RepositoryUri: repository?.repositoryUri ?? '' },
    };
  }

  async update(request: UpdateRequest): Promise<Provisioned> {
    const { physicalId: repositoryName, properties, oldProperties, attributes } = request;
    rejectUnknown(properties);
    await attempt(async () => {
      await this.putPolicies(repositoryName, properties);
      if (anyDiffers(['ImageTagMutability', 'ImageTagMutabilityExclusionFilters'], oldProperties, properties)) {
        const settings = { ...mutability(properties), imageTagMutability: mutabilityOf(properties) };
        await this.ecr.send(new PutImageTagMutabilityCommand({ repositoryName, ...settings }));
      }
      if (anyDiffers(['ImageScanningConfiguration'], oldProperties, properties)) {
        const imageScanningConfiguration = scanning(properties) ?? { scanOnPush: false };
        await this.ecr.send(new PutImageScanningConfigurationCommand({ repositoryName, imageScanningConfiguration }));
      }
      if (anyDiffers(['Tags'], oldProperties, properties)) {
        await this.retag(String(attributes.Arn), oldProperties, properties);
      }
    });
    return { physicalId: repositoryName, attributes };
  }

  async delete({ physicalId, properties }: ExistingResourceRequest): Promise<void> {
    const force = String(properties.EmptyOnDelete) === 'true';
    await attempt(() => ignoring('RepositoryNotFoundException',
      () => this.ecr.send(new DeleteRepositoryCommand({ repositoryName: physicalId, force }))));
  }

  /** Puts or deletes both policies on every update, even if they have not changed. A gate must run before this. */
  private async putPolicies(repositoryName: string, properties: JsonObject): Promise<void> {
    const text = lifecyclePolicyText(properties);
    if (text !== undefined) {
      await this.ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: text }));
    } else {
      await ignoring('LifecyclePolicyNotFoundException', () => this.ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName })));
    }
    if (properties.RepositoryPolicyText !== undefined) {
      await this.ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: jsonText(properties.RepositoryPolicyText) }));
    } else {
      await ignoring('RepositoryPolicyNotFoundException', () => this.ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName })));
    }
  }

  private async retag(resourceArn: string, before: JsonObject, after: JsonObject): Promise<void> {
    const tags = tagsOf(after) ?? [];
    const gone = (tagsOf(before) ?? []).map(({ Key }) => Key).filter((key) => !tags.some(({ Key }) => Key === key));
    if (gone.length > 0) await this.ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: gone }));
    if (tags.length > 0) await this.ecr.send(new TagResourceCommand({ resourceArn, tags }));
  }
}

/** ECR rejects names with a leading hyphen, and the service's handler merges repeated hyphens. */
function cleaned(stackName: string): string {
  return stackName.replace(/^-+/, '').replace(/-{2,}/g, '-');
}

/** @param physicalId The id of the resource that exists even if the work fails. */
async function attempt<T>(work: () => Promise<T>, physicalId?: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ResourceFailure) throw error;
    const { message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode === undefined ? '' : ` (Service: Ecr, Status Code: ${$metadata.httpStatusCode})`;
    throw new ResourceFailure(`Resource handler returned message: "${message}${status}"`, physicalId);
  }
}

async function ignoring(errorName: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as Error).name !== errorName) throw error;
  }
}

function rejectUnknown(properties: JsonObject): void {
  const unknown = Object.keys(properties).filter((name) => !PROPERTIES.has(name));
  if (unknown.length > 0) {
    throw new ResourceFailure(`Properties validation failed: extraneous key [${unknown.join(', ')}] is not permitted by the stand-in`);
  }
}

function creationInput(repositoryName: string, properties: JsonObject): CreateRepositoryCommandInput {
  const encryption = properties.EncryptionConfiguration;
  return {
    repositoryName,
    ...mutability(properties),
    ...(properties.ImageScanningConfiguration !== undefined && { imageScanningConfiguration: scanning(properties) }),
    ...(isObject(encryption) && { encryptionConfiguration: renameKeys(encryption, lowerFirst) }),
    ...(properties.Tags !== undefined && { tags: tagsOf(properties) }),
  } as CreateRepositoryCommandInput;
}

type Mutability = Pick<CreateRepositoryCommandInput, 'imageTagMutability' | 'imageTagMutabilityExclusionFilters'>;

function mutability(properties: JsonObject): Mutability {
  const filters = properties.ImageTagMutabilityExclusionFilters;
  return {
    ...(properties.ImageTagMutability !== undefined && { imageTagMutability: mutabilityOf(properties) }),
    ...(Array.isArray(filters) && {
      imageTagMutabilityExclusionFilters: filters.filter(isObject)
        .map((filter) => renameKeys(filter, (key) => lowerFirst(key.replace('ImageTagMutabilityExclusion', '')))),
    }),
  } as Mutability;
}

function mutabilityOf(properties: JsonObject): NonNullable<Mutability['imageTagMutability']> {
  return (properties.ImageTagMutability ?? 'MUTABLE') as NonNullable<Mutability['imageTagMutability']>;
}

function scanning(properties: JsonObject): { scanOnPush: boolean } | undefined {
  const configuration = properties.ImageScanningConfiguration;
  return isObject(configuration) ? { scanOnPush: String(configuration.ScanOnPush) === 'true' } : undefined;
}

function lifecyclePolicyText(properties: JsonObject): string | undefined {
  const policy = properties.LifecyclePolicy;
  const text = isObject(policy) ? policy.LifecyclePolicyText : undefined;
  return typeof text === 'string' ? text : undefined;
}

function tagsOf(properties: JsonObject): Array<{ Key: string; Value: string }> | undefined {
  return properties.Tags as Array<{ Key: string; Value: string }> | undefined;
}

function jsonText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function renameKeys(object: JsonObject, rename: (key: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [rename(key), value]));
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
