/** A resource of a finished template. */
export interface TemplateResource {
  readonly Type?: unknown;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: unknown;
  readonly Condition?: unknown;
}

export type Resources = Record<string, TemplateResource>;

/** A finished template, without tokens. */
export interface Template {
  readonly Resources?: Resources;
  readonly Transform?: string | readonly string[];
  readonly Parameters?: Readonly<Record<string, { readonly NoEcho?: unknown }>>;
}
