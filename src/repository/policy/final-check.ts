import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import { knownJson } from './known-json';
import { renderedProperty } from '../../construct/rendered-repository';
import { OWN_ACCOUNT } from '../../core/repository-policy/known-text';
import type { PolicyStatementJson } from '../../core/repository-policy/statement';
import { checkRepositoryPolicy, checkRepositoryPolicyLength } from '../../core/repository-policy/validation';
import { isObject } from '../../core/text/json';
import { describeProblems, Problem } from '../../core/text/problem';

/** Where a repository keeps what must be rendered as its policy. */
const SOURCE = Symbol.for('cdk-ecr-lifecycle.RepositoryPolicySource');

type Watched = CfnResource & { [SOURCE]?: unknown };

/** The least characters that CloudFormation's own parameters stand for. */
const SHORTEST: Readonly<Record<string, number>> = { 'AWS::AccountId': 12, 'AWS::Partition': 3, 'AWS::Region': 9, 'AWS::URLSuffix': 13 };

/**
 * Checks the whole policy of a repository when the tree is finished: grants and statements of others are in it by then.
 *
 * @param source what has to be in the template for the policy, with all that was applied so far
 */
export function checkFinally(cfn: Watched, subject: string, source: unknown): void {
  const isWatched = SOURCE in cfn;
  cfn[SOURCE] = source;
  if (isWatched) return;
  cfn.node.addValidation({
    validate: () => {
      const stack = Stack.of(cfn);
      const policy = renderedProperty(cfn, 'RepositoryPolicyText');
      const replaced = JSON.stringify(policy) !== JSON.stringify(stack.resolve(cfn[SOURCE]));
      return [
        ...(replaced ? [`RepositoryPolicyReplaced: the RepositoryPolicyText of ${subject} is set past its RepositoryPolicy, whose statements it drops; ` +
          'put all statements into the RepositoryPolicy, or use addToResourcePolicy'] : []),
        ...finalProblems(stack, policy)
          .map((problem) => `InvalidRepositoryPolicy: the policy of ${subject} has a problem: ${describeProblems([problem])}`),
      ];
    },
  });
}

/** What is wrong with a policy as it will stand in the template of a stack. */
export function finalProblems(stack: Stack, policy: unknown): Problem[] {
  const resolved: unknown = stack.resolve(policy);
  if (!isObject(resolved)) return [];
  const owner = Token.isUnresolved(stack.account) ? OWN_ACCOUNT : stack.account;
  const { Statement = [] } = knownJson(resolved, owner) as { readonly Statement?: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).filter(isObject) as PolicyStatementJson[];
  return [
    ...checkRepositoryPolicyLength(leastLength(resolved)),
    ...checkRepositoryPolicy(statements, owner),
  ];
}

/** The characters that the text will have at least: what is known at deployment only counts with the fewest that it can have. */
function leastLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + leastLength(item), 2 + Math.max(0, value.length - 1));
  if (!isObject(value)) return [...JSON.stringify(value) ?? ''].length;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && (name === 'Ref' || name?.startsWith('Fn::'))) return 2 + leastLengthOfFunction(name, argument);
  return entries.reduce((sum, [key, item]) => sum + JSON.stringify(key).length + 1 + leastLength(item), 2 + Math.max(0, entries.length - 1));
}

/** Without the quotes. */
function leastLengthOfFunction(name: string, argument: unknown): number {
  if (name === 'Ref') return SHORTEST[String(argument)] ?? 0;
  if (name !== 'Fn::Join' || !Array.isArray(argument) || !Array.isArray(argument[1])) return 0;
  const [delimiter, parts] = argument;
  return parts.reduce<number>((sum, part) => sum + leastLength(part) - 2, String(delimiter).length * Math.max(0, parts.length - 1));
}
