import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isObject } from '../core/text/json';

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

/** Formats a resolved value as cdk-nag does in the ids of its findings. Other expressions, such as a join of a parameter, are JSON. */
function flatten(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value.replace(/\$\{/g, '<').replace(/\}/g, '>');
  if (!isObject(value)) return JSON.stringify(value);
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute } = value;
  if (Array.isArray(join) && Array.isArray(join[1])) return join[1].map(flatten).join(String(join[0]));
  if (Array.isArray(attribute)) return `<${attribute.map(flatten).join('.')}>`;
  if (typeof value['Fn::Sub'] === 'string') return flatten(value['Fn::Sub']);
  if (value['Fn::ImportValue'] !== undefined) return flatten(value['Fn::ImportValue']);
  if (value.Ref !== undefined) return `<${flatten(value.Ref)}>`;
  return JSON.stringify(value);
}
