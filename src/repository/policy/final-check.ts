import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import { knownJson } from './known-json';
import { isExpression } from '../../construct/expression';
import { renderedProperty } from '../../construct/rendered-repository';
import { OWN_ACCOUNT } from '../../core/repository-policy/known-text';
import type { PolicyStatementJson } from '../../core/repository-policy/statement';
import { checkRepositoryPolicy, checkRepositoryPolicyLength } from '../../core/repository-policy/validation';
import { isObject } from '../../core/text/json';
import { describeProblems, Problem } from '../../core/text/problem';

/** Stores the policy that a repository must be rendered with. */
const SOURCE = Symbol.for('cdk-ecr-lifecycle.RepositoryPolicySource');

type Watched = CfnResource & { [SOURCE]?: unknown };

/** The minimum lengths of the values of CloudFormation's pseudo parameters. */
const MIN_PSEUDO_PARAMETER_LENGTHS: Readonly<Record<string, number>> = { 'AWS::AccountId': 12, 'AWS::Partition': 3, 'AWS::Region': 9, 'AWS::URLSuffix': 13 };

/**
 * Checks the whole policy of a repository when the tree is finished, because other constructs can add grants and statements.
 *
 * @param source The value that the template must contain for the policy, with everything that was applied so far.
 */
export function checkFinally(cfn: Watched, subject: string, source: unknown): void {
  const isWatched = SOURCE in cfn;
  cfn[SOURCE] = source;
  if (isWatched) return;
  cfn.node.addValidation({
    validate: () => {
      const stack = Stack.of(cfn);
      const policy = renderedProperty(cfn, 'RepositoryPolicyText');
      const isReplaced = JSON.stringify(policy) !== JSON.stringify(stack.resolve(cfn[SOURCE]));
      return [
        ...(isReplaced ? [`RepositoryPolicyReplaced: the RepositoryPolicyText of ${subject} is overwritten, which drops the statements of its RepositoryPolicy; ` +
          'put all statements into the RepositoryPolicy, or use addToResourcePolicy'] : []),
        ...finalErrors(stack, policy, subject),
      ];
    },
  });
}

/** Returns one validation error per problem of a policy in the template of a stack. */
export function finalErrors(stack: Stack, policy: unknown, subject: string): string[] {
  return finalProblems(stack, policy)
    .map((problem) => `InvalidRepositoryPolicy: the policy of ${subject} has a problem: ${describeProblems([problem])}`);
}

function finalProblems(stack: Stack, policy: unknown): Problem[] {
  const resolved: unknown = stack.resolve(policy);
  if (!isObject(resolved)) return [];
  const owner = Token.isUnresolved(stack.account) ? OWN_ACCOUNT : stack.account;
  const { Statement = [] } = knownJson(resolved, owner) as { readonly Statement?: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).filter(isObject) as PolicyStatementJson[];
  return [
    ...checkRepositoryPolicyLength(minLength(resolved)),
    ...checkRepositoryPolicy(statements, owner),
  ];
}

/** Returns the minimum number of characters of a policy. Values that are known only at deployment count with their minimum lengths. */
function minLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + minLength(item), 2 + Math.max(0, value.length - 1));
  if (!isObject(value)) return [...JSON.stringify(value) ?? ''].length;
  const entries = Object.entries(value);
  if (isExpression(value)) return 2 + minLengthOfFunction(...entries[0]);
  return entries.reduce((sum, [key, item]) => sum + JSON.stringify(key).length + 1 + minLength(item), 2 + Math.max(0, entries.length - 1));
}

/** Returns the minimum length of the value of a function, without quotes. */
function minLengthOfFunction(name: string, argument: unknown): number {
  if (name === 'Ref') return MIN_PSEUDO_PARAMETER_LENGTHS[String(argument)] ?? 0;
  if (name !== 'Fn::Join' || !Array.isArray(argument) || !Array.isArray(argument[1])) return 0;
  const [delimiter, parts] = argument;
  return parts.reduce<number>((sum, part) => sum + minLength(part) - 2, String(delimiter).length * Math.max(0, parts.length - 1));
}
