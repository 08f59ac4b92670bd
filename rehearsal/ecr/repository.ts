import type { SimulatedClock } from './clock';
import { imageFromSeed, ImageSeed } from './image-seed';
import { ImageStore } from './image-store';
import { LayerStore } from './layers';
import { LifecyclePolicy, lifecyclePolicyFrom } from './policy';
import { Preview, PreviewStatus } from './preview';
import type { Image } from '../../src/core/evaluation/image';
import { compileTagPattern } from '../../src/core/evaluation/tag-pattern';

export type TagMutability = 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';

export interface RepositorySettings {
  /** @default MUTABLE */
  readonly imageTagMutability?: TagMutability;
  /** Wildcard patterns of tags that are excluded from the mutability setting. */
  readonly imageTagMutabilityExclusions?: readonly string[];
  readonly scanOnPush?: boolean;
  /** @default AES256 */
  readonly encryption?: { readonly encryptionType: string; readonly kmsKey?: string };
  readonly tags?: Readonly<Record<string, string>>;
}

/** Everything that a repository needs from its registry. */
export interface RepositoryContext {
  readonly clock: SimulatedClock;
  readonly registryId: string;
  readonly region: string;
  readonly previewMs: number;
  /** Returns the time of a monotonic clock in real milliseconds. */
  readonly elapsed: () => number;
  /** Returns a new id at each call. */
  readonly nextId: () => string;
}

/** The state of one repository. The operations validate requests; tests may set up any state. */
export class Repository {
  readonly arn: string;
  readonly uri: string;
  readonly createdAt: number;
  /** An id that distinguishes this repository from a deleted one with the same name. */
  readonly id: string;
  readonly tags: Map<string, string>;
  readonly encryption: NonNullable<RepositorySettings['encryption']>;
  readonly store = new ImageStore();
  readonly layers = new LayerStore();
  /** The outcomes of the next previews, in order. Later previews are `COMPLETE`. */
  readonly nextPreviews: PreviewStatus[] = [];
  /** True if previews return their policy as compact JSON instead of the original text. The live service may do either. */
  compactsPreviewTexts = false;
  imageTagMutability: TagMutability;
  imageTagMutabilityExclusions: readonly string[];
  scanOnPush: boolean;
  /** The text of the repository policy. */
  policyText: string | undefined;
  lastEvaluatedAt: number | undefined;
  private policy: LifecyclePolicy | undefined;
  private current: Preview | undefined;

  constructor(readonly name: string, settings: RepositorySettings, private readonly context: RepositoryContext) {
    const { registryId, region } = context;
    this.arn = `arn:aws:ecr:${region}:${registryId}:repository/${name}`;
    this.uri = `${registryId}.dkr.ecr.${region}.amazonaws.com/${name}`;
    this.createdAt = context.clock.now();
    this.id = context.nextId();
    this.tags = new Map(Object.entries(settings.tags ?? {}));
    this.encryption = settings.encryption ?? { encryptionType: 'AES256' };
    this.imageTagMutability = settings.imageTagMutability ?? 'MUTABLE';
    this.imageTagMutabilityExclusions = settings.imageTagMutabilityExclusions ?? [];
    this.scanOnPush = settings.scanOnPush ?? false;
  }

  get registryId(): string {
    return this.context.registryId;
  }

  // ---- images ----

  /** A snapshot of the images, in the order in which they were added. */
  get images(): readonly Image[] {
    return this.store.snapshot();
  }

  /** Adds an image with any history and returns its digest. Its tags move from images that had them before. */
  addImage(seed: ImageSeed = {}): string {
    const { image, manifest } = imageFromSeed(seed, `${this.name}#${this.context.nextId()}`, this.context.clock.now());
    this.store.add(image, manifest, seed.artifactMediaType);
    return image.imageDigest;
  }

  isTagImmutable(tag: string): boolean {
    const excluded = this.imageTagMutabilityExclusions.some((pattern) => compileTagPattern(pattern)(tag));
    return this.imageTagMutability.startsWith('IMMUTABLE') !== excluded;
  }

  // ---- lifecycle policy ----

  get lifecyclePolicyText(): string | undefined {
    return this.policy?.text;
  }

  /** Throws the error of the service if the text is invalid. */
  set lifecyclePolicyText(text: string | undefined) {
    this.policy = text === undefined ? undefined : lifecyclePolicyFrom(text);
  }

  get lifecyclePolicy(): LifecyclePolicy | undefined {
    return this.policy;
  }

  // ---- preview: a repository holds only one, and a new start replaces it [inferred] ----

  get preview(): Preview | undefined {
    return this.current;
  }

  startPreview(policy: LifecyclePolicy, runsForMs = this.context.previewMs): Preview {
    return this.runPreview(policy, runsForMs, this.nextPreviews.shift() ?? 'COMPLETE');
  }

  /** Replaces the preview, as if another client had started one. */
  plantPreview(lifecyclePolicyText: string, options: { readonly runsForMs?: number; readonly outcome?: PreviewStatus } = {}): void {
    this.runPreview(lifecyclePolicyFrom(lifecyclePolicyText), options.runsForMs ?? 0, options.outcome ?? 'COMPLETE');
  }

  /** Ends the current preview immediately, or changes the status of a finished one (to `EXPIRED`, for example). */
  finishPreview(outcome: PreviewStatus = 'COMPLETE'): void {
    if (!this.current) throw new Error(`repository ${this.name} has no preview`);
    this.current.finish(outcome);
  }

  private runPreview(policy: LifecyclePolicy, runsForMs: number, outcome: PreviewStatus): Preview {
    const { clock, nextId, elapsed } = this.context;
    const text = this.compactsPreviewTexts ? JSON.stringify(JSON.parse(policy.text)) : policy.text;
    const run = { policy: { ...policy, text }, images: this.images, now: clock.now(), runsForMs, outcome };
    this.current = new Preview(run, nextId(), elapsed);
    return this.current;
  }
}
