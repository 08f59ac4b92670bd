import { invalidParameter } from '../http/errors';

/**
 * Encodes a page token: the position of the next page and the scope (operation, repository, filter, preview). A token that
 * is used with a different request, or after its preview was replaced, is rejected.
 */
export function encodeToken(scope: readonly string[], position: string | number): string {
  return Buffer.from(JSON.stringify([...scope, position])).toString('base64url');
}

export function decodeToken(scope: readonly string[], token: string): string | number {
  const position = positionIn(scope, token);
  if (typeof position !== 'string' && typeof position !== 'number') throw invalidParameter('nextToken', 'Invalid nextToken provided');
  return position;
}

function positionIn(scope: readonly string[], token: string): unknown {
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const fits = Array.isArray(parts) && parts.length === scope.length + 1 && scope.every((part, i) => part === parts[i]);
    return fits ? parts[scope.length] : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the index of the first entry with a greater `seq`, in a list sorted by `seq`. */
export function firstAfter(list: readonly { readonly seq: number }[], seq: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (list[middle].seq <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

export type TagStatus = 'TAGGED' | 'UNTAGGED' | 'ANY';
export const TAG_STATUSES: readonly TagStatus[] = ['TAGGED', 'UNTAGGED', 'ANY'];

export function hasTagStatus(tags: readonly string[] | undefined, wanted: TagStatus): boolean {
  return wanted === 'ANY' || (wanted === 'TAGGED') === ((tags ?? []).length > 0);
}
