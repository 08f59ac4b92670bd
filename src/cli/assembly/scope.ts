import type { StackOfAssembly } from './gate-resource';
import { Fields, fieldsOf, isFields, KnownAtDeployment, resolveValue, TemplateScope } from './template-values';

/** Where a stack is, or will be, as far as anybody knows. */
export interface Place {
  readonly account?: string;
  readonly region?: string;
}

/** What a template may refer to, once it is known where its stack is. */
export type ScopeAt = (place: Place) => TemplateScope;

/** @param given values of parameters that somebody gave, by name */
export function scopeOfStack(template: Fields, stack: StackOfAssembly, given: Fields): ScopeAt {
  const declared = fieldsOf(template.Parameters);
  return (place) => ({
    mappings: fieldsOf(template.Mappings),
    conditions: fieldsOf(template.Conditions),
    ref: (name) => pseudoParameter(name, stack, place) ?? given[name] ?? defaultOf(declared[name]),
  });
}

/** The scope of a nested stack: its parameters get their values from the stack around it. */
export function scopeOfNested(template: Fields, stack: StackOfAssembly, around: ScopeAt, parameters: unknown): ScopeAt {
  const declared = fieldsOf(template.Parameters);
  const handedOn = fieldsOf(parameters);
  return (place) => ({
    mappings: fieldsOf(template.Mappings),
    conditions: fieldsOf(template.Conditions),
    ref: (name) => pseudoParameter(name, stack, place)
      ?? (name in handedOn ? resolvedOrUnknown(handedOn[name], around(place)) : defaultOf(declared[name])),
  });
}

function resolvedOrUnknown(value: unknown, scope: TemplateScope): unknown {
  try {
    return resolveValue(value, scope);
  } catch (error) {
    if (error instanceof KnownAtDeployment) return undefined;
    throw error;
  }
}

/** Of a parameter that is looked up in Systems Manager, the default is only the name to look up. */
function defaultOf(parameter: unknown): unknown {
  if (!isFields(parameter) || String(parameter.Type).startsWith('AWS::SSM::')) return undefined;
  const { Default: value, Type: type } = parameter;
  const isList = type === 'CommaDelimitedList' || String(type).startsWith('List<');
  return isList && typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
}

const URL_SUFFIXES: Readonly<Record<string, string>> = { 'aws': 'amazonaws.com', 'aws-us-gov': 'amazonaws.com', 'aws-cn': 'amazonaws.com.cn' };

function pseudoParameter(name: string, { stackName, nestedIn }: StackOfAssembly, { account, region }: Place): string | undefined {
  switch (name) {
    case 'AWS::AccountId': return account;
    case 'AWS::Region': return region;
    case 'AWS::Partition': return partitionOf(region);
    case 'AWS::URLSuffix': return URL_SUFFIXES[partitionOf(region) ?? ''];
    case 'AWS::StackName': return nestedIn.length === 0 ? stackName : undefined;
    default: return undefined;
  }
}

function partitionOf(region: string | undefined): string | undefined {
  if (region === undefined) return undefined;
  const [, special] = /^(cn|us-gov|us-isob|us-isof|us-iso|eu-isoe|eusc)-/.exec(region) ?? [];
  if (special === undefined) return 'aws';
  return `aws-${{ 'us-isob': 'iso-b', 'us-isof': 'iso-f', 'us-iso': 'iso', 'eu-isoe': 'iso-e' }[special] ?? special}`;
}
