import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { ECS } from '@aws-sdk/client-ecs';
import { Inspector2 } from '@aws-sdk/client-inspector2';
import { Lambda } from '@aws-sdk/client-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Fault } from '../../rehearsal/http/faults';
import { Rehearsal, RehearsalOptions } from '../../rehearsal/rehearsal';
import { Clients, makeClients } from '../../src/aws/clients';
import type { Clock } from '../../src/aws/deadline';
import { EventBus } from '../../src/aws/eventbridge/event-bus';
import { EventBridge, Scheduler } from '../../src/aws/in-use/task-start-clients';
import { joinLogEntries, LogEntry } from '../../src/core/report/log-entries';
import type { GateReport } from '../../src/core/report/report';
import { answerEvent } from '../../src/lambda/answer-event';
import type { GateDependencies, GateEvent, GateResponse } from '../../src/lambda/event';
import { handleGateEvent } from '../../src/lambda/handler';
import type { Put } from '../../src/lambda/send-answer';

/* The handler with the real SDK, over HTTP, against the embedded services and the stacks of the stand-in. */

export const REPOSITORY = 'shop/web';
export const REPOSITORY_URI = `111122223333.dkr.ecr.us-east-1.amazonaws.com/${REPOSITORY}`;

/** A clock on which sleeping takes no real time. */
export class TestClock implements Clock {
  readonly slept: number[] = [];
  onSleep?: (times: number) => void;

  constructor(private time = 0) {}

  now = () => this.time;
  random = () => 0.5;
  sleep = async (milliseconds: number) => {
    this.slept.push(milliseconds);
    this.advance(milliseconds);
    this.onSleep?.(this.slept.length);
  };
  advance = (milliseconds: number) => {
    this.time += milliseconds;
  };
}

/** Returns the text of a policy that keeps the newest `countNumber` images. */
export function keepNewest(countNumber: number): string {
  return JSON.stringify({
    rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber }, action: { type: 'expire' } }],
  });
}

export const PROPERTIES = {
  ServiceToken: 'arn',
  ProtocolVersion: '1',
  Purpose: 'GATE',
  RepositoryName: REPOSITORY,
  LifecyclePolicyText: keepNewest(1),
  Guards: [{ Id: 'max-images', Limit: '10' }] as object[],
  Enforcement: 'FAIL',
  TimeoutSeconds: '840',
  LookAheadSeconds: '172800',
};

export const NEEDS_INVENTORY = [{ Id: 'max-images', Limit: '1000' }, { Id: 'max-percent', Percent: '99.99' }];
export const NEEDS_USES = [{ Id: 'max-images', Limit: '1000' }, { Id: 'protect-in-use', Sources: ['ecs', 'lambda'] }];
/** Allows the expiry of the images of `fillPages`. */
export const MANY = { Guards: [{ Id: 'max-images', Limit: '300' }] };
export const denied = (action: string): Fault => ({ kind: 'error', code: 'AccessDeniedException', message: `not authorized to perform: ${action}` });

export class GateUnderTest {
  static async start(options: RehearsalOptions = {}): Promise<GateUnderTest> {
    const rehearsal = await Rehearsal.start(options);
    await rehearsal.deploy('Shop', (stack) => new sns.Topic(stack, 'Topic'));
    rehearsal.cloudFormation.failOnce('RolledBack', 'TopicBFC7AF6E', 'no topic today');
    await rehearsal.deploy('RolledBack', (stack) => new sns.Topic(stack, 'Topic'));
    const gate = new GateUnderTest(rehearsal);
    gate.sdkClients.push(await gate.clients.ssm());
    await Promise.all(gate.sdkClients.map(retryAtOnce));
    return gate;
  }

  readonly stackId: string;
  /** The id of a stack that was rolled back. */
  readonly rolledBackStackId: string;
  clock = new TestClock();
  logged: Record<string, unknown>[] = [];
  metrics: Record<string, any>[] = [];
  /** The bus of the function, if it has one. */
  eventBus?: string;
  /** The stack statuses that CloudFormation returns instead of the real one, one per answer. */
  readonly stackStatuses: string[] = [];
  private readonly clients: Clients;
  private readonly sdkClients: { destroy(): void }[];
  private before = 0;

  private constructor(readonly rehearsal: Rehearsal) {
    this.stackId = rehearsal.cloudFormation.stack('Shop')!.id;
    this.rolledBackStackId = rehearsal.cloudFormation.stack('RolledBack')!.id;
    const settings = { region: 'us-east-1', credentials: { accessKeyId: 'gate', secretAccessKey: 'rehearsal' }, maxAttempts: 10 };
    process.env.AWS_ENDPOINT_URL_ECR = rehearsal.ecr.endpoint;
    process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = rehearsal.cloudFormation.endpoint;
    process.env.AWS_ENDPOINT_URL_SSM = rehearsal.ssm.endpoint;
    const runtimes = { ...settings, endpoint: rehearsal.runtimes.endpoint };
    const inUse = {
      ecs: new ECS(runtimes),
      eventBridge: new EventBridge(runtimes),
      scheduler: new Scheduler(runtimes),
      lambda: new Lambda(runtimes),
      inspector: new Inspector2(runtimes),
    };
    const eventBus = new EventBus(runtimes);
    this.clients = { ...makeClients(settings), inUse: async () => inUse, events: async () => eventBus };
    this.overrideStackStatuses(this.clients.cloudFormation);
    this.sdkClients = [this.clients.ecr, this.clients.cloudFormation, ...Object.values(inUse), eventBus];
  }

  /** Removes all faults, running images and log entries, and creates the repository anew with these images, oldest first. */
  reset(...tags: string[]): void {
    const { ecr, runtimes, cloudFormation, ssm } = this.rehearsal;
    ecr.faults.clear();
    ssm.faults.clear();
    ssm.parameters.clear();
    runtimes.faults.clear();
    cloudFormation.faults.clear();
    runtimes.account = { ...runtimes.account, clusters: [], taskDefinitions: [], rules: [], schedules: [], functions: [], coverage: [] };
    ecr.registry.deleteRepository(REPOSITORY);
    const repository = ecr.registry.createRepository(REPOSITORY);
    tags.forEach((tag, i) => repository.addImage({ tags: [tag], pushedAt: ecr.clock.now() - (tags.length - i) * 1000 }));
    this.clock = new TestClock();
    this.logged = [];
    this.metrics = [];
    this.eventBus = undefined;
    runtimes.events.length = 0;
    this.stackStatuses.length = 0;
    this.before = ecr.calls.length;
  }

  get repository() {
    return this.rehearsal.ecr.registry.repository(REPOSITORY);
  }

  get faults() {
    return this.rehearsal.ecr.faults;
  }

  /** The ECR operations called since the last reset. Those of the preview are shortened to their first word. */
  get calls(): string[] {
    return this.rehearsal.ecr.calls.slice(this.before).map(({ operation }) => operation.replace('LifecyclePolicyPreview', ''));
  }

  /** The report in the log. */
  get report(): GateReport | undefined {
    return joinLogEntries(this.logged as unknown as LogEntry[]);
  }

  run(properties: object = {}, event: Partial<GateEvent> = {}, remainingMilliseconds = 900_000): Promise<GateResponse> {
    return handleGateEvent(
      {
        RequestType: 'Update',
        RequestId: 'request-1',
        StackId: this.stackId,
        LogicalResourceId: 'Gate',
        PhysicalResourceId: 'gate-1',
        ResourceProperties: { ...PROPERTIES, ...properties },
        ...event,
      },
      this.dependencies(remainingMilliseconds),
    );
  }

  /** Handles an event as CloudFormation sends it, and sends the answer. */
  answer(event: unknown, put: Put): Promise<void> {
    return answerEvent(event, this.dependencies(), put);
  }

  private dependencies(remainingMilliseconds = 900_000): GateDependencies {
    return {
      clients: this.clients,
      clock: this.clock,
      remainingMilliseconds,
      logGroupName: '/aws/lambda/gate',
      log: (entry) => this.logged.push(entry as Record<string, unknown>),
      writeMetric: (entry) => this.metrics.push(entry as Record<string, unknown>),
      eventBus: this.eventBus,
    };
  }

  /** Runs one ECS task in the cluster `main`, with one container per digest of an image of the repository. */
  runImages(...digests: string[]): void {
    const containers = digests.map((imageDigest) => ({ image: REPOSITORY_URI, imageDigest }));
    this.rehearsal.runtimes.account.clusters = [{ name: 'main', services: [], tasks: [{ id: 'one', taskDefinition: 'web:1', containers }] }];
  }

  /** Returns the reason why the gate failed. */
  async reasonOf(run: Promise<GateResponse>): Promise<string> {
    const reason = await run.then(() => undefined, (error: Error) => error);
    if (!reason) throw new Error('the gate passed');
    return reason.message;
  }

  /**
   * Adds images of which 300 are affected, on two pages of tagged and two of untagged ones, which are read in parallel. The first
   * Get returns that the preview is complete, the second to the fifth return the pages, and the fifth has a token.
   */
  fillPages(): void {
    this.reset(...Array.from({ length: 150 }, (_, i) => `build-${i}`));
    for (let i = 0; i < 151; i++) this.repository.addImage();
  }

  /** Injects a fault into the next calls of this operation. */
  hit(operation: string, fault: Fault, times = 1, skip = 0): void {
    this.faults.add({ operation, fault, times, skip });
  }

  /** Runs a function just before the next calls of this operation. */
  meanwhile(operation: string, act: () => void, times = 1, skip = 0): void {
    this.hit(operation, { kind: 'meanwhile', act }, times, skip);
  }

  async expectPass(expiring = 2, properties: object = {}): Promise<void> {
    expect((await this.run(properties)).Data.ExpiringImageCount).toBe(expiring);
    expect(this.report).toMatchObject({ verdict: 'PASSED', counts: { expiring, archiving: 0, unexpected: 0 } });
  }

  /** Expects that the gate fails with this message, in one line, and without a report. */
  async expectFailure(message: string | RegExp, properties: object = {}): Promise<void> {
    const reason = await this.reasonOf(this.run(properties));
    if (typeof message === 'string') expect(reason).toContain(message);
    else expect(reason).toMatch(message);
    expect(reason).not.toMatch(/\n/);
    expect(reason.length).toBeLessThanOrEqual(1_500);
    expect(this.report).toBeUndefined();
  }

  private overrideStackStatuses({ middlewareStack }: CloudFormationClient): void {
    middlewareStack.add((next, { commandName }) => async (args) => {
      const result = await next(args);
      const [stack] = (result.output as { readonly Stacks?: { StackStatus?: string }[] }).Stacks ?? [];
      if (commandName === 'DescribeStacksCommand' && stack) stack.StackStatus = this.stackStatuses.shift() ?? stack.StackStatus;
      return result;
    }, { step: 'initialize', name: 'overrideStackStatuses' });
  }

  async stop(): Promise<void> {
    this.sdkClients.forEach((client) => client.destroy());
    await this.rehearsal.stop();
  }
}

interface RetryingClient {
  readonly config: { readonly retryStrategy: () => Promise<{ retryBackoffStrategy: object }> };
}

/** Removes the delays of the SDK's retries, which take real time. The SDK still decides about the retries. */
async function retryAtOnce(client: object): Promise<void> {
  const strategy = await (client as RetryingClient).config.retryStrategy();
  strategy.retryBackoffStrategy = { setDelayBase: () => undefined, computeNextBackoffDelay: () => 0 };
}
