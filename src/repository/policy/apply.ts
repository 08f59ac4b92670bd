import { Annotations, CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { checkFinally } from './final-check';
import { declaredProperty, findCfnRepository, setProperty } from '../../construct/cfn-repository';
import { renderedProperty } from '../../construct/rendered-repository';
import { isObject } from '../../core/text/json';

/** Adds statements to the policy of a repository, whatever else is in it already or comes later. */
export function addStatements(repository: ecr.IRepositoryRef, statements: readonly iam.PolicyStatement[]): void {
  if (statements.length === 0) return;
  const cfn = findCfnRepository(repository);
  if (!cfn) {
    Annotations.of(repository).addWarningV2(
      'cdk-ecr-lifecycle:repositoryPolicyIgnored',
      `the RepositoryPolicy has no effect on ${repository.node.path}, which is imported: CloudFormation does not manage its policy. ` +
      'Apply it in the app that declares the repository');
    return;
  }
  const owner = ownerOf(cfn);
  const source = owner ? addToL2(owner, statements) : addToL1(cfn, statements);
  checkFinally(cfn, (owner ?? cfn).node.path, source);
}

/** The L2 around an L1: it renders its own policy into the L1, and grants add to that. */
function ownerOf(cfn: CfnResource): ecr.IRepository | undefined {
  const { scope } = cfn.node;
  return scope?.node.defaultChild === cfn && 'addToResourcePolicy' in scope ? scope as ecr.IRepository : undefined;
}

/** Returns what the L2 renders. */
function addToL2(owner: ecr.IRepository, statements: readonly iam.PolicyStatement[]): unknown {
  return statements.map((statement) => owner.addToResourcePolicy(statement).policyDependable).at(-1);
}

/** Returns what the L1 renders. */
function addToL1(cfn: CfnResource, statements: readonly iam.PolicyStatement[]): unknown {
  const stack = Stack.of(cfn);
  const former = declaredProperty(cfn, 'RepositoryPolicyText') ?? renderedProperty(cfn, 'RepositoryPolicyText');
  const document = new iam.PolicyDocument({ statements: [...statements] });
  const policy = Lazy.uncachedAny({ produce: () => merged(stack.resolve(former), stack.resolve(document)) });
  setProperty(cfn, 'RepositoryPolicyText', policy);
  return policy;
}

/** The document of the L1 with the statements of ours after its own. */
function merged(own: unknown, added: { readonly Statement: unknown[] }): unknown {
  if (!isObject(own)) return added;
  const statements = own.Statement === undefined ? [] : Array.isArray(own.Statement) ? own.Statement : [own.Statement];
  return { ...own, Statement: [...statements, ...added.Statement] };
}
