/** Returns the logical ids that a part of a template refers to, by Ref, GetAtt, Sub or DependsOn. */
export function referencesOf(value: any): Set<string> {
  const found = new Set<string>();
  const walk = (item: any) => {
    if (typeof item !== 'object' || item === null) return;
    for (const [key, inner] of Object.entries<any>(item)) {
      if (key === 'Ref') found.add(inner);
      else if (key === 'Fn::GetAtt') found.add(Array.isArray(inner) ? inner[0] : inner.split('.')[0]);
      else if (key === 'Fn::Sub') for (const [, id] of JSON.stringify(inner).matchAll(/\$\{(\w+)/g)) found.add(id);
      else if (key === 'DependsOn') for (const id of [inner].flat()) found.add(id);
      walk(inner);
    }
  };
  walk(value);
  return found;
}

/** Returns all resources that must exist before this one. */
export function closureOf(template: any, id: string): string[] {
  const before = new Set<string>();
  const visit = (current: string) => {
    for (const next of referencesOf(template.Resources[current])) {
      if (!(next in template.Resources) || before.has(next)) continue;
      before.add(next);
      visit(next);
    }
  };
  visit(id);
  return [...before];
}
