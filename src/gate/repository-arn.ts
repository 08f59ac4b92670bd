import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { isNoValue, renderedProperty } from '../construct/rendered-repository';
import { isObject } from '../core/text/json';

/** CloudFormation cuts longer logical ids in the names that it generates, depending on the length of the stack's name. */
const MAX_UNCUT_LENGTH = 100;

/**
 * The ARN of a repository, or a pattern that covers it where CloudFormation generates the name.
 *
 * Never by `Ref` or `GetAtt`, not even with an explicit name: the repository depends on its gate, so that would be a cycle.
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

/** The name, with the pattern in each place where the deployment may find none. */
function withoutNoValue(name: unknown, pattern: string): unknown {
  if (name === undefined || isNoValue(name)) return pattern;
  if (!isObject(name) || !Array.isArray(name['Fn::If'])) return name;
  const [condition, ...branches] = name['Fn::If'];
  return { 'Fn::If': [condition, ...branches.map((branch) => withoutNoValue(branch, pattern))] };
}

/**
 * CloudFormation generates `<stack>-<logical id>-<suffix>` in lower case. The stack is the deployed one: a template may be
 * deployed under a name that CDK does not know (a Service Catalog product, a stack set, a nested stack), and hyphens of the
 * name are dropped where there are several. So the pattern relies on the logical id alone.
 */
function generatedNamePattern(repository: CfnResource): string {
  const logicalId = String(Stack.of(repository).resolve(repository.logicalId)).toLowerCase();
  return logicalId.length <= MAX_UNCUT_LENGTH ? `*-${logicalId}-*` : `*-${logicalId.slice(0, MAX_UNCUT_LENGTH)}*`;
}
