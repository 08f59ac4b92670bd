/*
 * The AWS calls of the gate, as parallel as possible, and nothing else: the baseline of the gate's own work. Bundled and run
 * like the gate.
 */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeImagesCommand, ECRClient, GetLifecyclePolicyPreviewCommand, StartLifecyclePolicyPreviewCommand } from '@aws-sdk/client-ecr';

const ecr = new ECRClient();
const cloudFormation = new CloudFormationClient();

export interface CallsEvent {
  readonly stackId: string;
  readonly repositoryName: string;
  readonly lifecyclePolicyText: string;
  /** The chains of pages to read; `TAGGED` is the longest. */
  readonly tagStatuses: readonly ('TAGGED' | 'UNTAGGED')[];
  /** True to list the images of the repository as well. */
  readonly withImages: boolean;
}

/** Returns the number of images in the preview. */
export async function handler(event: CallsEvent): Promise<number> {
  const { stackId, repositoryName, lifecyclePolicyText, tagStatuses, withImages } = event;
  await cloudFormation.send(new DescribeStacksCommand({ StackName: stackId }));
  await ecr.send(new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }));
  const { status } = await ecr.send(new GetLifecyclePolicyPreviewCommand({ repositoryName, maxResults: 100 }));
  if (status !== 'COMPLETE') throw new Error(`the preview is ${status}, but this benchmark requires COMPLETE`);

  let affected = 0;
  await Promise.all(tagStatuses.flatMap((tagStatus) => [
    chain(async (nextToken) => {
      const page = await ecr.send(new GetLifecyclePolicyPreviewCommand({ repositoryName, nextToken, maxResults: 100, filter: { tagStatus } }));
      affected += page.previewResults?.length ?? 0;
      return page.nextToken;
    }),
    withImages && chain(async (nextToken) => {
      const filter = { tagStatus, imageStatus: 'ANY' as const };
      return (await ecr.send(new DescribeImagesCommand({ repositoryName, nextToken, maxResults: 1000, filter }))).nextToken;
    }),
  ]));
  return affected;
}

async function chain(read: (nextToken: string | undefined) => Promise<string | undefined>): Promise<void> {
  let nextToken: string | undefined;
  do nextToken = await read(nextToken); while (nextToken !== undefined);
}
