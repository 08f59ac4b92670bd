export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>>;
}

/** Where two values of JSON differ, each place with what stands there; the order of keys does not count. */
export function differencesOf(expected: unknown, actual: unknown, place = ''): string[] {
  if (isCollection(expected) && isCollection(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
    return keys.flatMap((key) => differencesOf(expected[key], actual[key], `${place}/${key}`));
  }
  return expected === actual ? [] : [`${place || '/'}: ${JSON.stringify(expected)} there, ${JSON.stringify(actual)} here`];
}

function isCollection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
