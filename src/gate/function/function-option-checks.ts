import { Token } from 'aws-cdk-lib';
import { rejectProblems } from '../../construct/errors';
import { Problems } from '../../core/text/problem';
import { show } from '../../core/text/show';
import { OWN_VARIABLES } from '../../protocol/function-variables';
import type { LifecycleGateFunctionOptions } from '../lifecycle-gate-function-options';

type NumberOption = 'memorySize' | 'reservedConcurrentExecutions' | 'managedPolicyQuota';

/** The ranges of whole numbers. A function with less memory would fail on large repositories, which blocks their deployments. */
const RANGES: Readonly<Record<NumberOption, readonly [min: number, max: number]>> = {
  memorySize: [256, 10_240],
  reservedConcurrentExecutions: [1, 1_000],
  managedPolicyQuota: [1, 25],
};

/** Lambda rejects these, and names that begin with `AWS_LAMBDA_`. */
const RESERVED_VARIABLES = [
  '_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV', 'AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR',
];

/** Throws one error for all options of a call that are not valid. */
export function checkFunctionOptions(place: string, options: LifecycleGateFunctionOptions): void {
  const problems = new Problems();
  for (const [name, [min, max]] of Object.entries(RANGES) as [NumberOption, readonly [number, number]][]) {
    const value = options[name];
    if (value === undefined || Token.isUnresolved(value) || (Number.isInteger(value) && value >= min && value <= max)) continue;
    problems.add('InvalidFunctionOption', name, `must be a whole number from ${min} to ${max}, got ${show(value)}`);
  }
  for (const name of Object.keys(options.environment ?? {})) {
    const at = `environment.${name}`;
    if (OWN_VARIABLES.includes(name)) {
      problems.add('ReservedVariable', at, 'the library sets this variable; choose another name');
    } else if (RESERVED_VARIABLES.includes(name) || name.startsWith('AWS_LAMBDA_')) {
      problems.add('ReservedVariable', at, 'Lambda reserves this variable; leave it out');
    } else if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name)) {
      problems.add('InvalidFunctionOption', at, 'the name of a variable must have at least two letters, digits or underscores, and begin with a letter');
    }
  }
  if (options.logGroup && (options.logRetention ?? options.logEncryptionKey) !== undefined) {
    problems.add('ConflictingLogOptions', 'logGroup', 'logRetention and logEncryptionKey have no effect on a log group of your own; set them on the log group');
  }
  if (options.securityGroups?.length === 0) {
    problems.add('InvalidFunctionOption', 'securityGroups', 'must not be empty; leave it out for a security group that the stack creates');
  }
  const found = problems.list();
  if (found.length > 0) rejectProblems('InvalidFunctionOptions', place, found);
}
