import { documentOf, INLINE_LIMIT, MANAGED_LIMIT, maxLength } from './policy-size';

/** A statement as JSON. */
export interface Statement {
  readonly Sid?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
  readonly [key: string]: unknown;
}

interface Page {
  /** The statements by their JSON without the resources. */
  readonly statements: Map<string, { readonly statement: Statement; readonly resources: Map<string, unknown> }>;
  readonly limit: number;
  size: number;
}

/**
 * Distributes the statements of a role to its policies: one inline policy, then managed policies. Statements that differ only in
 * their resources are merged, so that their actions are written once per policy.
 *
 * The result depends only on the statements and on their order, and keeps the tokens in them. Each statement has one resource, or a list of
 * resources that stay together. Statements that do not fit into `count` policies are put into the last one, which is then too large.
 *
 * @param resolve Resolves the tokens in a value, which decide its length.
 */
export function layOut(statements: readonly Statement[], count: number, resolve: (value: unknown) => any): Statement[][] {
  const empty = maxLength(documentOf([]));
  const pages = Array.from({ length: count }, (_, i): Page => {
    return { statements: new Map(), limit: i === 0 ? INLINE_LIMIT : MANAGED_LIMIT, size: empty };
  });
  for (const statement of statements) {
    const { Resource, ...rest } = statement;
    const key = JSON.stringify(resolve(rest));
    const resources: unknown[] = [Resource].flat();
    const resolved = resources.map(resolve);
    const inList = resolved.reduce<number>((sum, resource) => sum + maxLength(resource) + 1, 0);
    const sizeOn = (page: Page) => (page.statements.has(key) ? inList : maxLength({ ...resolve(rest), Resource: [] }) + inList + 1);
    const page = pages.find((candidate) => candidate.size + sizeOn(candidate) <= candidate.limit) ?? pages[pages.length - 1];
    page.size += sizeOn(page);
    const known = page.statements.get(key) ?? { statement, resources: new Map<string, unknown>() };
    resources.forEach((resource, i) => known.resources.set(JSON.stringify(resolved[i]), resource));
    page.statements.set(key, known);
  }
  return pages.map((page) => [...page.statements.values()].map(({ statement, resources }) => {
    const [only, ...more] = resources.values();
    return { ...statement, Resource: more.length === 0 ? only : [only, ...more] };
  }));
}
