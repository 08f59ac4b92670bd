import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
// The newest aws-cdk-lib in both runs: the floor has no validator of its own.
import { CloudFormationValidatePlugin } from 'aws-cdk-lib-newest';

/** What a finding says, in one line. */
export type Finding = string;

const plugin = new CloudFormationValidatePlugin();

/** Holds every template of an assembly against CloudFormation's own schemas and rules. */
export function findingsIn(assembly: CloudAssembly): Finding[] {
  return findingsInFiles(assembly.stacksRecursively.map(({ templateFullPath }) => templateFullPath));
}

/** The same for template files, whoever synthesized them. */
export function findingsInFiles(templatePaths: string[]): Finding[] {
  const { violations } = plugin.validate({
    templatePaths,
    stackTemplates: templatePaths.map((templatePath) => ({ stackConstructPath: 'Example', templatePath, accountId: undefined, region: undefined })),
    appConstruct: undefined as never, // for plugins that read the tree; this one reads templates
  });
  return violations.map(({ ruleName, severity, description, violatingResources }) =>
    `${severity} ${ruleName}: ${description} (${violatingResources.map(({ resourceLogicalId }) => resourceLogicalId).join(', ')})`);
}
