import type { AffectedImage } from '../core/judgement/affected-image';
import type { Judgement } from '../core/judgement/judgement';

/** CloudWatch Logs takes 256 KB an entry; most characters of a report are one byte. */
const CHARACTERS_AN_ENTRY = 100_000;
/** An image may have 1,000 tags. */
const TAGS_AN_IMAGE = 100;

export interface Report {
  readonly repositoryName: string;
  readonly fingerprint: string;
  readonly approved: boolean;
  readonly passed: boolean;
  readonly judgement: Judgement;
  readonly affected: readonly AffectedImage[];
  readonly lifecyclePolicyText?: string;
}

/** The whole report in pieces that fit a log: a head, then every affected image with the guards that object to it. */
export function* reportEntries({ judgement, affected, passed, ...head }: Report): Generator<object> {
  yield {
    schemaVersion: 1,
    outcome: passed ? 'PASSED' : 'FAILED',
    ...head,
    expiring: judgement.expiring,
    archiving: judgement.archiving,
    unexpected: judgement.unexpected.length,
    violations: judgement.violations.map(({ guardId, because, images }) => ({ guardId, because, images: images.length })),
  };
  const objections = new Map<AffectedImage, string[]>();
  for (const { guardId, images } of judgement.violations) {
    for (const image of images) objections.set(image, [...objections.get(image) ?? [], guardId]);
  }
  let piece: object[] = [];
  let characters = 0;
  for (const image of affected) {
    const row = { ...image, imageTags: image.imageTags.slice(0, TAGS_AN_IMAGE), guards: objections.get(image) ?? [] };
    const length = JSON.stringify(row).length;
    if (piece.length > 0 && characters + length > CHARACTERS_AN_ENTRY) {
      yield { fingerprint: head.fingerprint, images: piece };
      piece = [];
      characters = 0;
    }
    piece.push(row);
    characters += length;
  }
  if (piece.length > 0) yield { fingerprint: head.fingerprint, images: piece };
}
