import { Fields, fieldsOf, resolveValue, TemplateScope, UnresolvedValueError } from './template-values';

/** A stack of the assembly, or a nested stack. */
export interface AssemblyStack {
  /** The path of the stack: `Shop`, `Prod/Shop`, and for a nested stack `Shop/Nested`. */
  readonly displayName: string;
  /** The name of the deployed stack. For a nested stack, the name of its outermost parent stack. */
  readonly stackName: string;
  /** The logical ids of the nested stacks from the outermost stack to this one. */
  readonly nestedIn: readonly string[];
  /** Absent if the app leaves the account to the deployment. */
  readonly account?: string;
  /** Absent if the app leaves the region to the deployment. */
  readonly region?: string;
  /** Present if the template is that of a product or a stack set. The app does not know their accounts, regions and stack names. */
  readonly launchedAs?: 'product' | 'stack set';
}

/** The account and the region of a stack, as far as they are known. */
export interface Place {
  readonly account?: string;
  readonly region?: string;
}

/** The values that a template does not contain itself. */
export interface Given extends Place {
  /** Values of CloudFormation parameters by name. */
  readonly parameters: Fields;
}

/** Returns the values that a template can refer to. */
export type ScopeFor = (given: Given) => TemplateScope;

export function scopeOfStack(template: Fields, stack: AssemblyStack): ScopeFor {
  const declared = fieldsOf(template.Parameters);
  return (given) => ({
    mappings: fieldsOf(template.Mappings),
    conditions: fieldsOf(template.Conditions),
    ref: (name) => pseudoParameter(name, stack, given) ?? parameterValue(declared[name], given.parameters[name]),
  });
}

/**
 * Returns the scope of a nested stack.
 *
 * @param parent The scope of the parent stack.
 * @param parameters The values that the parent stack passes to the parameters of the nested stack.
 */
export function scopeOfNestedStack(template: Fields, stack: AssemblyStack, parent: ScopeFor, parameters: unknown): ScopeFor {
  const declared = fieldsOf(template.Parameters);
  const passed = fieldsOf(parameters);
  return (given) => ({
    mappings: fieldsOf(template.Mappings),
    conditions: fieldsOf(template.Conditions),
    ref: (name) => pseudoParameter(name, stack, given)
      ?? (name in passed ? passedValue(declared[name], resolvedOrUndefined(passed[name], parent(given))) : parameterValue(declared[name], undefined)),
  });
}

function resolvedOrUndefined(value: unknown, scope: TemplateScope): unknown {
  try {
    return resolveValue(value, scope);
  } catch (error) {
    if (error instanceof UnresolvedValueError) return undefined;
    throw error;
  }
}

/**
 * Returns the given value of a parameter, or its default.
 *
 * For a parameter whose value CloudFormation reads from Systems Manager, the given value is the one that is read. Its default is only
 * a name to look up.
 */
function parameterValue(parameter: unknown, given: unknown): unknown {
  const { Default: byDefault, Type: type } = fieldsOf(parameter);
  return typedValue(type, given ?? (isLookedUp(type) ? undefined : byDefault));
}

/** Returns the value of a parameter that the parent stack passes. For a parameter of Systems Manager, it passes only a name. */
function passedValue(parameter: unknown, passed: unknown): unknown {
  const { Type: type } = fieldsOf(parameter);
  return isLookedUp(type) ? undefined : typedValue(type, passed);
}

/** True for `AWS::SSM::Parameter::Value<…>`. The value of an `AWS::SSM::Parameter::Name` is the name itself. */
function isLookedUp(type: unknown): boolean {
  return String(type).startsWith('AWS::SSM::Parameter::Value<');
}

function typedValue(type: unknown, value: unknown): unknown {
  const isList = /^(CommaDelimitedList|List<.*>|AWS::SSM::Parameter::Value<(CommaDelimitedList|List<.*>)>)$/.test(String(type));
  return isList && typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
}

const URL_SUFFIXES: Readonly<Record<string, string>> = { 'aws': 'amazonaws.com', 'aws-us-gov': 'amazonaws.com', 'aws-cn': 'amazonaws.com.cn' };

function pseudoParameter(name: string, { stackName, nestedIn, launchedAs }: AssemblyStack, { account, region }: Place): string | undefined {
  switch (name) {
    case 'AWS::AccountId': return account;
    case 'AWS::Region': return region;
    case 'AWS::Partition': return partitionOf(region);
    case 'AWS::URLSuffix': return URL_SUFFIXES[partitionOf(region) ?? ''];
    case 'AWS::StackName': return nestedIn.length === 0 && launchedAs === undefined ? stackName : undefined;
    default: return undefined;
  }
}

export function partitionOf(region: string | undefined): string | undefined {
  if (region === undefined) return undefined;
  const [, special] = /^(cn|us-gov|us-isob|us-isof|us-iso|eu-isoe|eusc)-/.exec(region) ?? [];
  if (special === undefined) return 'aws';
  return `aws-${{ 'us-isob': 'iso-b', 'us-isof': 'iso-f', 'us-iso': 'iso', 'eu-isoe': 'iso-e' }[special] ?? special}`;
}
