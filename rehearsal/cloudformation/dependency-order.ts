import { ValidationError } from './errors';

/** What a thing depends on, by logical id; names outside the graph are ignored. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Dependencies first, otherwise in the order of the graph: the same graph gives the same order.
 *
 * @throws ValidationError when there is a cycle
 */
export function dependencyOrder(graph: DependencyGraph): string[] {
  const ordered = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): void => {
    if (ordered.has(name) || !graph.has(name)) return;
    const seenAt = path.indexOf(name);
    if (seenAt !== -1) {
      throw new ValidationError(`Circular dependency between resources: [${path.slice(seenAt).join(', ')}]`);
    }
    path.push(name);
    graph.get(name)!.forEach(visit);
    path.pop();
    ordered.add(name);
  };
  for (const name of graph.keys()) visit(name);
  return [...ordered];
}

/** Everything that the given things depend on, directly or not, themselves included. */
export function withDependencies(graph: DependencyGraph, names: Iterable<string>): Set<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    graph.get(name)?.forEach(visit);
  };
  for (const name of names) visit(name);
  return found;
}
