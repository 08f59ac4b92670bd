import { ServiceError, invalidParameter } from './errors';

export type JsonObject = Readonly<Record<string, unknown>>;

interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Reads the members of a request by their types in the service model. Throws the error of the service for invalid ones. */
export class Input {
  constructor(readonly json: JsonObject) {}

  text(name: string, length: Range = {}): string {
    return this.optionalText(name, length) ?? missing(name);
  }

  optionalText(name: string, length: Range = {}): string | undefined {
    const value = this.member(name, isText, 'a string');
    if (value !== undefined) within(name, value.length, length, 'length');
    return value;
  }

  integer(name: string, range: Range): number {
    return this.optionalInteger(name, range) ?? missing(name);
  }

  optionalInteger(name: string, range: Range): number | undefined {
    const value = this.member(name, Number.isInteger as (v: unknown) => v is number, 'an integer');
    if (value !== undefined) within(name, value, range, 'value');
    return value;
  }

  flag(name: string): boolean {
    return this.member(name, (v): v is boolean => typeof v === 'boolean', 'a boolean') ?? false;
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.optionalText(name);
    if (value !== undefined && !values.includes(value as T)) {
      throw invalidParameter(name, `Member must satisfy enum value set: [${values.join(', ')}]`);
    }
    return value as T | undefined;
  }

  optionalObject(name: string): Input | undefined {
    const value = this.member(name, isObject, 'a structure');
    return value && new Input(value);
  }

  texts(name: string, size: Range = {}): string[] {
    return this.optionalTexts(name, size) ?? missing(name);
  }

  optionalTexts(name: string, size: Range = {}): string[] | undefined {
    return this.list(name, isText, size);
  }

  objects(name: string, size: Range = {}): Input[] {
    return this.optionalObjects(name, size) ?? missing(name);
  }

  optionalObjects(name: string, size: Range = {}): Input[] | undefined {
    return this.list(name, isObject, size)?.map((entry) => new Input(entry));
  }

  private list<T>(name: string, is: (v: unknown) => v is T, size: Range): T[] | undefined {
    const value = this.member(name, (v): v is T[] => Array.isArray(v) && v.every(is), 'a list of the expected type');
    if (value !== undefined) within(name, value.length, size, 'length');
    return value;
  }

  private member<T>(name: string, is: (v: unknown) => v is T, expected: string): T | undefined {
    const value = this.json[name];
    if (value === undefined || value === null) return undefined;
    if (!is(value)) throw new ServiceError('SerializationException', `${name} must be ${expected}`);
    return value;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function missing(name: string): never {
  throw invalidParameter(name, 'Member must not be null');
}

function within(name: string, value: number, { min, max }: Range, what: 'value' | 'length'): void {
  if (min !== undefined && value < min) throw invalidParameter(name, `Member must have ${what} greater than or equal to ${min}`);
  if (max !== undefined && value > max) throw invalidParameter(name, `Member must have ${what} less than or equal to ${max}`);
}
