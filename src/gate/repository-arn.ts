import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { isNoValue } from '../construct/expression';
import { renderedProperty } from '../construct/rendered-repository';
import { isObject } from '../core/text/json';

/** CloudFormation truncates longer logical ids in the names that it generates, depending on the length of the stack name. */
const MAX_UNTRUNCATED_LENGTH = 100;

/**
 * Returns the ARN of a repository, or a pattern that matches it if CloudFormation generates the name.
 *
 * Does not use `Ref` or `GetAtt`, not even with an explicit name: the repository depends on its gate, so that would be a cycle.
 * The name is read as late as possible, so that changes until synthesis count.
 */
export function repositoryArnOf(repository: CfnResource): string {
  const resourceName = Lazy.uncachedString({
    produce: () => {
      const pattern = generatedNamePattern(repository);
      return withoutNoValue(renderedProperty(repository, 'RepositoryName'), pattern) as string;
    },
  });
  return Stack.of(repository).formatArn({ service: 'ecr', resource: 'repository', resourceName });
}

/** Replaces each branch of a name that may have no value at deployment with the pattern. */
function withoutNoValue(name: unknown, pattern: string): unknown {
  if (name === undefined || isNoValue(name)) return pattern;
  if (!isObject(name) || !Array.isArray(name['Fn::If'])) return name;
  const [condition, ...branches] = name['Fn::If'];
  return { 'Fn::If': [condition, ...branches.map((branch) => withoutNoValue(branch, pattern))] };
}

/**
 * Returns a pattern for a generated name: CloudFormation generates `<stack>-<logical id>-<suffix>` in lower case.
 *
 * A template may be deployed under a stack name that CDK does not know (a Service Catalog product, a stack set, a nested stack),
 * and repeated hyphens in the stack name are dropped. So the pattern contains only the logical id.
 */
function generatedNamePattern(repository: CfnResource): string {
  const logicalId = String(Stack.of(repository).resolve(repository.logicalId)).toLowerCase();
  return logicalId.length <= MAX_UNTRUNCATED_LENGTH ? `*-${logicalId}-*` : `*-${logicalId.slice(0, MAX_UNTRUNCATED_LENGTH)}*`;
}
