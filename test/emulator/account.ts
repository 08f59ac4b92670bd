import { CloudFormationClient, DescribeStackEventsCommand, DescribeStackResourceCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  BatchDeleteImageCommand, CompleteLayerUploadCommand, CreateRepositoryCommand, DescribeImagesCommand, ECRClient, InitiateLayerUploadCommand,
  PutImageCommand, PutLifecyclePolicyCommand, UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ACCOUNT } from './tools/ministack';
import { IMAGE_MEDIA_TYPE, sha256 } from '../../rehearsal/ecr/manifest';
import { livePolicyOf } from '../../rehearsal/ecr-client';

const CONFIG_MEDIA_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_MEDIA_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** The account as a user sees it, with its own clients. */
export class Account {
  private readonly ecr: ECRClient;
  private readonly cloudFormation: CloudFormationClient;
  private readonly ssm: SSMClient;

  constructor(endpoint: string) {
    const { region, credentials } = ACCOUNT;
    this.ecr = new ECRClient({ endpoint, region, credentials });
    this.cloudFormation = new CloudFormationClient({ endpoint, region, credentials });
    this.ssm = new SSMClient({ endpoint, region, credentials });
  }

  close(): void {
    this.ecr.destroy();
    this.cloudFormation.destroy();
    this.ssm.destroy();
  }

  async createRepository(repositoryName: string): Promise<void> {
    await this.ecr.send(new CreateRepositoryCommand({ repositoryName }));
  }

  async putPolicy(repositoryName: string, lifecyclePolicyText: string): Promise<void> {
    await this.ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
  }

  /** Pushes an image as a client does: config, layer, manifest. Different `content` creates another image with the same tag. */
  async push(repositoryName: string, imageTag: string, content = imageTag): Promise<string> {
    const config = await this.upload(repositoryName, '{}');
    const layer = await this.upload(repositoryName, `layer of ${content}`);
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: IMAGE_MEDIA_TYPE,
      config: { mediaType: CONFIG_MEDIA_TYPE, ...config },
      layers: [{ mediaType: LAYER_MEDIA_TYPE, ...layer }],
    });
    const put = new PutImageCommand({ repositoryName, imageTag, imageManifest, imageManifestMediaType: IMAGE_MEDIA_TYPE });
    return (await this.ecr.send(put)).image!.imageId!.imageDigest!;
  }

  async deleteImage(repositoryName: string, imageTag: string): Promise<void> {
    await this.ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag }] }));
  }

  /** Returns the tags of each image, or the digest if it has none. */
  async images(repositoryName: string): Promise<string[]> {
    const { imageDetails } = await this.ecr.send(new DescribeImagesCommand({ repositoryName }));
    return imageDetails!.map(({ imageTags, imageDigest }) => imageTags?.join('+') || imageDigest!.slice(0, 19)).sort();
  }

  livePolicy(repositoryName: string): Promise<string | undefined> {
    return livePolicyOf(this.ecr, repositoryName);
  }

  /** Returns the status of a stack, or undefined if it does not exist. */
  async stackStatus(stackName: string): Promise<string | undefined> {
    try {
      return (await this.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }))).Stacks?.[0]?.StackStatus;
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
      throw error;
    }
  }

  /** Returns the events of the stack itself, newest first, with times in milliseconds since 1970. */
  async stackEvents(stackName: string): Promise<{ status: string; at: number }[]> {
    const { StackEvents } = await this.cloudFormation.send(new DescribeStackEventsCommand({ StackName: stackName }));
    return StackEvents!.filter(({ LogicalResourceId }) => LogicalResourceId === stackName)
      .map(({ ResourceStatus, Timestamp }) => ({ status: ResourceStatus!, at: Timestamp!.getTime() }))
      .sort((a, b) => b.at - a.at);
  }

  async physicalName(stackName: string, logicalId: string): Promise<string> {
    const resource = new DescribeStackResourceCommand({ StackName: stackName, LogicalResourceId: logicalId });
    return (await this.cloudFormation.send(resource)).StackResourceDetail!.PhysicalResourceId!;
  }

  /** Returns the names of the parameters below a path. */
  async parameters(path: string): Promise<string[]> {
    const { Parameters } = await this.ssm.send(new GetParametersByPathCommand({ Path: path, Recursive: true }));
    return (Parameters ?? []).map(({ Name }) => Name!);
  }

  private async upload(repositoryName: string, content: string): Promise<{ digest: string; size: number }> {
    const layerPartBlob = Buffer.from(content);
    const { uploadId } = await this.ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const part = { partFirstByte: 0, partLastByte: layerPartBlob.length - 1, layerPartBlob };
    await this.ecr.send(new UploadLayerPartCommand({ repositoryName, uploadId, ...part }));
    const digest = sha256(layerPartBlob);
    await this.ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }));
    return { digest, size: layerPartBlob.length };
  }
}
