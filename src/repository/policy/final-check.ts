import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { knownJson, KnownValues } from './known-json';
import { isExpression } from '../../construct/expression';
import { renderedProperty } from '../../construct/rendered-repository';
import { addWarning } from '../../construct/warnings';
import { OWN_ACCOUNT, UNKNOWN } from '../../core/repository-policy/known-text';
import { findRepositoryPolicyWarnings } from '../../core/repository-policy/policy-warnings';
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
export function checkFinally(cfn: Watched, repository: IConstruct, source: unknown): void {
  const subject = repository.node.path;
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
        ...finalErrors(stack, policy, repository),
      ];
    },
  });
}

/** Returns one validation error per problem of a policy in the template of a stack, and adds its warnings to the subject. */
export function finalErrors(stack: Stack, policy: unknown, subject: IConstruct): string[] {
  const resolved: unknown = stack.resolve(policy);
  if (!isObject(resolved)) return [];
  const { Statement = [] } = knownJson(resolved, valuesOf(stack)) as { readonly Statement?: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]).filter(isObject) as PolicyStatementJson[];
  for (const { id, message } of findRepositoryPolicyWarnings(statements)) {
    addWarning(subject, id, `the repository policy may not work as intended. ${message}`);
  }
  const problems: Problem[] = [
    ...checkRepositoryPolicyLength(minLength(resolved)),
    ...checkRepositoryPolicy(statements, ownerOf(stack)),
  ];
  return problems.map((problem) => `InvalidRepositoryPolicy: the policy of ${subject.node.path} has a problem: ${describeProblems([problem])}`);
}

function ownerOf(stack: Stack): string {
  return Token.isUnresolved(stack.account) ? OWN_ACCOUNT : stack.account;
}

/** The ARN of a group in the stack is known well enough to reject it as principal. */
function valuesOf(stack: Stack): KnownValues {
  const isGroup = (construct: IConstruct, logicalId: string) => CfnResource.isCfnResource(construct)
    && construct.cfnResourceType === 'AWS::IAM::Group' && construct.stack === stack && stack.resolve(construct.logicalId) === logicalId;
  return {
    ownAccount: ownerOf(stack),
    attributeOf: (logicalId, attribute) => (attribute === 'Arn' && stack.node.findAll().some((construct) => isGroup(construct, logicalId))
      ? `arn:${UNKNOWN}:iam::${OWN_ACCOUNT}:group/${UNKNOWN}` : undefined),
  };
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
