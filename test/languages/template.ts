export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>>;
}

/** Returns the paths where two JSON values differ, with both values. The order of keys does not matter. */
export function differencesOf(expected: unknown, actual: unknown, path = ''): string[] {
  if (isCollection(expected) && isCollection(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
    return keys.flatMap((key) => differencesOf(expected[key], actual[key], `${path}/${key}`));
  }
  return expected === actual ? [] : [`${path || '/'}: ${JSON.stringify(expected)} expected, ${JSON.stringify(actual)} found`];
}

function isCollection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
