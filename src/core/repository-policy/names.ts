import { isKnown, OWN_ACCOUNT } from './known-text';

/** The parts of an ARN that checks read. */
export interface ArnParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Splits an ARN. Returns undefined if the text is not an ARN, or if too much of it is unknown. */
export function arnParts(text: string): ArnParts | undefined {
  const parts = text.split(':');
  if (parts.length < 6 || parts[0] !== 'arn') return undefined;
  return { partition: parts[1], service: parts[2], region: parts[3], account: parts[4], resource: parts.slice(5).join(':') };
}

/** True if the text may be an account ID. Unknown text may be one. */
export function mayBeAccountId(text: string): boolean {
  return !isKnown(text) || text === OWN_ACCOUNT || /^\d{12}$/.test(text);
}

/** True if the text may be the ID of an organization. */
export function mayBeOrganizationId(text: string): boolean {
  return !isKnown(text) || /^o-[a-z0-9]{10,32}$/.test(text);
}

/**
 * True if the text may be a value to compare with `aws:PrincipalOrgPaths`.
 *
 * Paths in IAM end with a slash, so a path without a slash or a wildcard at its end never matches.
 */
export function mayBeOrganizationPath(text: string): boolean {
  if (!isKnown(text) || /[*?]./.test(text)) return true;
  if (/[*?]$/.test(text)) return /^(o-[^/]*(\/(r-[^/]*(\/(ou-[^/]*\/)*(ou-[^/]*)?)?)?)?)?[*?]$/.test(text);
  return /^o-[a-z0-9]{10,32}\/(r-[a-z0-9]{4,32}\/(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}\/)*)?$/.test(text);
}

/** True if the text may be an ARN or an ARN pattern. */
export function mayBeArn(text: string): boolean {
  return !isKnown(text) || /^[*?]/.test(text) || (arnParts(text)?.resource ?? '') !== '' || /^arn:.*\*/.test(text);
}
