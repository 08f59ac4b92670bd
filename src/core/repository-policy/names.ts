import { isKnown, OWN_ACCOUNT } from './known-text';

/** The parts of an ARN that checks look at. */
export interface ArnParts {
  readonly service: string;
  readonly account: string;
  readonly resource: string;
}

/** The parts, or nothing: where the text is no ARN, or too much of it is unknown to tell. */
export function arnParts(text: string): ArnParts | undefined {
  const parts = text.split(':');
  if (parts.length < 6 || parts[0] !== 'arn') return undefined;
  return { service: parts[2], account: parts[4], resource: parts.slice(5).join(':') };
}

/** Whether this may be an account id. What is unknown may be one. */
export function mayBeAccountId(text: string): boolean {
  return !isKnown(text) || text === OWN_ACCOUNT || /^\d{12}$/.test(text);
}

/** Whether this may be the id of an organization. */
export function mayBeOrganizationId(text: string): boolean {
  return !isKnown(text) || /^o-[a-z0-9]{10,32}$/.test(text);
}

/**
 * Whether this may be what `aws:PrincipalOrgPaths` is held against. IAM's own paths end with a slash, so a path without one
 * (or a wildcard) at its end matches nothing.
 */
export function mayBeOrganizationPath(text: string): boolean {
  if (!isKnown(text) || /[*?]./.test(text)) return true;
  if (/[*?]$/.test(text)) return /^(o-[^/]*(\/(r-[^/]*(\/(ou-[^/]*\/)*(ou-[^/]*)?)?)?)?)?[*?]$/.test(text);
  return /^o-[a-z0-9]{10,32}\/(r-[a-z0-9]{4,32}\/(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}\/)*)?$/.test(text);
}

/** Whether this may be an ARN, or a pattern for some. */
export function mayBeArn(text: string): boolean {
  return !isKnown(text) || /^[*?]/.test(text) || (arnParts(text)?.resource ?? '') !== '' || /^arn:.*\*/.test(text);
}
