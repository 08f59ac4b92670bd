import { isObject } from './json';
import type { Problems } from './problem';
import { show } from './show';

/** Reads the properties of an unknown object. A malformed property is added to `problems`, and a placeholder is returned for it. */
export class PropertyReader {
  private readonly properties: Readonly<Record<string, unknown>>;

  constructor(raw: unknown, private readonly path: string, private readonly problems: Problems) {
    this.properties = isObject(raw) ? raw : {};
    if (!isObject(raw)) this.report('', raw, 'an object');
  }

  /** Adds the problem that a property has the wrong value. */
  report(name: string, value: unknown, wanted: string): void {
    this.problems.add('MalformedProperty', this.pathOf(name), `must be ${wanted}, got ${show(value)}`);
  }

  allowOnly(names: readonly string[]): void {
    for (const [name, value] of Object.entries(this.properties)) {
      if (!names.includes(name)) this.report(name, value, 'absent: this version of the gate does not support it');
    }
  }

  optionalText(name: string): string | undefined {
    const value = this.properties[name];
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    this.report(name, value, 'text that is not empty');
    return undefined;
  }

  isEmptyText(name: string): boolean {
    return this.properties[name] === '';
  }

  oneOf<T extends string>(name: string, wanted: readonly T[]): T {
    const value = this.properties[name];
    const found = wanted.find((candidate) => candidate === value);
    if (found === undefined) this.report(name, value, wanted.map((text) => `"${text}"`).join(' or '));
    return found ?? wanted[0];
  }

  wholeNumber(name: string): number {
    const value = this.properties[name];
    if (typeof value === 'string' && /^(0|[1-9]\d{0,14})$/.test(value)) return Number(value);
    this.report(name, value, 'a whole number as text');
    return 0;
  }

  /** A number of at most nine digits before and after the decimal point. */
  number(name: string): number {
    const value = this.properties[name];
    if (typeof value === 'string' && /^\d{1,9}(\.\d{1,9})?$/.test(value)) return Number(value);
    this.report(name, value, 'a number as text');
    return 0;
  }

  has(name: string): boolean {
    return this.properties[name] !== undefined;
  }

  object(name: string): PropertyReader {
    return new PropertyReader(this.properties[name], this.pathOf(name), this.problems);
  }

  list(name: string): readonly unknown[] {
    const value = this.properties[name];
    if (Array.isArray(value)) return value;
    this.report(name, value, 'a list');
    return [];
  }

  /** Text that is not empty, at least once. */
  texts(name: string): string[] {
    const value = this.properties[name];
    const isText = (entry: unknown): entry is string => typeof entry === 'string' && entry !== '';
    if (Array.isArray(value) && value.length > 0 && value.every(isText)) return value;
    this.report(name, value, 'a list of texts, at least one');
    return [];
  }

  /** Texts that all pass a check. The check returns a sentence about a text that does not. */
  textsThat(name: string, problemOf: (text: string) => string | undefined): string[] {
    const texts = this.texts(name);
    for (const text of texts) {
      const problem = problemOf(text);
      if (problem !== undefined) this.problems.add('MalformedProperty', this.pathOf(name), problem);
    }
    return texts;
  }

  someOf<T extends string>(name: string, wanted: readonly T[]): T[] {
    const texts = this.texts(name);
    const known = texts.filter((text): text is T => (wanted as readonly string[]).includes(text));
    if (known.length < texts.length) this.report(name, texts, `a list of ${wanted.map((text) => `"${text}"`).join(' or ')}`);
    return known;
  }

  private pathOf(name: string): string {
    return [this.path, name].filter((step) => step !== '').join('.');
  }
}
