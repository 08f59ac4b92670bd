import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
// From the newest aws-cdk-lib in both runs, because the floor does not have a validator.
import { CloudFormationValidatePlugin } from 'aws-cdk-lib-newest';

/** A finding as one line. */
export type Finding = string;

const plugin = new CloudFormationValidatePlugin();

/** Checks every template of an assembly against the schemas and rules of CloudFormation. */
export function findingsIn(assembly: CloudAssembly): Finding[] {
  return findingsInFiles(assembly.stacksRecursively.map(({ templateFullPath }) => templateFullPath));
}

/** Checks template files in the same way. */
export function findingsInFiles(templatePaths: string[]): Finding[] {
  const { violations } = plugin.validate({
    templatePaths,
    stackTemplates: templatePaths.map((templatePath) => ({ stackConstructPath: 'Example', templatePath, accountId: undefined, region: undefined })),
    appConstruct: undefined as never, // for plugins that read the tree; this one reads templates
  });
  return violations.map(({ ruleName, severity, description, violatingResources }) =>
    `${severity} ${ruleName}: ${description} (${violatingResources.map(({ resourceLogicalId }) => resourceLogicalId).join(', ')})`);
}
