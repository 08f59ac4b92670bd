import { AspectPriority, Aspects, IResolvable, IResolveContext, Lazy, TagManager } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { gateFunctionOption } from './gate-function-options';
import type { GateLog } from './gate-log';
import type { GateNetwork } from './gate-network';
import type { GateRole } from './gate-role';
import { readLate } from './late-decisions';
import type { RolePolicies } from './role-policies';
import { EVENT_BUS_VARIABLE } from '../../protocol/function-variables';
import type { LifecycleGateFunctionOptions } from '../lifecycle-gate-function-options';

const DEFAULT_MEMORY_SIZE = 512;

/** The priority of `Tags.of` is 100 by default. */
const TAG_PRIORITY = 200;

export interface FunctionParts {
  readonly role: GateRole;
  readonly log: GateLog;
  readonly network: GateNetwork;
}

/** Sets the properties of the function that options decide. They are read when the template is written. */
export function applyFunctionOptions(handler: lambda.Function, { role, log, network }: FunctionParts): void {
  const option = <K extends keyof LifecycleGateFunctionOptions>(name: K) => gateFunctionOption(handler, name);
  const cfn = handler.node.defaultChild as lambda.CfnFunction;
  cfn.role = role.usedArn;
  cfn.loggingConfig = { logGroup: log.name };
  readStructure(cfn, 'vpcConfig', () => network.config);
  readNumber(cfn, 'memorySize', () => option('memorySize') ?? DEFAULT_MEMORY_SIZE);
  readNumber(cfn, 'reservedConcurrentExecutions', () => option('reservedConcurrentExecutions'));
  readList(cfn, 'architectures', () => listOf(option('architecture')?.name));
  const { layers } = cfn;
  readList(cfn, 'layers', () => (option('layers')?.length ? option('layers')!.map(({ layerVersionArn }) => layerVersionArn) : layers));
  cfn.environment = withVariables(cfn.environment, () => ({
    ...option('environment'),
    ...option('eventBus') && { [EVENT_BUS_VARIABLE]: option('eventBus')!.eventBusArn },
  }));
  readStructure(cfn, 'deadLetterConfig', () => option('deadLetterQueue') && { targetArn: option('deadLetterQueue')!.queueArn });
  readStructure(cfn, 'tracingConfig', () => (isTraced(option('tracing')) ? { mode: option('tracing') } : undefined));
  handler.node.addDependency(network.access);
}

/** Adds the permissions that options of the function need. */
export function allowFunctionOptions(scope: Construct, network: GateNetwork, policies: RolePolicies): void {
  const option = <K extends keyof LifecycleGateFunctionOptions>(name: K) => gateFunctionOption(scope, name);
  policies.allowIf(() => network.isUsed, network.statement());
  policies.allowIf(() => isTraced(option('tracing')), new iam.PolicyStatement({
    sid: 'Tracing', // AWS defines no resource for these calls
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    resources: ['*'],
  }));
  policies.allowIf(() => option('deadLetterQueue') !== undefined, new iam.PolicyStatement({
    sid: 'DeadLetters',
    actions: ['sqs:SendMessage'],
    resources: [Lazy.uncachedString({ produce: () => option('deadLetterQueue')?.queueArn })],
  }));
  policies.allowIf(() => option('eventBus') !== undefined, new iam.PolicyStatement({
    sid: 'FailureEvents',
    actions: ['events:PutEvents'],
    resources: [Lazy.uncachedString({ produce: () => option('eventBus')?.eventBusArn })],
  }));
}

/** Adds the tags of the option to all resources below a construct. */
export function applyTags(scope: Construct): void {
  Aspects.of(scope).add({
    visit: (node) => {
      const tags = TagManager.of(node);
      if (!tags) return;
      for (const [key, value] of Object.entries(gateFunctionOption(node, 'tags') ?? {})) tags.setTag(key, value, TAG_PRIORITY);
    },
  }, { priority: AspectPriority.MUTATING });
}

/** Adds variables to those that CDK, and aspects of the organization, have set. */
function withVariables(declared: lambda.CfnFunction['environment'], added: () => Record<string, string>): IResolvable {
  return Lazy.uncachedAny({
    produce: (context: IResolveContext) => {
      const variables: Record<string, unknown> = { ...added(), ...context.resolve(declared)?.variables };
      const sorted = Object.keys(variables).sort().filter((name) => variables[name] !== undefined);
      return sorted.length === 0 ? undefined : { variables: Object.fromEntries(sorted.map((name) => [name, variables[name]])) };
    },
  });
}

function readNumber(cfn: lambda.CfnFunction, name: 'memorySize' | 'reservedConcurrentExecutions', read: () => number | undefined): void {
  readLate(cfn, name, read, Lazy.uncachedNumber({ produce: read }));
}

function readList(cfn: lambda.CfnFunction, name: 'architectures' | 'layers', read: () => string[] | undefined): void {
  readLate(cfn, name, read, Lazy.uncachedList({ produce: read }));
}

function readStructure<K extends 'vpcConfig' | 'deadLetterConfig' | 'tracingConfig'>(cfn: lambda.CfnFunction, name: K, read: () => lambda.CfnFunction[K]): void {
  readLate(cfn, name, read, Lazy.uncachedAny({ produce: read }));
}

function isTraced(tracing: lambda.Tracing | undefined): boolean {
  return tracing !== undefined && tracing !== lambda.Tracing.DISABLED;
}

function listOf<T>(value: T | undefined): T[] | undefined {
  return value === undefined ? undefined : [value];
}
