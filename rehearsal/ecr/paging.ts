import { invalidParameter } from '../http/errors';

/**
 * A page token says where to go on and of what: the operation, the repository, the filter, the preview. One that comes
 * back with another question, or after its preview was replaced, is refused instead of paging through something else.
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

/** The first place in a list sorted by `seq` that comes after this one. */
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
