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
  /** Wildcard patterns of the tags that the mutability does not hold for. */
  readonly imageTagMutabilityExclusions?: readonly string[];
  readonly scanOnPush?: boolean;
  /** @default AES256 */
  readonly encryption?: { readonly encryptionType: string; readonly kmsKey?: string };
  readonly tags?: Readonly<Record<string, string>>;
}

/** What a repository needs from the registry that it is in. */
export interface Surroundings {
  readonly clock: SimulatedClock;
  readonly registryId: string;
  readonly region: string;
  readonly previewMs: number;
  /** A monotonic stopwatch in real milliseconds. */
  readonly elapsed: () => number;
  /** Different at each call. */
  readonly nextId: () => string;
}

/** One repository's state. What the service would refuse is refused by the operations; tests may set up anything. */
export class Repository {
  readonly arn: string;
  readonly uri: string;
  readonly createdAt: number;
  /** Tells this repository from one of the same name that was deleted before it. */
  readonly id: string;
  readonly tags: Map<string, string>;
  readonly encryption: NonNullable<RepositorySettings['encryption']>;
  readonly store = new ImageStore();
  readonly layers = new LayerStore();
  /** What the next previews that are started turn into, in this order; then `COMPLETE` again. */
  readonly nextPreviews: PreviewStatus[] = [];
  /** Whether previews return their policy as compact JSON instead of the text that was sent: the live service may do either. */
  compactsPreviewTexts = false;
  imageTagMutability: TagMutability;
  imageTagMutabilityExclusions: readonly string[];
  scanOnPush: boolean;
  /** The repository policy: who may do what. */
  policyText: string | undefined;
  lastEvaluatedAt: number | undefined;
  private policy: LifecyclePolicy | undefined;
  private current: Preview | undefined;

  constructor(readonly name: string, settings: RepositorySettings, private readonly around: Surroundings) {
    const { registryId, region } = around;
    this.arn = `arn:aws:ecr:${region}:${registryId}:repository/${name}`;
    this.uri = `${registryId}.dkr.ecr.${region}.amazonaws.com/${name}`;
    this.createdAt = around.clock.now();
    this.id = around.nextId();
    this.tags = new Map(Object.entries(settings.tags ?? {}));
    this.encryption = settings.encryption ?? { encryptionType: 'AES256' };
    this.imageTagMutability = settings.imageTagMutability ?? 'MUTABLE';
    this.imageTagMutabilityExclusions = settings.imageTagMutabilityExclusions ?? [];
    this.scanOnPush = settings.scanOnPush ?? false;
  }

  get registryId(): string {
    return this.around.registryId;
  }

  // ---- images ----

  /** A snapshot, in the order in which the images came. */
  get images(): readonly Image[] {
    return this.store.snapshot();
  }

  /** Puts an image with any past straight into the repository; returns its digest. A tag moves to the newest image. */
  addImage(seed: ImageSeed = {}): string {
    const { image, manifest } = imageFromSeed(seed, `${this.name}#${this.around.nextId()}`, this.around.clock.now());
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

  /** Throws what the service would answer to a text that it refuses. */
  set lifecyclePolicyText(text: string | undefined) {
    this.policy = text === undefined ? undefined : lifecyclePolicyFrom(text);
  }

  get lifecyclePolicy(): LifecyclePolicy | undefined {
    return this.policy;
  }

  // ---- preview: one slot, a later start replaces what is in it [inferred] ----

  get preview(): Preview | undefined {
    return this.current;
  }

  startPreview(policy: LifecyclePolicy, runsForMs = this.around.previewMs): Preview {
    return this.runPreview(policy, runsForMs, this.nextPreviews.shift() ?? 'COMPLETE');
  }

  /** As if another person had started a preview, whatever is in the slot. */
  plantPreview(lifecyclePolicyText: string, options: { readonly runsForMs?: number; readonly outcome?: PreviewStatus } = {}): void {
    this.runPreview(lifecyclePolicyFrom(lifecyclePolicyText), options.runsForMs ?? 0, options.outcome ?? 'COMPLETE');
  }

  /** Ends the preview in the slot at once, or turns a finished one into something else (`EXPIRED`). */
  finishPreview(outcome: PreviewStatus = 'COMPLETE'): void {
    if (!this.current) throw new Error(`no preview of ${this.name} was started`);
    this.current.finish(outcome);
  }

  private runPreview(policy: LifecyclePolicy, runsForMs: number, outcome: PreviewStatus): Preview {
    const { clock, nextId, elapsed } = this.around;
    const text = this.compactsPreviewTexts ? JSON.stringify(JSON.parse(policy.text)) : policy.text;
    const run = { policy: { ...policy, text }, images: this.images, now: clock.now(), runsForMs, outcome };
    this.current = new Preview(run, nextId(), elapsed);
    return this.current;
  }
}
