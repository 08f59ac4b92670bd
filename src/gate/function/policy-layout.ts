import { documentOf, INLINE_LIMIT, MANAGED_LIMIT, maxLength } from './policy-size';

/** A statement as JSON, resolved. */
export interface ResolvedStatement {
  readonly Sid?: string;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly [key: string]: unknown;
}

interface Page {
  /** The statements by their JSON without the resources. */
  readonly statements: Map<string, ResolvedStatement>;
  readonly limit: number;
  size: number;
}

/**
 * Distributes the statements of a role to its policies: one inline policy, then managed policies. Statements that differ only in
 * their resources are merged, so that their actions are written once per policy.
 *
 * The result depends only on the statements and on their order. Each statement has one resource, or a list of resources that stay
 * together. Statements that do not fit into `count` policies are put into the last one, which is then too large.
 */
export function layOut(statements: readonly ResolvedStatement[], count: number): ResolvedStatement[][] {
  const empty = maxLength(documentOf([]));
  const pages = Array.from({ length: count }, (_, i): Page => ({ statements: new Map(), limit: i === 0 ? INLINE_LIMIT : MANAGED_LIMIT, size: empty }));
  for (const statement of statements) {
    const { Resource, ...rest } = statement;
    const key = JSON.stringify(rest);
    const resources: unknown[] = [Resource].flat();
    const sizes = { merged: resources.reduce<number>((sum, resource) => sum + maxLength(resource) + 1, 0), alone: maxLength({ ...rest, Resource: resources }) + 1 };
    const sizeOn = (page: Page) => (page.statements.has(key) ? sizes.merged : sizes.alone);
    const page = pages.find((candidate) => candidate.size + sizeOn(candidate) <= candidate.limit) ?? pages[pages.length - 1];
    page.size += sizeOn(page);
    const known = page.statements.get(key);
    page.statements.set(key, { ...rest, Resource: known ? unique([...[known.Resource].flat(), ...resources]) : Resource });
  }
  return pages.map((page) => [...page.statements.values()]);
}

function unique(resources: readonly unknown[]): unknown[] {
  return [...new Map(resources.map((resource) => [JSON.stringify(resource), resource])).values()];
}
