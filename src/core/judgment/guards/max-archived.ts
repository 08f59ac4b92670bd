import type { Evidence, Violation } from './evidence';
import type { GuardKind } from './guard-kind';
import { plural, withThousands } from '../../text/words';
import { expires } from '../affected-image';

/** Limits how many images are archived. */
export interface MaxArchived {
  readonly id: 'max-archived';
  readonly limit: number;
}

export const maxArchived: GuardKind<MaxArchived> = {
  id: 'max-archived',
  protects: false,
  limits: 'ARCHIVING',
  judge: ({ limit }, { affected }) => violationOfArchiveLimit(limit, affected),
  describe: ({ limit }) => `at most ${plural(limit, 'image')} may be archived`,
  properties: ['Limit'],
  encode: ({ limit }) => ({ Limit: String(limit) }),
  decode: (properties) => ({ limit: properties.wholeNumber('Limit') }),
};

export function violationOfArchiveLimit(limit: number, affected: Evidence['affected']): Violation | undefined {
  const archiving = affected.filter((image) => !expires(image));
  if (archiving.length <= limit) return undefined;
  return {
    guardId: maxArchived.id,
    because: `${plural(archiving.length, 'image')} would be archived, but at most ${withThousands(limit)} may`,
    images: archiving,
  };
}
