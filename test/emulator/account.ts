import { CloudFormationClient, DescribeStackResourcesCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  BatchDeleteImageCommand, CompleteLayerUploadCommand, DescribeImagesCommand, ECRClient, InitiateLayerUploadCommand, PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { ACCOUNT } from './tools/ministack';
import { livePolicyOf } from '../../rehearsal/ecr-client';
import { IMAGE_MEDIA_TYPE, sha256 } from '../../rehearsal/ecr/manifest';

const CONFIG_MEDIA_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_MEDIA_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** The account as a person sees it, with clients of their own. */
export class Account {
  private readonly ecr: ECRClient;
  private readonly cloudFormation: CloudFormationClient;

  constructor(endpoint: string) {
    const { region, credentials } = ACCOUNT;
    this.ecr = new ECRClient({ endpoint, region, credentials });
    this.cloudFormation = new CloudFormationClient({ endpoint, region, credentials });
  }

  close(): void {
    this.ecr.destroy();
    this.cloudFormation.destroy();
  }

  /** Pushes an image as a client does: config, layer, manifest. Another `content` makes another image of the same tag. */
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

  /** Each image by its tags, or its digest when it has none. */
  async images(repositoryName: string): Promise<string[]> {
    const { imageDetails } = await this.ecr.send(new DescribeImagesCommand({ repositoryName }));
    return imageDetails!.map(({ imageTags, imageDigest }) => imageTags?.join('+') || imageDigest!.slice(0, 19)).sort();
  }

  livePolicy(repositoryName: string): Promise<string | undefined> {
    return livePolicyOf(this.ecr, repositoryName);
  }

  /** Undefined when there is no such stack. */
  async stackStatus(stackName: string): Promise<string | undefined> {
    try {
      return (await this.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName }))).Stacks?.[0]?.StackStatus;
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
      throw error;
    }
  }

  /** The name of the one repository of a stack. */
  async repositoryIn(stackName: string): Promise<string> {
    const { StackResources } = await this.cloudFormation.send(new DescribeStackResourcesCommand({ StackName: stackName }));
    return StackResources!.find(({ ResourceType }) => ResourceType === 'AWS::ECR::Repository')!.PhysicalResourceId!;
  }

  private async upload(repositoryName: string, content: string): Promise<{ digest: string; size: number }> {
    const layerPartBlob = Buffer.from(content);
    const { uploadId } = await this.ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    await this.ecr.send(new UploadLayerPartCommand({ repositoryName, uploadId, partFirstByte: 0, partLastByte: layerPartBlob.length - 1, layerPartBlob }));
    const digest = sha256(layerPartBlob);
    await this.ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }));
    return { digest, size: layerPartBlob.length };
  }
}
