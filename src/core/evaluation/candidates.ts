import type { Image } from './image';
import { compileTagPattern, TagPredicate } from './tag-pattern';
import { parseTime } from './time';
import type { CountType, RuleSelection, StorageClass } from '../policy/policy-document';

/** The images of one evaluation, prepared once for all rules. */
export class CandidateIndex {
  private readonly pushed: Float64Array;
  private readonly exempt: ReadonlySet<string>;
  private readonly times = new Map<CountType, Float64Array>();

  constructor(private readonly images: readonly Image[], indexChildren: 'counted' | 'exempt') {
    this.pushed = this.timesFor('sinceImagePushed');
    this.exempt = new Set(indexChildren === 'exempt' ? images.flatMap((image) => image.childDigests ?? []) : []);
  }

  /** Returns the positions of the images in the list, youngest first. */
  youngestFirst(): Uint32Array {
    const { images, pushed, exempt } = this;
    const positions = Uint32Array.from(images.keys()).sort((a, b) => {
      if (pushed[a] !== pushed[b]) return pushed[a] > pushed[b] ? -1 : 1;
      // With the same time, the image with the lower digest counts as younger. ECR's order is unknown, but the
      // result must not depend on the order of the input.
      const x = images[a].imageDigest;
      const y = images[b].imageDigest;
      return x < y ? -1 : x > y ? 1 : 0;
    });
    return exempt.size === 0 ? positions : positions.filter((i) => !exempt.has(images[i].imageDigest));
  }

  /** Returns the time from which the age of each image counts for this type of rule. */
  timesFor(countType: CountType): Float64Array {
    let times = this.times.get(countType);
    if (!times) {
      times = Float64Array.from(this.images, (image) => ageStartOf(image, countType));
      this.times.set(countType, times);
    }
    return times;
  }
}

/** Returns the storage class of an image. While an image is being restored, it counts as archived [inferred]. */
export function storageClassOfImage(image: Image): StorageClass {
  return image.imageStatus === 'ARCHIVED' || image.imageStatus === 'ACTIVATING' ? 'archive' : 'standard';
}

/** Returns a function that is true if the rule selects an image with these tags, even if another rule has claimed the image. */
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

/** Returns the time from which the age of an image counts for this type of rule, in milliseconds since 1970; -Infinity if it is unknown. */
export function ageStartOf(image: Image, countType: CountType): number {
  const { imagePushedAt, lastActivatedAt, lastArchivedAt, lastRecordedPullTime } = image;
  if (countType === 'sinceImageTransitioned') return parse(lastArchivedAt);
  if (countType === 'sinceImagePulled' && lastRecordedPullTime !== undefined) {
    // If the image was restored after its last pull, the time of the restore counts.
    return Math.max(parse(lastRecordedPullTime), parse(lastActivatedAt));
  }
  return parse(lastActivatedAt ?? imagePushedAt);
}

function parse(time: string | undefined): number {
  const at = time === undefined ? NaN : parseTime(time);
  return Number.isNaN(at) ? -Infinity : at;
}
