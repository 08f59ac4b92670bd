import type { StackOfAssembly } from './gate-resource';
import { Fields, fieldsOf, KnownAtDeployment, resolveValue, TemplateScope } from './template-values';

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
    ref: (name) => pseudoParameter(name, stack, place) ?? valueOf(declared[name], given[name]),
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
      ?? (name in handedOn ? resolvedOrUnknown(handedOn[name], around(place)) : valueOf(declared[name], undefined)),
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

/** What was given, or the default. Of a parameter that is looked up in Systems Manager, either is only the name to look up. */
function valueOf(parameter: unknown, given: unknown): unknown {
  const { Default: byDefault, Type: type } = fieldsOf(parameter);
  if (String(type).startsWith('AWS::SSM::')) return undefined;
  const value = given ?? byDefault;
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
