import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { App, Stack } from 'aws-cdk-lib';
import type { StackOutcome } from './cloudformation/options';
import type { StackEvent } from './cloudformation/stack';
import { CloudFormationStandIn } from './cloudformation/stand-in';
import { EmbeddedEcr, type EmbeddedEcrOptions } from './ecr/embedded-ecr';
import { livePolicyOf } from './ecr-client';
import type { Authorize } from './http/authorization';
import { EmbeddedRuntimes } from './in-use/embedded-runtimes';
import { EmbeddedS3 } from './s3/embedded-s3';
import { EmbeddedSsm } from './ssm/embedded-ssm';

export interface RehearsalOptions extends Omit<EmbeddedEcrOptions, 'authorize' | 'principalOf'> {
  /** Receives each event of a deployment as it happens. */
  readonly onEvent?: (event: StackEvent) => void;
  /** See the option of `CloudFormationStandIn`; it saves the cold starts of many short-lived stacks. */
  readonly keepsFunctionProcesses?: boolean;
}

/** A simulated account: ECR, the services that run images, S3, Systems Manager and CloudFormation, connected to each other. */
export class Rehearsal {
  static async start(options: RehearsalOptions = {}): Promise<Rehearsal> {
    const { onEvent, keepsFunctionProcesses, ...ecrOptions } = options;
    let cloudFormation: CloudFormationStandIn | undefined;
    // The policies of its role limit the calls of a function.
    const authorize: Authorize = (accessKeyId, action, resourceArn) => cloudFormation?.authorize(accessKeyId, action, resourceArn) ?? true;
    const [ecr, runtimes, s3, ssm] = await Promise.all([
      EmbeddedEcr.start({ ...ecrOptions, authorize, principalOf: (accessKeyId) => cloudFormation?.roleOf(accessKeyId) }),
      EmbeddedRuntimes.start({ authorize }), EmbeddedS3.start({ authorize }), EmbeddedSsm.start({ authorize }),
    ]);
    cloudFormation = await CloudFormationStandIn.start({
      ecrEndpoint: ecr.endpoint,
      onEvent,
      keepsFunctionProcesses,
      now: () => ecr.clock.now(),
      functionEnvironment: {
        AWS_ENDPOINT_URL_S3: s3.endpoint,
        AWS_ENDPOINT_URL_SSM: ssm.endpoint,
        AWS_ENDPOINT_URL_ECS: runtimes.endpoint,
        AWS_ENDPOINT_URL_EVENTBRIDGE: runtimes.endpoint,
        AWS_ENDPOINT_URL_SCHEDULER: runtimes.endpoint,
        AWS_ENDPOINT_URL_INSPECTOR2: runtimes.endpoint,
        AWS_ENDPOINT_URL_LAMBDA: runtimes.endpoint,
      },
    });
    return new Rehearsal(ecr, runtimes, s3, ssm, cloudFormation);
  }

  /** The ECR client of a user, as the AWS CLI would be. */
  readonly client: ECRClient;
  private readonly directory = mkdtempSync(path.join(tmpdir(), 'rehearsal-'));
  private assemblies = 0;

  private constructor(
    readonly ecr: EmbeddedEcr,
    readonly runtimes: EmbeddedRuntimes,
    readonly s3: EmbeddedS3,
    readonly ssm: EmbeddedSsm,
    readonly cloudFormation: CloudFormationStandIn,
  ) {
    this.client = new ECRClient({
      endpoint: ecr.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'person', secretAccessKey: 'rehearsal' },
    });
  }

  /** Synthesizes an app with one stack, and deploys it as `cdk deploy` does. */
  async deploy(stackName: string, build: (stack: Stack) => void): Promise<StackOutcome> {
    const outdir = path.join(this.directory, `assembly-${++this.assemblies}`);
    const app = new App({ outdir, analyticsReporting: false, treeMetadata: false, stackTraces: false, context: { 'aws:cdk:disable-asset-staging': true } });
    build(new Stack(app, stackName));
    return this.cloudFormation.deploy({ assemblyDirectory: app.synth().directory, stackName });
  }

  /** Pushes an image as a client does. Content and digest are unique. */
  async push(repositoryName: string, ...tags: string[]): Promise<string> {
    const at = this.ecr.clock.now();
    const imageManifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 0 },
      layers: [],
      annotations: { 'org.opencontainers.image.created': new Date(at).toISOString(), 'org.opencontainers.image.ref.name': tags.join(' ') },
    });
    let digest = '';
    for (const imageTag of tags.length > 0 ? tags : [undefined]) {
      const { image } = await this.client.send(new PutImageCommand({ repositoryName, imageManifest, imageTag }));
      digest = image!.imageId!.imageDigest!;
    }
    return digest;
  }

  /** Reads the live lifecycle policy of a repository. */
  livePolicy(repositoryName: string): Promise<string | undefined> {
    return livePolicyOf(this.client, repositoryName);
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.cloudFormation.stop();
    await Promise.all([this.ecr.stop(), this.runtimes.stop(), this.s3.stop(), this.ssm.stop()]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
