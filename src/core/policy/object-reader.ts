import { nearest } from './nearest';
import { ACTION_KEYS, DOCUMENT_KEYS, RULE_KEYS, SELECTION_KEYS } from './policy-keys';
import { nameOf, Path, PolicyProblems } from './policy-problems';
import type { ProblemCode } from './problem-codes';
import { isObject } from '../text/json';
import { show } from '../text/show';

/** The state that all checks of one document share. */
export interface CheckContext {
  readonly problems: PolicyProblems;
  /** True for values that no check may read. */
  readonly isUnresolved: (value: unknown) => boolean;
}

/** A value that later checks can use, or the reason that they must skip it. */
export type Reading<T> =
  | { readonly is: 'sound'; readonly value: T }
  | { readonly is: 'absent' | 'unresolved' | 'broken'; readonly value?: undefined };

/**
 * The state in which a key is valid. A missing key is a problem only if it is `required`. The others differ in their hints: another
 * value of the policy requires the key (`needed`, and another check reports its absence), or forbids it (`unwanted`).
 */
export type Need = 'required' | 'needed' | 'optional' | 'unwanted';

/** The values that messages suggest, if they differ from those of the key in general. */
export interface Suggestion<W extends string = string> {
  readonly expected?: string;
  readonly words?: readonly W[];
}

type AnyKeys = typeof DOCUMENT_KEYS | typeof RULE_KEYS | typeof SELECTION_KEYS | typeof ACTION_KEYS;

const EXPECTED: Record<AnyKeys[number], string> = {
  rules: 'a list of 1 to 50 rules',
  rulePriority: 'an integer of at least 1',
  description: 'text',
  selection: 'an object with tagStatus, countType and countNumber',
  action: 'an object with a type',
  tagStatus: '"tagged", "untagged" or "any"',
  tagPatternList: 'a list of patterns like ["release-*"]',
  tagPrefixList: 'a list of prefixes like ["release-"]',
  storageClass: '"archive"',
  countType: '"imageCountMoreThan", "sinceImagePushed", "sinceImagePulled" or "sinceImageTransitioned"',
  countUnit: '"days"',
  countNumber: 'an integer of at least 1',
  type: '"expire" or "transition"',
  targetStorageClass: '"archive"',
};

/** Reads an object key by key and reports malformed values. */
export class ObjectReader<K extends AnyKeys[number]> {
  /** Returns a reader, or undefined if the value is not an object. */
  static open<Keys extends AnyKeys>(
    value: unknown, at: Path, keys: Keys, context: CheckContext,
  ): ObjectReader<Keys[number]> | undefined {
    if (context.isUnresolved(value)) return undefined;
    if (!isObject(value)) {
      const code = value === null ? 'NullValue' : 'WrongType';
      context.problems.add(code, at, `${nameOf(at)} is ${show(value)}: write an object with ${keys.join(', ')}`);
      return undefined;
    }
    const reader = new ObjectReader<Keys[number]>(value, at, context);
    reader.reportUnknown(keys);
    return reader;
  }

  private constructor(
    private readonly source: Readonly<Record<string, unknown>>,
    private readonly at: Path,
    private readonly context: CheckContext,
  ) {}

  report(code: ProblemCode, key: K, message: string): void {
    this.context.problems.add(code, [...this.at, key], message);
  }

  object<Keys extends AnyKeys>(key: K, keys: Keys): ObjectReader<Keys[number]> | undefined {
    const { is, value } = this.read(key, 'required');
    return is === 'sound' ? ObjectReader.open(value, [...this.at, key], keys, this.context) : undefined;
  }

  text(key: K, need: Need): Reading<string> {
    return this.typed(key, need, (value) => typeof value === 'string');
  }

  /**
   * Reads an integer of at least 1.
   *
   * @param expected The value to write instead, for the message.
   */
  positiveInteger(key: K, code: ProblemCode, expected: string = EXPECTED[key]): Reading<number> {
    const reading = this.typed(key, 'required', (value) => typeof value === 'number', expected);
    if (reading.is !== 'sound' || (Number.isSafeInteger(reading.value) && reading.value >= 1)) return reading;
    this.report(code, key, `${key} is ${show(reading.value)}: write ${expected}`);
    return { is: 'broken' };
  }

  /** Reads one of several words. */
  word<W extends string>(key: K, need: Need, words: readonly W[], code: ProblemCode, suggestion: Suggestion<W> = {}): Reading<W> {
    const { expected = EXPECTED[key], words: suggested = words } = suggestion;
    const reading = this.typed(key, need, (value) => typeof value === 'string', expected);
    if (reading.is !== 'sound') return reading;
    const { value } = reading;
    if (isOneOf(words, value)) return { is: 'sound', value };
    const meant = need === 'unwanted' ? undefined : nearest(value, suggested);
    const hint = meant === undefined ? hintFor(need, expected) : `did you mean ${show(meant)}?`;
    this.report(code, key, `${key} is ${show(value)}, which ECR does not support: ${hint}`);
    return { is: 'broken' };
  }

  list(key: K, need: Need): Reading<readonly unknown[]> {
    const reading = this.typed(key, need, (value): value is readonly unknown[] => Array.isArray(value));
    if (reading.is !== 'sound' || reading.value.length > 0) return reading;
    this.report('EmptyList', key, `${key} is [], which ECR rejects: ${hintFor(need, EXPECTED[key])}`);
    return { is: 'broken' };
  }

  /** Reports a key that must not be present. An unresolved value is accepted, because it may resolve to nothing. */
  forbid(key: K, code: ProblemCode, because: string): void {
    const { is, value } = this.read(key, 'unwanted');
    if (is === 'sound') this.report(code, key, `${key} is ${show(value)}, but ${because}: leave ${key} out`);
  }

  /** Reports a missing key that another value makes required. */
  demand(key: K, because: string): void {
    this.report('MissingKey', key, `${key} is missing in ${show(this.source)}, but ${because}: add ${EXPECTED[key]}`);
  }

  /** True if the key has a value other than null or an empty list. */
  states(key: K): boolean {
    const value = this.source[key];
    if (value === undefined || value === null) return false;
    return this.context.isUnresolved(value) || !Array.isArray(value) || value.length > 0;
  }

  /** True if the key has this value. */
  has(key: K, value: string): boolean {
    return this.source[key] === value;
  }

  /** True if the key is absent. */
  lacks(key: K): boolean {
    return this.source[key] === undefined;
  }

  show(key: K): string {
    return show(this.source[key]);
  }

  private read(key: K, need: Need, expected: string = EXPECTED[key]): Reading<unknown> {
    const value = this.source[key];
    if (value === undefined) {
      if (need === 'required') {
        this.report('MissingKey', key, `${key} is missing in ${show(this.source)}: add ${expected}`);
      }
      return { is: 'absent' };
    }
    if (this.context.isUnresolved(value)) return { is: 'unresolved' };
    if (value === null) {
      this.report('NullValue', key, `${key} is null, which ECR rejects: ${hintFor(need, expected)}`);
      return { is: 'broken' };
    }
    return { is: 'sound', value };
  }

  private typed<T>(key: K, need: Need, isOfType: (value: unknown) => value is T, expected: string = EXPECTED[key]): Reading<T> {
    const reading = this.read(key, need, expected);
    if (reading.is !== 'sound') return reading;
    const { value } = reading;
    if (isOfType(value)) return { is: 'sound', value };
    this.report('WrongType', key, `${key} is ${show(value)}, which has the wrong type: ${hintFor(need, expected)}`);
    return { is: 'broken' };
  }

  private reportUnknown(known: readonly string[]): void {
    const isAnotherKind = !known.some((key) => key in this.source);
    for (const key of Object.keys(this.source)) {
      if (known.includes(key) || this.source[key] === undefined) continue;
      const meant = nearest(key, known);
      // An object of another kind has no key to leave out: the missing keys are reported.
      if (meant === undefined && isAnotherKind) continue;
      const hint = meant === undefined ? `leave it out; the known keys are ${known.join(', ')}` : `did you mean ${show(meant)}?`;
      this.context.problems.add('UnknownKey', [...this.at, key], `the key ${show(key)} is not supported here: ${hint}`);
    }
  }
}

function hintFor(need: Need, expected: string): string {
  if (need === 'unwanted') return 'leave it out';
  return need === 'optional' ? `leave it out, or write ${expected}` : `write ${expected}`;
}

function isOneOf<W extends string>(words: readonly W[], value: string): value is W {
  return (words as readonly string[]).includes(value);
}
