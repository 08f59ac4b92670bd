import type { Resources } from './template';
import { isObject } from '../../core/text/json';

/** The dependencies between the resources of a template. */
export class References {
  private readonly known = new Map<string, ReadonlySet<string>>();

  constructor(private readonly resources: Resources) {}

  /** Must be called after a resource has changed. */
  public forget(logicalId: string): void {
    this.known.delete(logicalId);
  }

  /** Returns true if `from` is this resource, or depends on it. */
  public leadsTo(from: string, logicalId: string): boolean {
    const open = [from];
    const seen = new Set(open);
    for (const name of open) {
      if (name === logicalId) return true;
      for (const next of this.of(name)) {
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    return false;
  }

  private of(name: string): ReadonlySet<string> {
    const found = this.known.get(name) ?? namesIn(this.resources[name]);
    this.known.set(name, found);
    return found;
  }
}

/** Returns the logical ids that an expression or a whole resource refers to. */
export function namesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) value.forEach((item) => namesIn(item, found));
  if (!isObject(value)) return found;
  for (const [key, argument] of Object.entries(value)) {
    const parts: unknown[] = Array.isArray(argument) ? argument : [argument];
    if (key === 'Ref') found.add(String(argument));
    else if (key === 'Fn::GetAtt') found.add(String(parts[0]).split('.')[0]);
    else if (key === 'DependsOn') parts.forEach((part) => found.add(String(part)));
    else if (key === 'Fn::Sub') for (const [, name] of String(parts[0]).matchAll(/\$\{([^!.}][^.}]*)/g)) found.add(name);
    if (key !== 'Ref') namesIn(argument, found);
  }
  return found;
}
