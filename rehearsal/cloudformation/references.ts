import { isObject, type Json } from './json';

/** A part of a `Fn::Sub` text: literal text or the name in `${…}`. */
export type SubPart = { readonly literal: string } | { readonly name: string };

export function partsOfSub(text: string): SubPart[] {
  const parts: SubPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{(!?)([^}]*)\}/g)) {
    if (match.index > end) parts.push({ literal: text.slice(end, match.index) });
    parts.push(match[1] === '!' ? { literal: `\${${match[2]}}` } : { name: match[2].trim() });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ literal: text.slice(end) });
  return parts;
}

/** Returns the names that a value refers to by Ref, Fn::GetAtt and Fn::Sub, in order, without pseudo parameters. */
export function referencesOf(value: Json): string[] {
  const found = new Set<string>();
  collect(value, found);
  return [...found];
}

function collect(value: Json, found: Set<string>): void {
  if (Array.isArray(value)) {
    value.forEach((item) => collect(item, found));
    return;
  }
  if (!isObject(value)) return;
  for (const [key, argument] of Object.entries(value)) {
    if (key === 'Ref') add(String(argument), found);
    else if (key === 'Fn::GetAtt') add(getAttTarget(argument)[0], found);
    else if (key === 'Fn::Sub') collectSub(argument, found);
    else collect(argument, found);
  }
}

function collectSub(argument: Json, found: Set<string>): void {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const own = isObject(variables) ? variables : {};
  collect(own, found);
  for (const part of partsOfSub(String(text))) {
    if ('name' in part && !(part.name in own)) add(part.name.split('.')[0], found);
  }
}

function add(name: string, found: Set<string>): void {
  if (!name.startsWith('AWS::')) found.add(name);
}

/** Splits the argument of Fn::GetAtt, a list or a dotted text, into the logical id and the attribute. */
export function getAttTarget(argument: Json): [logicalId: string, attribute: string] {
  if (Array.isArray(argument)) return [String(argument[0]), argument.slice(1).map(String).join('.')];
  const [logicalId, ...attribute] = String(argument).split('.');
  return [logicalId, attribute.join('.')];
}
