import type { SimulatedClock } from './clock';
import { affectedImages } from './preview';
import type { Registry } from './registry';

/** An image that a live policy expired or archived. */
export interface LifecycleAction {
  readonly repositoryName: string;
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  readonly action: 'EXPIRE' | 'TRANSITION';
  readonly rulePriority: number;
}

const DAY = 24 * 60 * 60 * 1000;

/** Advances the clock by 24 hours, the time within which ECR acts on images that match a rule, and applies the live policies. */
export function runLifecycle(registry: Registry, clock: SimulatedClock): LifecycleAction[] {
  clock.advance(DAY);
  return registry.repositories.flatMap((repository) => {
    if (!repository.lifecyclePolicy) return [];
    const affected = affectedImages(repository.lifecyclePolicy, repository.images, clock.now());
    repository.lastEvaluatedAt = clock.now();
    return affected.map(({ image, action, rulePriority }): LifecycleAction => {
      if (action === 'EXPIRE') repository.store.remove(image.imageDigest);
      else repository.store.update(image.imageDigest, { imageStatus: 'ARCHIVED', lastArchivedAt: clock.iso() });
      return {
        repositoryName: repository.name, imageDigest: image.imageDigest, imageTags: image.imageTags ?? [], action, rulePriority,
      };
    });
  });
}
