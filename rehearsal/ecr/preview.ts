import { hasTagStatus, TagStatus } from './paging';
import type { LifecyclePolicy } from './policy';
import { storageClassOfImage } from '../../src/core/evaluation/candidates';
import { evaluate } from '../../src/core/evaluation/evaluator';
import type { Image } from '../../src/core/evaluation/image';

export type PreviewStatus = 'IN_PROGRESS' | 'COMPLETE' | 'FAILED' | 'EXPIRED';

/** An image that a policy would act on, in its state at the time of the evaluation. */
export interface AffectedImage {
  readonly image: Image;
  readonly action: 'EXPIRE' | 'TRANSITION';
  readonly rulePriority: number;
  readonly storageClass: 'STANDARD' | 'ARCHIVE';
}

/** Returns the images that the policy would act on now. Referrers that follow their subject are included [inferred]. */
export function affectedImages(policy: LifecyclePolicy, images: readonly Image[], now: number): AffectedImage[] {
  const { decisions } = evaluate(policy.document, images, { now });
  return decisions.flatMap(({ action, rulePriority }, i): AffectedImage[] => {
    if (action === 'KEEP' || rulePriority === undefined) return [];
    const storageClass = storageClassOfImage(images[i]) === 'archive' ? 'ARCHIVE' : 'STANDARD';
    return [{ image: images[i], action, rulePriority, storageClass }];
  });
}

export interface PreviewRun {
  readonly policy: LifecyclePolicy;
  readonly images: readonly Image[];
  readonly now: number;
  /** The duration in real time, because clients poll in real time. */
  readonly runsForMs: number;
  /** The status after that time; a preview with the outcome `IN_PROGRESS` never ends by itself. */
  readonly outcome: PreviewStatus;
}

/** One preview, evaluated once at its start. Pages are slices of the result. */
export class Preview {
  readonly policyText: string;
  readonly expiring: number;
  readonly transitioning: number;
  private readonly affected: readonly AffectedImage[];
  private readonly byTagStatus = new Map<TagStatus, readonly AffectedImage[]>();
  private readonly endsAt: number;
  private outcome: PreviewStatus;
  private ended = false;
  private byImageId: ReadonlyMap<string, AffectedImage> | undefined;

  constructor(run: PreviewRun, readonly id: string, private readonly elapsed: () => number) {
    this.policyText = run.policy.text;
    this.affected = affectedImages(run.policy, run.images, run.now);
    this.expiring = this.affected.filter(({ action }) => action === 'EXPIRE').length;
    this.transitioning = this.affected.length - this.expiring;
    this.endsAt = elapsed() + run.runsForMs;
    this.outcome = run.outcome;
  }

  get status(): PreviewStatus {
    return this.ended || this.elapsed() >= this.endsAt ? this.outcome : 'IN_PROGRESS';
  }

  /** Ends the preview immediately, before its time. */
  finish(outcome: PreviewStatus): void {
    this.ended = true;
    this.outcome = outcome;
  }

  results(tagStatus: TagStatus): readonly AffectedImage[] {
    let results = this.byTagStatus.get(tagStatus);
    if (!results) {
      results = tagStatus === 'ANY' ? this.affected : this.affected.filter(({ image }) => hasTagStatus(image.imageTags, tagStatus));
      this.byTagStatus.set(tagStatus, results);
    }
    return results;
  }

  /** Returns the result for a digest or a tag. */
  resultFor(imageId: string): AffectedImage | undefined {
    this.byImageId ??= new Map(this.affected.flatMap((result) =>
      [result.image.imageDigest, ...result.image.imageTags ?? []].map((id): [string, AffectedImage] => [id, result])));
    return this.byImageId.get(imageId);
  }
}
