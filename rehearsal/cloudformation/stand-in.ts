import { ECRClient } from '@aws-sdk/client-ecr';
import { CallGuard, type ApiCall } from './api';
import { readAssembly } from './assembly';
import { AssetStore } from './asset-store';
import { CloudFormationApi } from './cloudformation-api';
import { ValidationError } from './errors';
import { FailureList } from './failure-list';
import { FaultList } from './faults';
import { deepEqual } from './json';
import { Names } from './names';
import type { CloudFormationStandInOptions, DeployOptions, StackOutcome, StackView } from './options';
import { Permissions } from './permissions';
import { ResourceSteps } from './resource-steps';
import { ResourceTypes } from './resources/handler';
import { ResponseDesk } from './response-desk';
import { HttpServer } from './server';
import type { Stack } from './stack';
import { canUpdate, orderOf, StackOperation } from './stack-operation';
import { Stacks } from './stacks';
import { readTemplate } from './template';
import { AsyncInvocations } from '../lambda/async-invocations';
import { FunctionHost, type Invocation } from '../lambda/function-host';
import { CustomResourceHandler, type CustomResourceEvent } from './resources/custom-resource';
import { EcrPullExclusionHandler } from './resources/ecr-pull-exclusion';
import { EcrRepositoryHandler } from './resources/ecr-repository';
import { LambdaFunctionHandler } from './resources/lambda-function';
import { recordedHandlers } from './resources/recorded';

/**
 * Creates, updates, rolls back and deletes synthesized stacks as CloudFormation does. Functions run as processes, and
 * repositories are created at `ecrEndpoint`.
 */
export class CloudFormationStandIn {
  static async start(options: CloudFormationStandInOptions): Promise<CloudFormationStandIn> {
    let standIn: CloudFormationStandIn | undefined = undefined;
    const started = (): CloudFormationStandIn => standIn!; // no client knows the address before `start` returns
    const server = await HttpServer.start({
      customResourceResponse: (requestId, body) => started().takeResponse(requestId, body),
      api: (request) => started().cloudFormationApi.handle(request),
    });
    standIn = new CloudFormationStandIn(options, server);
    return standIn;
  }

  public readonly endpoint: string;
  public readonly faults = new FaultList();
  private readonly accountId: string;
  private readonly region: string;
  private readonly names = new Names('resource');
  private readonly assets = new AssetStore();
  private readonly desk = new ResponseDesk();
  private readonly failures = new FailureList();
  private readonly stacks: Stacks;
  private readonly ecr: ECRClient;
  private readonly functions: FunctionHost;
  private readonly invocations: AsyncInvocations;
  private readonly sent: CustomResourceEvent[] = [];
  private readonly permissions: Permissions;
  private readonly guard: CallGuard;
  private readonly types: ResourceTypes;
  private readonly cloudFormationApi: CloudFormationApi;

  private constructor(private readonly options: CloudFormationStandInOptions, private readonly server: HttpServer) {
    const { ecrEndpoint, accountId = '111122223333', region = 'us-east-1', onEvent } = options;
    this.stacks = new Stacks({ accountId, region }, onEvent);
    this.accountId = accountId;
    this.region = region;
    this.endpoint = server.endpoint;
    this.ecr = new ECRClient({ endpoint: ecrEndpoint, region, credentials: { accessKeyId: 'cloudformation', secretAccessKey: 'rehearsal' } });
    // A separate series: the number of API calls must not change the names of resources.
    const requestIds = new Names('request');
    const nextRequestId = (): string => requestIds.uuid();
    this.functions = new FunctionHost({
      region,
      timeoutLimitMs: options.functionTimeoutMs,
      nextRequestId,
      now: options.now,
      keepsProcesses: options.keepsFunctionProcesses,
      environment: {
        AWS_ENDPOINT_URL_ECR: ecrEndpoint,
        AWS_ENDPOINT_URL_CLOUDFORMATION: this.endpoint,
        ...options.functionEnvironment,
      },
    });
    this.invocations = new AsyncInvocations(this.functions);
    this.permissions = new Permissions(this.functions, () => this.stacks.all());
    this.guard = new CallGuard(this.faults, this.permissions);
    this.cloudFormationApi = new CloudFormationApi(this.stacks, this.guard, nextRequestId);
    this.types = this.resourceTypes();
  }

  /** All calls of the API so far, in order of arrival. */
  get calls(): readonly ApiCall[] {
    return [...this.guard.calls];
  }

  /**
   * Creates or updates the stack. Does nothing if neither the template nor the parameters have changed.
   *
   * @throws ValidationError if the template is rejected before any resource changes
   */
  async deploy({ assemblyDirectory, stackName, parameters = {} }: DeployOptions): Promise<StackOutcome> {
    const existing = this.stacks.find(stackName);
    if (existing && !canUpdate(existing.status)) {
      throw new ValidationError(`Stack:${existing.id} is in ${existing.status} state and can not be updated.`);
    }
    const id = existing?.id ?? this.stacks.arnOf(stackName, this.names.uuid());
    const { source, assets } = readAssembly(assemblyDirectory, stackName, this.pseudoParameters(stackName, id));
    const template = readTemplate(source, this.pseudoParameters(stackName, id), parameters);
    template.resources.forEach(({ type }) => this.types.handlerOf(type));
    orderOf(template.resources);
    const unknown = this.failures.unknownTo(stackName, template.resources);
    if (unknown.length > 0) throw new ValidationError(`failOnce names [${unknown.join(', ')}], but stack ${stackName} has no such resource`);
    if (existing && deepEqual(existing.deployed!.source, source)
      && deepEqual(existing.deployed!.template.environment.parameters, template.environment.parameters)) {
      return { status: existing.status, events: [], outputs: existing.outputs };
    }
    assets.forEach(({ bucket, key, directory }) => this.assets.publish(bucket, key, directory));
    const stack = existing ?? this.stacks.add(stackName, id);
    const operation = this.operationOn(stack);
    return this.outcomeOf(stack, () => (existing ? operation.update(source, template) : operation.create(source, template)));
  }

  /** Deletes the stack. Succeeds if the stack does not exist. */
  async destroy(stackName: string): Promise<StackOutcome> {
    const stack = this.stacks.find(stackName);
    if (!stack) return { status: 'DELETE_COMPLETE', events: [], outputs: {} };
    if (stack.status.endsWith('_IN_PROGRESS')) {
      throw new ValidationError(`Stack:${stack.id} is in ${stack.status} state and can not be deleted.`);
    }
    return this.outcomeOf(stack, () => this.operationOn(stack).delete());
  }

  /** Returns the current state of a stack, by name or id; of a deleted stack, by id only. */
  stack(nameOrId: string): StackView | undefined {
    const stack = this.stacks.find(nameOrId);
    return stack && {
      name: stack.name,
      id: stack.id,
      status: stack.status,
      resources: Object.fromEntries(stack.resources),
      outputs: stack.outputs,
      events: [...stack.events],
    };
  }

  /** Makes the next create or update of this resource fail before it has any effect. Each call adds one failure. */
  failOnce(stackName: string, logicalId: string, reason: string): void {
    this.failures.add(stackName, logicalId, reason);
  }

  /** Removes the failures that were requested and have not happened. */
  clearFailures(): void {
    this.failures.clear();
  }

  /** Makes Lambda throttle all invocations for this time, by the clock of its queue, which takes no real time. */
  throttleFunctions(milliseconds: number): void {
    this.invocations.throttle(milliseconds);
  }

  /** Makes Lambda deliver each event this many times, one after the other. */
  deliverEachEvent(times: number): void {
    this.invocations.deliveries = times;
  }

  /** The events sent to functions so far, in order. */
  get customResourceEvents(): readonly CustomResourceEvent[] {
    return [...this.sent];
  }

  /** Invokes a function directly, as a user does, or as Lambda does when it delivers an event again. */
  invoke(functionName: string, event: object): Promise<Invocation> {
    return this.functions.invoke(functionName, JSON.stringify(event));
  }

  /** Returns the role of the caller with this access key, if the caller is a function. */
  roleOf(accessKeyId: string): string | undefined {
    return this.permissions.roleOf(accessKeyId);
  }

  /** Returns true if the caller with this access key may perform the action. The other stand-ins call it. */
  authorize(accessKeyId: string, action: string, resourceArn: string): boolean {
    return this.permissions.isAuthorized(accessKeyId, action, resourceArn);
  }

  /** Returns the log of a function, line by line. */
  logs(functionName: string): readonly string[] {
    return this.functions.logs(functionName);
  }

  async stop(): Promise<void> {
    this.desk.cancelAll();
    await this.functions.stop();
    await this.server.stop();
    this.ecr.destroy();
    this.assets.dispose();
  }

  private resourceTypes(): ResourceTypes {
    const account = { accountId: this.accountId, region: this.region };
    const custom = new CustomResourceHandler({
      functions: this.functions,
      desk: this.desk,
      names: this.names,
      invocations: this.invocations,
      responseUrl: (requestId, at) => this.server.responseUrl(requestId, at),
      now: () => this.options.now?.() ?? Date.now(),
      onEvent: (event) => this.sent.push(event),
      serviceTimeoutLimitMs: this.options.serviceTimeoutMs,
    });
    return new ResourceTypes([
      ...recordedHandlers(account, this.names),
      ['AWS::ECR::PullTimeUpdateExclusion', new EcrPullExclusionHandler(this.ecr)],
      ['AWS::ECR::Repository', new EcrRepositoryHandler(this.ecr, this.names)],
      ['AWS::Lambda::Function', new LambdaFunctionHandler(this.functions, this.assets, account, this.functionNames())],
    ], custom);
  }

  private functionNames(): Pick<Names, 'physicalName'> {
    if (!this.options.keepsFunctionProcesses) return this.names;
    return { physicalName: (stackName, logicalId, maxLength) => `${stackName}-${logicalId}`.slice(0, maxLength) };
  }

  private takeResponse(requestId: string, body: string): number | 'reset' {
    const fault = this.faults.take('PutResponse');
    if (fault?.code === 'ConnectionReset') return 'reset';
    if (fault) return fault.status ?? 503;
    this.desk.put(requestId, body);
    return 200;
  }

  private operationOn(stack: Stack): StackOperation {
    return new StackOperation(stack, new ResourceSteps(stack, this.types, this.failures));
  }

  private async outcomeOf(stack: Stack, work: () => Promise<void>): Promise<StackOutcome> {
    const from = stack.events.length;
    await work();
    return { status: stack.status, events: stack.events.slice(from), outputs: stack.outputs };
  }

  private pseudoParameters(stackName: string, stackId: string): Record<string, string> {
    return {
      'AWS::AccountId': this.accountId,
      'AWS::Partition': 'aws',
      'AWS::Region': this.region,
      'AWS::StackId': stackId,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    };
  }
}
