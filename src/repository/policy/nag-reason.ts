import { CfnResource, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { acknowledge } from '../../construct/acknowledgments';
import { declaredProperty } from '../../construct/cfn-repository';
import { isObject } from '../../core/text/json';

const RULE = 'AwsSolutions-ECR1';
const REASON = 'Each statement that allows all principals has a condition on the organization of the caller, so no principal outside of it has access.';

const ORGANIZATION_KEYS = ['aws:principalorgid', 'aws:principalorgpaths'];

/** Marks a repository that has the reason. */
const EXPLAINED = Symbol.for('cdk-ecr-lifecycle.OpenAccessReason');

/**
 * Gives the reason for cdk-nag's finding on a policy that allows all principals of an organization. The reason applies only as long
 * as all such statements of the finished policy have the condition.
 */
export function explainOrganizationAccess(repository: CfnResource, statements: readonly iam.PolicyStatement[]): void {
  if (EXPLAINED in repository || !isForOrganizations(statements.map((statement) => statement.toJSON()))) return;
  Object.defineProperty(repository, EXPLAINED, { value: true });
  const rules = () => {
    // As cdk-nag reads it.
    const policy: unknown = Stack.of(repository).resolve(declaredProperty(repository, 'RepositoryPolicyText'));
    return isObject(policy) && isForOrganizations([policy.Statement].flat()) ? [{ id: RULE, reason: REASON }] : [];
  };
  if (repository.getMetadata('cdk_nag') === undefined) repository.addMetadata('cdk_nag', { get rules_to_suppress() { return rules(); } });
  repository.node.addValidation({
    validate: () => {
      for (const { id, reason } of rules()) acknowledge(repository, id, reason);
      return [];
    },
  });
}

/** Returns true if there are statements that allow all principals, and each of them only those of an organization. */
function isForOrganizations(statements: readonly unknown[]): boolean {
  const open = statements.filter(isObject).filter(({ Effect, Principal }) => Effect === 'Allow' && (JSON.stringify(Principal) ?? '').includes('*'));
  return open.length > 0 && open.every(({ Condition }) => isObject(Condition) && Object.entries(Condition)
    .some(([operator, keys]) => /^(ForAnyValue:)?String(Equals|Like)$/.test(operator) && isObject(keys)
      && Object.keys(keys).some((key) => ORGANIZATION_KEYS.includes(key.toLowerCase()))));
}
