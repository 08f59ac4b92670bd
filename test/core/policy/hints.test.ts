import { ACCEPTED } from './policy-acceptances';
import { validatePolicy } from '../../../src/core/policy/validation';
import { ANY, ARCHIVED, onlyRule, PULLED, PUSHED, TO_ARCHIVE, UNTAGGED } from '../policy-fixtures';

/* The hint of a message, if it is followed, does not lead to another problem. */

type Json = Record<string, unknown> | unknown[];

const VALID: Record<string, unknown> = {
  ...Object.fromEntries(Object.entries(ACCEPTED).filter(([, document]) => (document as { rules: unknown[] }).rules.length < 5)),
  'untagged by age': onlyRule({ selection: { ...UNTAGGED, ...PUSHED } }),
  'any by pull, archived': onlyRule({ selection: { ...ANY, ...PULLED }, action: TO_ARCHIVE }),
  'archived images': onlyRule({ selection: { ...ANY, ...ARCHIVED } }),
  'two patterns': onlyRule({ selection: { tagPatternList: ['a', 'b'] } }),
};

/** Returns the paths of all values, and of all keys that a selection or an action could also have. */
function pathsIn(document: unknown): (string | number)[][] {
  if (typeof document !== 'object' || document === null) return [];
  const optional = 'tagStatus' in document ? ['tagPatternList', 'tagPrefixList', 'storageClass', 'countUnit']
    : 'type' in document ? ['targetStorageClass'] : 'rulePriority' in document ? ['description'] : [];
  const keys = Array.isArray(document) ? [...document.keys()] : [...new Set([...Object.keys(document), ...optional])];
  return keys.flatMap((key) => [[key], ...pathsIn((document as never)[key]).map((path) => [key, ...path])]);
}

/** Returns the document with another value at the path, or without it. */
function changed(document: unknown, path: readonly (string | number)[], value?: unknown): unknown {
  const copy = structuredClone(document);
  const parent = path.slice(0, -1).reduce((at, key) => at[key as never], copy as Json) as never as Record<string | number, unknown>;
  const last = path[path.length - 1];
  if (value !== undefined) parent[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}

/** Returns the values that a hint suggests. Undefined stands for leaving the value out. */
function suggestedBy(message: string): unknown[] {
  const hint = message.slice(message.lastIndexOf(': ') + 2);
  const values = [...hint.matchAll(/\[[^\]]*\]|"[^"]*"/g)].map(([text]): unknown => JSON.parse(text));
  if (/integer of at least (\d+)/.test(hint)) values.push(Number(/at least (\d+)/.exec(hint)![1]));
  if (/write text\b/.test(hint)) values.push('text');
  if (/leave (it|the entry|\w+) out/.test(hint)) values.push(undefined);
  return values;
}

test.each(Object.entries(VALID))('null, an empty list, a wrong type and an unknown word in %s', (_, document) => {
  // Problems between rules do not count, so a priority has no suggestion.
  for (const path of pathsIn(document).filter((steps) => steps.at(-1) !== 'rulePriority')) {
    for (const wrong of [null, [], 7.5, 'STANDARD', 'x']) {
      const broken = changed(document, path, wrong);
      const at = path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`), '');
      for (const { message, code } of validatePolicy(broken).filter((problem) => problem.path === at)) {
        const values = code === 'TwoTagLists' ? [undefined] : suggestedBy(message);
        if (/object with/.test(message) || /list of 1 to 50/.test(message)) continue;
        expect([message, values.length > 0]).toEqual([message, true]);
        for (const value of values) {
          const codes = validatePolicy(changed(broken, path, value)).map((problem) => `${problem.code} ${problem.path}`)
            .filter((found) => !/^(Duplicate|Misplaced)/.test(found));
          // A value that names tags or a unit may need a partner, which has its own problem.
          expect([at, code, message, value, codes]).toEqual([at, code, message, value, codes.filter((found) => !found.endsWith(at))]);
        }
      }
    }
  }
});
