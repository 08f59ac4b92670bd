import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { checkFinally } from './final-check';
import { explainOrganizationAccess } from './nag-reason';
import { declaredProperty, findCfnRepository, setProperty } from '../../construct/cfn-repository';
import { renderedProperty } from '../../construct/rendered-repository';
import { addWarning } from '../../construct/warnings';
import { isObject } from '../../core/text/json';

/** Adds statements to the policy of a repository. Keeps the existing statements and those that are added later. */
export function addStatements(repository: ecr.IRepositoryRef, statements: readonly iam.PolicyStatement[]): void {
  if (statements.length === 0) return;
  const cfn = findCfnRepository(repository);
  if (!cfn) {
    addWarning(
      repository, 'repositoryPolicyIgnored',
      `the RepositoryPolicy has no effect on ${repository.node.path}, which is imported: CloudFormation does not manage its policy; ` +
      'apply it in the app that declares the repository');
    return;
  }
  const owner = ownerOf(cfn);
  const source = owner ? addToL2(owner, statements) : addToL1(cfn, statements);
  checkFinally(cfn, owner ?? cfn, source);
  explainOrganizationAccess(cfn, statements);
}

/** Returns the L2 of an L1. The L2 renders its own policy into the L1, and grants add statements to it. */
function ownerOf(cfn: CfnResource): ecr.IRepository | undefined {
  const { scope } = cfn.node;
  return scope?.node.defaultChild === cfn && 'addToResourcePolicy' in scope ? scope as ecr.IRepository : undefined;
}

/** Adds statements to the policy of an L2, and returns the policy that it renders. */
function addToL2(owner: ecr.IRepository, statements: readonly iam.PolicyStatement[]): unknown {
  return statements.map((statement) => owner.addToResourcePolicy(statement).policyDependable).at(-1);
}

/** Adds statements to the policy of an L1, and returns the policy that it renders. */
function addToL1(cfn: CfnResource, statements: readonly iam.PolicyStatement[]): unknown {
  const stack = Stack.of(cfn);
  const former = declaredProperty(cfn, 'RepositoryPolicyText') ?? renderedProperty(cfn, 'RepositoryPolicyText');
  const document = new iam.PolicyDocument({ statements: [...statements] });
  const policy = Lazy.uncachedAny({ produce: () => merged(stack.resolve(former), stack.resolve(document)) });
  setProperty(cfn, 'RepositoryPolicyText', policy);
  return policy;
}

/** Adds statements to the document of an L1, after its own statements. */
function merged(own: unknown, added: { readonly Statement: unknown[] }): unknown {
  if (!isObject(own)) return added;
  const statements = own.Statement === undefined ? [] : Array.isArray(own.Statement) ? own.Statement : [own.Statement];
  return { ...own, Statement: [...statements, ...added.Statement] };
}
