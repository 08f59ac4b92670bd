import type { Random } from './random-source';
import type { Repository } from '../../rehearsal/ecr/repository';
import type { Account } from '../../rehearsal/in-use/account';

/* Images of different ages, resources that run them, and policies. */

const DAY = 24 * 60 * 60 * 1000;
const REGISTRY = '111122223333.dkr.ecr.us-east-1.amazonaws.com';

export function pushImages(repository: Repository, now: number, random: Random): void {
  // Quarters of days, so that images become due before, between and after the runs of ECR.
  const past = () => now - (1 + random.below(800)) * DAY / 4 + random.below(1_000_000);
  const plain: string[] = [];
  for (let i = 0, count = random.below(14); i < count; i++) {
    const tags = random.some(['prod', `release-${i}`, `pr-${i}`, `main-${i}`], 0.3);
    const archived = random.chance(0.15);
    plain.push(repository.addImage({
      tags,
      pushedAt: past(),
      ...(random.chance(0.4) && { lastPulledAt: past() }),
      ...(archived && { archivedAt: past(), status: random.chance(0.2) ? 'ACTIVATING' : 'ARCHIVED' }),
    }));
  }
  for (let i = 0; i < 2 && plain.length > 2; i++) {
    const children = random.some(plain, 0.3);
    if (children.length > 0) repository.addImage({ tags: random.some([`v${i}`, `release-v${i}`], 0.5), children, pushedAt: past() });
  }
  for (const subject of random.some(plain, 0.1)) {
    const byTag = random.chance(0.5);
    repository.addImage({ ...(byTag ? { tags: [`${subject.replace(':', '-')}.sig`] } : { subject }), pushedAt: past() });
  }
}

export function randomPolicy(random: Random): string {
  const rules: object[] = [];
  const rule = (selection: object) => {
    const count = { countType: 'imageCountMoreThan', countNumber: 1 + random.below(8) };
    const pushed = { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 1 + random.below(150) };
    const pulled = { countType: 'sinceImagePulled', countUnit: 'days', countNumber: 1 + random.below(150) };
    const archive = { type: 'transition', targetStorageClass: 'archive' };
    const [condition, action] = random.pick([[count, { type: 'expire' }], [pushed, { type: 'expire' }], [count, archive], [pulled, archive]]);
    rules.push({ rulePriority: rules.length + 1, selection: { ...selection, ...condition }, action });
  };
  for (const pattern of random.some(['release-*', 'pr-*', 'main-*', '*'], 0.4)) rule({ tagStatus: 'tagged', tagPatternList: [pattern] });
  if (random.chance(0.4)) rule({ tagStatus: 'untagged' });
  if (rules.length === 0 || random.chance(0.4)) rule({ tagStatus: 'any' });
  if (random.chance(0.2)) {
    const archived = { storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 90 + random.below(60) };
    rules.push({ rulePriority: rules.length + 1, selection: { tagStatus: 'any', ...archived }, action: { type: 'expire' } });
  }
  return JSON.stringify({ rules });
}

/** Runs some of the images, and returns their digests. */
export function useSome(repository: Repository, account: Account, random: Random): string[] {
  const used = random.some(repository.images.map(({ imageDigest }) => imageDigest), 0.15);
  const uri = `${REGISTRY}/${repository.name}`;
  used.forEach((imageDigest, i) => {
    const taskDefinition = `job-${i}:1`;
    account.taskDefinitions.push({ name: taskDefinition, images: [`${uri}@${imageDigest}`] });
    if (i % 4 === 2) {
      account.rules.push({ name: `rule-${i}`, bus: 'jobs', targets: [{ taskDefinition }] });
    } else if (i % 4 === 3) {
      account.schedules.push({ name: `schedule-${i}`, target: { taskDefinition } });
    } else if (i % 4 === 0) {
      const containers = [{ image: uri, imageDigest }];
      account.clusters.push({ name: `cluster-${i}`, services: [], tasks: [{ id: 'one', taskDefinition: 'web:1', containers }] });
    } else {
      account.functions.push({ name: `f-${i}`, version: '$LATEST', imageUri: `${uri}:x`, resolvedImageUri: `${uri}@${imageDigest}` });
    }
  });
  return used;
}
