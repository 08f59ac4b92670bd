import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/*
 * Acknowledges findings of validation plugins, such as cdk-nag 3. Older versions of aws-cdk-lib have no `Validations`: then there is
 * no such plugin either.
 */

interface Validations {
  of(scope: IConstruct): { acknowledge(...rules: { readonly id: string; readonly reason: string }[]): void };
}

/** Stores the rules that are acknowledged on a construct, because an app can be synthesized several times. */
const ACKNOWLEDGED = Symbol.for('cdk-ecr-lifecycle.AcknowledgedRules');

/**
 * Acknowledges one finding.
 *
 * @param id The id of the rule, for cdk-nag with the finding in brackets.
 */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  const { Validations } = cdk as { readonly Validations?: Validations };
  if (!Validations) return;
  const marked: IConstruct & { [ACKNOWLEDGED]?: Set<string> } = construct;
  if (!marked[ACKNOWLEDGED]) Object.defineProperty(marked, ACKNOWLEDGED, { value: new Set<string>() });
  if (marked[ACKNOWLEDGED]!.has(id)) return;
  marked[ACKNOWLEDGED]!.add(id);
  Validations.of(construct).acknowledge({ id, reason });
}

/** Returns the ids of the findings of cdk-nag on those resources of a statement that have a wildcard. */
export function wildcardFindings(resources: readonly unknown[]): string[] {
  return resources.map(flatten).filter((resource) => resource.includes('*')).map((resource) => `AwsSolutions-IAM5[Resource::${resource}]`);
}

/** Formats a resolved value as cdk-nag does in the ids of its findings. */
function flatten(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replace(/\$\{/g, '<').replace(/\}/g, '>');
  const call = value as Record<string, any>;
  if (call['Fn::Join']) return call['Fn::Join'][1].map(flatten).join(call['Fn::Join'][0]);
  if (call['Fn::Sub']) return flatten(call['Fn::Sub']);
  if (call['Fn::GetAtt']) return `<${call['Fn::GetAtt'].map(flatten).join('.')}>`;
  if (call['Fn::ImportValue']) return flatten(call['Fn::ImportValue']);
  if (call.Ref) return `<${flatten(call.Ref)}>`;
  return JSON.stringify(value);
}
