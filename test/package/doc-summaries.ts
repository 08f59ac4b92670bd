import { Assembly, Callable, ClassType, Docs, EnumType, InterfaceType, SourceLocation, Type, TypeKind } from '@jsii/spec';

/** Classes that users start from. Each needs an `@example` of its own. */
export const ENTRY_POINTS = [
  'GatedRepository', 'InUseSource', 'LifecycleGateFunction', 'LifecycleGuard', 'LifecyclePolicy', 'LifecyclePolicyAttachment', 'LifecyclePreviewGate',
  'LifecyclePreviewGates', 'LifecycleRule', 'RepositoryCreationTemplate', 'RepositoryPolicy',
];

export interface DocProblem {
  readonly location?: SourceLocation;
  /** The API element as users name it: `Policy.of(rules)`. */
  readonly element: string;
  readonly problem: string;
}

/** An element of the API with its documentation. */
interface Element {
  readonly name: string;
  readonly kind: 'api' | 'parameter';
  readonly docs?: Docs;
  readonly location?: SourceLocation;
}

interface SummaryRule {
  readonly problem: string;
  /** Some rules do not apply to parameters, which are described with phrases. */
  readonly appliesTo: readonly Element['kind'][];
  readonly isBroken: (summary: string) => boolean;
}

const ALL: readonly Element['kind'][] = ['api', 'parameter'];
const API: readonly Element['kind'][] = ['api'];

/**
 * The rules for a summary. jsii takes the first paragraph or the first sentence for it, and ends it at a semicolon. It adds
 * a missing period, so `npm run prose` checks the periods of parameters in the sources.
 */
const SUMMARY_RULES: readonly SummaryRule[] = [
  { problem: 'the summary must start with a capital letter', appliesTo: ALL, isBroken: (summary) => !/^[A-Z`]/.test(summary) },
  { problem: 'the summary must end with a period; jsii cuts it at a semicolon', appliesTo: ALL, isBroken: (summary) => !summary.endsWith('.') },
  { problem: 'the summary must not end with an abbreviation, where jsii cuts it', appliesTo: ALL, isBroken: (summary) => /\b(?:e\.g|i\.e|etc|vs|cf)\.$/.test(summary) },
  { problem: 'the summary must be one sentence', appliesTo: ALL, isBroken: (summary) => /(?<!\b(?:e\.g|i\.e|vs|cf))[.!?]["')]? +[A-Z`]/.test(summary) },
  { problem: 'the summary must not contain a semicolon', appliesTo: ALL, isBroken: (summary) => summary.slice(0, -1).includes(';') },
  { problem: 'the summary must not contain a colon', appliesTo: API, isBroken: (summary) => /:(?!\S)/.test(summary) },
  {
    problem: 'the summary must open with a verb in the third person or a noun, not with a question word',
    appliesTo: API,
    isBroken: (summary) => /^(?:What|Who|Whether|Where|When|Why|How)\b/i.test(summary),
  },
];

/** Checks the documentation of all types, members, properties, parameters and enum members. */
export function docProblems({ types = {} }: Pick<Assembly, 'types'>, entryPoints: readonly string[] = ENTRY_POINTS): DocProblem[] {
  const all = Object.values(types);
  return [...all.flatMap(elementsOf).flatMap(summaryProblems), ...entryPoints.flatMap((name) => exampleProblems(name, all))];
}

function summaryProblems({ name, kind, docs, location }: Element): DocProblem[] {
  const summary = docs?.summary?.trim() ?? '';
  if (summary === '' || summary.startsWith('No description')) return [{ location, element: name, problem: 'a summary is missing' }];
  const withoutCode = summary.replace(/`[^`]*`/g, '`x`');
  return SUMMARY_RULES.filter(({ appliesTo, isBroken }) => appliesTo.includes(kind) && isBroken(withoutCode))
    .map(({ problem }) => ({ location, element: name, problem: `${problem}: "${summary}"` }));
}

function exampleProblems(name: string, types: readonly Type[]): DocProblem[] {
  const type = types.find((candidate) => candidate.name === name);
  if (!type) return [{ element: name, problem: 'the entry point does not exist' }];
  return type.docs?.example ? [] : [{ location: type.locationInModule, element: name, problem: 'the entry point needs an @example' }];
}

function elementsOf(type: Type): Element[] {
  const own: Element = { name: type.name, kind: 'api', docs: type.docs, location: type.locationInModule };
  return [own, ...(type.kind === TypeKind.Enum ? enumMembers(type) : members(type))];
}

function enumMembers({ name, members: all, locationInModule }: EnumType): Element[] {
  return all.map((member) => ({ name: `${name}.${member.name}`, kind: 'api', docs: member.docs, location: locationInModule }));
}

function members(type: ClassType | InterfaceType): Element[] {
  const properties = (type.properties ?? []).map((property): Element =>
    ({ name: `${type.name}.${property.name}`, kind: 'api', docs: property.docs, location: property.locationInModule }));
  const methods = (type.methods ?? []).flatMap((method) => callable(`${type.name}.${method.name}`, method));
  const initializer = type.kind === TypeKind.Class && type.initializer ? callable(`new ${type.name}`, type.initializer) : [];
  return [...initializer, ...properties, ...methods];
}

function callable(name: string, { docs, parameters = [], locationInModule: location }: Callable): Element[] {
  return [
    { name, kind: 'api', docs, location },
    ...parameters.map((parameter): Element => ({ name: `${name}(${parameter.name})`, kind: 'parameter', docs: parameter.docs, location })),
  ];
}
