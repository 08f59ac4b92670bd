import { Lazy, RemovalPolicy } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { gateFunctionOption } from './gate-function-options';
import { includeIf, readLate } from './late-decisions';

/** The log of the function: the log group of the stack, or one that the user passes as an option. */
export class GateLog {
  /** The log group of the stack. It is in the template only if the user passes no other one. */
  public readonly own: logs.LogGroup;
  public readonly arn: string;
  public readonly name: string;

  constructor(scope: Construct, id: string) {
    this.own = new logs.LogGroup(scope, id, {
      // No explicit name: a feature flag of CDK or an aspect of the organization may declare `/aws/lambda/<function>`, and
      // CloudFormation rejects a second log group of the same name. With a generated name, a later stack cannot collide with it.
      retention: logs.RetentionDays.ONE_YEAR,
      // The log records why images expired. Users may need it after the stack is deleted, because repositories outlive their
      // stacks. Log events still expire. A stack whose creation fails does not retain the log group.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const passed = () => gateFunctionOption(scope, 'logGroup');
    this.arn = Lazy.uncachedString({ produce: () => (passed() ?? this.own).logGroupArn });
    this.name = Lazy.uncachedString({ produce: () => (passed() ?? this.own).logGroupName });
    const cfnGroup = this.own.node.defaultChild as logs.CfnLogGroup;
    includeIf(cfnGroup, () => passed() === undefined);
    const retention = () => daysOf(gateFunctionOption(scope, 'logRetention'));
    const key = () => gateFunctionOption(scope, 'logEncryptionKey')?.keyArn;
    readLate(cfnGroup, 'retentionInDays', retention, Lazy.uncachedNumber({ produce: retention }));
    readLate(cfnGroup, 'kmsKeyId', key, Lazy.uncachedString({ produce: key }));
  }
}

/** Returns undefined for a log that never expires, because CloudFormation has no value for it. */
function daysOf(retention: logs.RetentionDays = logs.RetentionDays.ONE_YEAR): number | undefined {
  return retention === logs.RetentionDays.INFINITE ? undefined : retention;
}
