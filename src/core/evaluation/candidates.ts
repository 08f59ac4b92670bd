import type { Image } from './image';
import { compileTagPattern, TagPredicate } from './tag-pattern';
import { parseTime } from './time';
import type { CountType, RuleSelection, StorageClass } from '../policy/policy-document';

/** The images of one evaluation that rules may act on, prepared once for all rules. */
export class CandidateIndex {
  private readonly pushed: Float64Array;
  private readonly exempt: ReadonlySet<string>;
  private readonly times = new Map<CountType, Float64Array>();

  constructor(private readonly images: readonly Image[], indexChildren: 'counted' | 'exempt') {
    this.pushed = this.timesFor('sinceImagePushed');
    this.exempt = new Set(indexChildren === 'exempt' ? images.flatMap((image) => image.childDigests ?? []) : []);
  }

  /** The places of the images, youngest first. */
  youngestFirst(): Uint32Array {
    const { images, pushed, exempt } = this;
    const places = Uint32Array.from(images.keys()).sort((a, b) => {
      if (pushed[a] !== pushed[b]) return pushed[a] > pushed[b] ? -1 : 1;
      // Of the same moment, the lower digest is the younger: ECR's order is unknown, ours must not depend on the input's.
      const x = images[a].imageDigest;
      const y = images[b].imageDigest;
      return x < y ? -1 : x > y ? 1 : 0;
    });
    return exempt.size === 0 ? places : places.filter((i) => !exempt.has(images[i].imageDigest));
  }

  /** From when each image's age counts for this kind of rule. */
  timesFor(countType: CountType): Float64Array {
    let times = this.times.get(countType);
    if (!times) {
      times = Float64Array.from(this.images, (image) => ageStartOf(image, countType));
      this.times.set(countType, times);
    }
    return times;
  }
}

/** An image on its way back counts as archived until it is there [inferred]. */
export function storageClassOfImage(image: Image): StorageClass {
  return image.imageStatus === 'ARCHIVED' || image.imageStatus === 'ACTIVATING' ? 'archive' : 'standard';
}

/** Says of an image's tags whether the rule selects it, be it claimed already or not. */
export function compileTagTest(selection: RuleSelection): (tags: readonly string[]) => boolean {
  switch (selection.tagStatus) {
    case 'any':
      return () => true;
    case 'untagged':
      return (tags) => tags.length === 0;
    case 'tagged': {
      const wanted: TagPredicate[] = [
        ...(selection.tagPatternList ?? []).map(compileTagPattern),
        ...(selection.tagPrefixList ?? []).map((prefix): TagPredicate => (tag) => tag.startsWith(prefix)),
      ];
      return (tags) => tags.length > 0 && wanted.every((matches) => tags.some(matches));
    }
  }
}

/** From when the image's age counts for this kind of rule, in milliseconds since 1970; -Infinity when that is unknown. */
export function ageStartOf(image: Image, countType: CountType): number {
  const { imagePushedAt, lastActivatedAt, lastArchivedAt, lastRecordedPullTime } = image;
  if (countType === 'sinceImageTransitioned') return parse(lastArchivedAt);
  if (countType === 'sinceImagePulled' && lastRecordedPullTime !== undefined) {
    // Restored after the last pull: the restoration counts.
    return Math.max(parse(lastRecordedPullTime), parse(lastActivatedAt));
  }
  return parse(lastActivatedAt ?? imagePushedAt);
}

function parse(time: string | undefined): number {
  const at = time === undefined ? NaN : parseTime(time);
  return Number.isNaN(at) ? -Infinity : at;
}
