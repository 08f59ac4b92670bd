import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, CustomResource, Duration, Stack, type RemovalPolicy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { CloudFormationStandInOptions } from '../../../rehearsal/cloudformation/options';
import type { StackEvent } from '../../../rehearsal/cloudformation/stack';
import { CloudFormationStandIn } from '../../../rehearsal/cloudformation/stand-in';
import { EmbeddedEcr } from '../../../rehearsal/ecr/embedded-ecr';

export const STACK = 'Shop';

/**
 * The function of a custom resource. It acts as its properties request, logs every event, and responds itself. The names of the
 * properties are those of `GateProperties`.
 */
const HANDLER = `
exports.handler = async (event) => {
  console.log('EVENT ' + JSON.stringify(event));
  const { mode, id } = event.ResourceProperties;
  const PhysicalResourceId = id || event.PhysicalResourceId || 'gate';
  if (event.RequestType === 'Delete') return answer(event, { PhysicalResourceId });
  switch (mode) {
    case 'fail': return answer(event, { Status: 'FAILED', Reason: 'careless policy', PhysicalResourceId });
    case 'too-long': return answer(event, { PhysicalResourceId, Data: { list: 'x'.repeat(5000) } });
    case 'silent': return;
    case 'crash': process.exit(1);
    case 'ask-status': return answer(event, { PhysicalResourceId, Data: { answer: await askStatus(event) } });
    default: return answer(event, { PhysicalResourceId, Data: { answer: '42' } });
  }
};
async function answer({ ResponseURL, StackId, RequestId, LogicalResourceId }, outcome) {
  const body = JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, ...outcome });
  const { ok, status } = await fetch(ResponseURL, { method: 'PUT', body });
  if (!ok) throw new Error('answered with ' + status);
}
async function askStatus({ StackId }) {
  const response = await fetch(process.env.AWS_ENDPOINT_URL_CLOUDFORMATION, {
    method: 'POST',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/cloudformation/aws4_request' },
    body: new URLSearchParams({ Action: 'DescribeStacks', Version: '2010-05-15', StackName: StackId }),
  });
  const [, status] = /<StackStatus>(.*?)</.exec(await response.text());
  console.log('STATUS ' + status);
  return status;
}
`;

export interface GateProperties {
  readonly mode?: 'fail' | 'too-long' | 'silent' | 'crash' | 'ask-status';
  /** The physical id in the response. */
  readonly id?: string;
  readonly [name: string]: unknown;
}

export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Record<string, unknown>;
  readonly OldResourceProperties?: Record<string, unknown>;
  readonly [name: string]: unknown;
}

/** Writes the assembly of an app with one stack. `removeAssemblies` deletes the directories. */
export function synth(build: (stack: Stack) => void, stackName = STACK): string {
  const outdir = mkdtempSync(path.join(tmpdir(), 'assembly-'));
  assemblies.push(outdir);
  const app = new App({ outdir, analyticsReporting: false });
  build(new Stack(app, stackName));
  return app.synth().directory;
}

const assemblies: string[] = [];

export function removeAssemblies(): void {
  for (const directory of assemblies.splice(0)) rmSync(directory, { recursive: true, force: true });
}

/** Adds a custom resource and its function. */
export function addGate(stack: Stack, properties: GateProperties = {}): CustomResource {
  const handler = new lambda.Function(stack, 'Handler', {
    functionName: 'gate-handler',
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(HANDLER),
    timeout: Duration.seconds(30),
  });
  return new CustomResource(stack, 'Gate', {
    serviceToken: handler.functionArn, serviceTimeout: Duration.seconds(30), properties: { ...properties },
  });
}

export interface Shop {
  readonly keep: number;
  readonly gate?: GateProperties;
  readonly topic?: string;
  readonly repositoryName?: string;
  readonly removalPolicy?: RemovalPolicy;
}

/** Adds a gate, a repository that depends on it, and a topic that depends on the repository and can fail. */
export function shop({ keep, gate, topic = 'v1', repositoryName = 'shop', removalPolicy }: Shop): (stack: Stack) => void {
  return (stack) => {
    const images = new ecr.Repository(stack, 'Images', { repositoryName, removalPolicy, lifecycleRules: [{ maxImageCount: keep }] });
    images.node.addDependency(addGate(stack, { keep, ...gate }));
    new sns.CfnTopic(stack, 'Topic', { displayName: topic }).node.addDependency(images);
  };
}

/** The embedded ECR and the stand-in, connected to each other as in the rehearsal. */
export class Rehearsal {
  static async start(options: Partial<CloudFormationStandInOptions> = {}): Promise<Rehearsal> {
    let cloudFormation: CloudFormationStandIn | undefined = undefined;
    const registry = await EmbeddedEcr.start({
      authorize: (key, action, arn) => (cloudFormation as CloudFormationStandIn | undefined)?.authorize(key, action, arn) ?? true,
    });
    cloudFormation = await CloudFormationStandIn.start({ ecrEndpoint: registry.endpoint, ...options });
    return new Rehearsal(registry, cloudFormation);
  }

  public readonly ecr: EmbeddedEcr;

  private constructor(registry: EmbeddedEcr, public readonly cloudFormation: CloudFormationStandIn) {
    this.ecr = registry;
  }

  deploy(build: (stack: Stack) => void): ReturnType<CloudFormationStandIn['deploy']> {
    return this.cloudFormation.deploy({ assemblyDirectory: synth(build), stackName: STACK });
  }

  /** The events of the gate's function, in order. */
  gateEvents(): CustomResourceEvent[] {
    return this.logged('EVENT').map((text) => JSON.parse(text) as CustomResourceEvent);
  }

  /** Returns one line per request: `Update <physical id> <former keep>><keep>`. */
  gateRequests(): string[] {
    return this.gateEvents().map(({ RequestType, PhysicalResourceId, ResourceProperties, OldResourceProperties }) =>
      `${RequestType} ${PhysicalResourceId ?? '-'} ${String(OldResourceProperties?.keep ?? '-')}>${String(ResourceProperties.keep)}`);
  }

  /** Returns the number of images that the live policy of the repository keeps; undefined without a policy. */
  livePolicyKeeps(repositoryName = 'shop'): number | undefined {
    const text = this.ecr.registry.find(repositoryName)?.lifecyclePolicyText;
    if (text === undefined) return undefined;
    return (JSON.parse(text) as { rules: Array<{ selection: { countNumber: number } }> }).rules[0].selection.countNumber;
  }

  ecrOperations(): string[] {
    return this.ecr.calls.map(({ operation }) => operation);
  }

  logged(mark: string): string[] {
    return this.cloudFormation.logs('gate-handler')
      .filter((line) => line.startsWith(`${mark} `))
      .map((line) => line.slice(mark.length + 1));
  }

  async stop(): Promise<void> {
    await this.cloudFormation.stop();
    await this.ecr.stop();
    removeAssemblies();
  }
}

/** Returns the events of the given resources as `logicalId STATUS`, without the hash of the logical id. */
export function history(events: readonly StackEvent[], ...logicalIds: string[]): string[] {
  return events
    .map(({ logicalId, status }) => ({ logicalId: logicalId.replace(/[0-9A-F]{8}$/, ''), status }))
    .filter(({ logicalId }) => logicalIds.includes(logicalId))
    .map(({ logicalId, status }) => `${logicalId} ${status}`);
}

export function reasonOf(events: readonly StackEvent[], status: string): string | undefined {
  return events.find((event) => event.status === status)?.reason;
}
