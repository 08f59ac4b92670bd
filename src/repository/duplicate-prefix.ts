import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { show } from '../core/text/show';

/** Marks the templates of `RepositoryCreationTemplate`, which report duplicates. */
const OWN = Symbol.for('cdk-ecr-lifecycle.OwnCreationTemplate');

/**
 * Rejects a second template with the same prefix in the registry of an account and region.
 *
 * Stacks with an unknown account or region are compared only with themselves. A template with a condition may not be deployed, so it is
 * not compared.
 */
export function checkDuplicatePrefix(template: CfnResource): void {
  Object.defineProperty(template, OWN, { value: true });
  template.node.addValidation({ validate: () => duplicateErrors(template) });
}

function duplicateErrors(template: CfnResource): string[] {
  const key = keyOf(template);
  if (key === undefined) return [];
  const all = template.node.root.node.findAll().filter(isTemplate);
  const place = all.indexOf(template);
  // Each pair is reported once: by the later template, or by the only one that is not an L1.
  return all
    .filter((other, i) => other !== template && (i < place || !(OWN in other)) && keyOf(other) === key)
    .map((other) => `DuplicateTemplatePrefix: ${other.node.path} has the same prefix ${show(prefixOf(template))} as ${template.node.path}, `
      + 'but a registry can have only one template per prefix; remove one of them, or give it another prefix');
}

function isTemplate(construct: unknown): construct is CfnResource {
  return CfnResource.isCfnResource(construct) && construct.cfnResourceType === ecr.CfnRepositoryCreationTemplate.CFN_RESOURCE_TYPE_NAME;
}

/** Returns the registry and the prefix. Returns undefined if there is a condition. */
function keyOf(template: CfnResource): string | undefined {
  if (template.cfnOptions.condition) return undefined;
  const prefix = prefixOf(template);
  const { account, region, node } = Stack.of(template);
  // Within one stack, the same expression has the same value.
  const isOwn = typeof prefix !== 'string' || Token.isUnresolved(account) || Token.isUnresolved(region);
  // ECR adds the slash to a prefix that does not end with one.
  return JSON.stringify([...(isOwn ? [node.path] : [account, region]), typeof prefix === 'string' ? prefix.replace(/\/$/, '') : prefix]);
}

/** Returns the prefix in the template, overrides included. It is an expression if it is known only at deployment. */
function prefixOf(template: CfnResource): unknown {
  const { Resources } = Stack.of(template).resolve((template as unknown as { _toCloudFormation(): object })._toCloudFormation());
  return Object.values<{ readonly Properties?: { readonly Prefix?: unknown } }>(Resources)[0].Properties?.Prefix;
}
