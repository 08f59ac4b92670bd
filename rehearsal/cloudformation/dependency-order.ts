import { ValidationError } from './errors';

/** The dependencies of each resource, by logical id. Names outside the graph are ignored. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/**
 * Sorts dependencies first and otherwise keeps the order of the graph, so that the same graph gives the same order.
 *
 * @throws ValidationError if there is a cycle
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

/** Returns the given names and everything that they depend on, directly or indirectly. */
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
