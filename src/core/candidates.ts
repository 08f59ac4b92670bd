import type { Image } from './image';
import { CountType, PolicyRule, RuleSelection, StorageClass, storageClassOf } from './policy-document';
import { compileTagPattern, TagPredicate } from './tag-pattern';

const NO_TAGS: readonly string[] = [];

/** The images of one evaluation, prepared once so that each rule can walk its candidates, youngest first. */
export class CandidateIndex {
  private readonly byAge: Uint32Array;
  private readonly pushed: Float64Array;
  private readonly archived: Uint8Array;
  private readonly exempt: ReadonlySet<string>;
  private readonly times = new Map<CountType, Float64Array>();

  constructor(private readonly images: readonly Image[], indexChildren: 'counted' | 'exempt') {
    this.pushed = this.timesFor('sinceImagePushed');
    this.archived = Uint8Array.from(images, (image) => (storageClassOfImage(image) === 'archive' ? 1 : 0));
    this.exempt = new Set(indexChildren === 'exempt' ? images.flatMap((image) => image.childDigests ?? []) : []);
    this.byAge = Uint32Array.from(images.keys()).sort((a, b) => this.youngestFirst(a, b));
  }

  /** Calls back with the place of each image that the rule selects, also those that other rules select. */
  forEach(rule: PolicyRule, use: (image: number) => void): void {
    const archived = storageClassOf(rule) === 'archive' ? 1 : 0;
    const selects = tagTest(rule.selection);
    for (const i of this.byAge) {
      if (this.archived[i] !== archived) continue;
      const image = this.images[i];
      if (!selects(image.imageTags ?? NO_TAGS)) continue;
      if (this.exempt.size > 0 && this.exempt.has(image.imageDigest)) continue;
      use(i);
    }
  }

  /** From when each image's age counts for this kind of rule. */
  timesFor(countType: CountType): Float64Array {
    let times = this.times.get(countType);
    if (!times) {
      times = Float64Array.from(this.images, (image) => timeOf(image, countType));
      this.times.set(countType, times);
    }
    return times;
  }

  /** Of the same moment, the lower digest is the younger: ECR's order is unknown, ours must not depend on the input's. */
  private youngestFirst(a: number, b: number): number {
    if (this.pushed[a] !== this.pushed[b]) return this.pushed[a] > this.pushed[b] ? -1 : 1;
    const [x, y] = [this.images[a].imageDigest, this.images[b].imageDigest];
    return x < y ? -1 : x > y ? 1 : 0;
  }
}

/** An image on its way back counts as archived until it is there [inferred]. */
export function storageClassOfImage(image: Image): StorageClass {
  return image.imageStatus === 'ARCHIVED' || image.imageStatus === 'ACTIVATING' ? 'archive' : 'standard';
}

function timeOf(image: Image, countType: CountType): number {
  switch (countType) {
    case 'sinceImageTransitioned':
      return parse(image.lastArchivedAt);
    case 'sinceImagePulled':
      // Never pulled: the push counts. Restored and not pulled since: the restoration counts.
      return Math.max(parse(image.lastRecordedPullTime ?? image.imagePushedAt), parse(image.lastActivatedAt));
    default:
      return parse(image.lastActivatedAt ?? image.imagePushedAt);
  }
}

function parse(time: string | undefined): number {
  const at = time === undefined ? NaN : Date.parse(time);
  return Number.isNaN(at) ? -Infinity : at;
}

function tagTest(selection: RuleSelection): (tags: readonly string[]) => boolean {
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
