import { Stack } from 'aws-cdk-lib';
import { CliUnderTest } from './cli-under-test';
import { EmbeddedEcr } from '../../rehearsal/ecr/embedded-ecr';
import { LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy } from '../../src';
import type { Judged } from '../../src/cli/judge/outcome';
import type { PlanResult } from '../../src/cli/render/plan-result';
import type { PolicyRule } from '../../src/core/policy/policy-document';
import { Random, randomSource } from '../deployment/random-source';

/*
 * 60 seeded repositories with all kinds of images (indexes and their images, signatures, archived images), each with its own
 * policy and guards. The live plan, which reads page by page, and the plan on saved images have the same result.
 */

const REPOSITORIES = 60;
const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 0, 31);

type Repository = ReturnType<EmbeddedEcr['registry']['createRepository']>;

function fill(repository: Repository, random: Random): void {
  const count = random.chance(0.2) ? 260 : 5 + random.below(30);
  const digests: string[] = [];
  for (let i = 0; i < count; i++) {
    const children = digests.length > 2 && random.chance(0.15) ? random.some(digests.slice(-4), 0.6) : undefined;
    // Indexes are not archived, because the manifest of an archived index cannot be read, so a gate could not judge it.
    const archivedAt = !children && random.chance(0.15) ? NOW - random.below(200) * DAY - DAY / 4 : undefined;
    digests.push(repository.addImage({
      tags: random.some([`pr-${i}`, `release-${i}`, `dev-${i}`, 'latest'], 0.3),
      // No image reaches an age limit during the seconds that the command takes.
      pushedAt: NOW - (300 - i) * DAY / 2 - DAY / 4,
      ...(random.chance(0.5) && { lastPulledAt: NOW - random.below(100) * DAY - DAY / 4 }),
      ...(archivedAt !== undefined && { archivedAt }),
      ...(children && { children }),
      ...(digests.length > 2 && random.chance(0.1) && { subject: random.pick(digests) }),
    }));
  }
}

function policy(random: Random): LifecyclePolicy {
  const tagged = random.some(['release-*', 'pr-*', 'dev-*', 'latest'], 0.5).map((pattern) => ({ tagStatus: 'tagged' as const, tagPatternList: [pattern] }));
  const selections = [...tagged, ...random.some([{ tagStatus: 'untagged' as const }], 0.7), { tagStatus: 'any' as const }];
  const rules = selections.map((selection, i): PolicyRule => {
    const byCount = random.chance(0.5);
    const condition = byCount ? { countType: 'imageCountMoreThan' as const } : { countType: 'sinceImagePushed' as const, countUnit: 'days' as const };
    const archives = random.chance(0.25);
    return {
      rulePriority: i + 1,
      selection: { ...selection, ...condition, countNumber: byCount ? 1 + random.below(12) : 20 + random.below(120) },
      action: archives ? { type: 'transition', targetStorageClass: 'archive' } : { type: 'expire' },
    };
  });
  return LifecyclePolicy.fromText(JSON.stringify({ rules }));
}

function guards(random: Random, repository: Repository): LifecycleGuard[] {
  const digest = random.pick(repository.images).imageDigest;
  return random.some([
    LifecycleGuard.maxImages(random.below(30)),
    LifecycleGuard.maxPercent(random.below(100)),
    LifecycleGuard.maxArchived(random.below(10)),
    LifecycleGuard.protectTags('release-*', 'latest'),
    LifecycleGuard.protectDigests(digest),
    LifecycleGuard.protectNewest(3, ImageSelection.tagged('pr-*')),
    LifecycleGuard.keepAtLeast(4),
  ], 0.5);
}

const essence = ({ repositories }: PlanResult) => repositories.map((outcome) => {
  if (outcome.outcome !== 'JUDGED') throw new Error(JSON.stringify(outcome));
  const { verdict, fingerprint, violations, images } = outcome.report;
  const formatImage = ({ imageDigest, action, rulePriority, violates }: typeof images[number]) =>
    [imageDigest, action, rulePriority, ...violates.map(({ guardId }) => guardId)].join(' ');
  return { repositoryName: outcome.repositoryName, verdict, fingerprint, violations, images: images.map(formatImage).sort() };
});

test('the live plan and the offline plan have the same verdict, fingerprint, images and violations', async () => {
  const ecr = await EmbeddedEcr.start({ now: NOW });
  const cli = new CliUnderTest({ AWS_ENDPOINT_URL_ECR: ecr.endpoint }, NOW);
  try {
    cli.synth('cdk.out', (app) => {
      const stack = new Stack(app, 'Random');
      for (let seed = 1; seed <= REPOSITORIES; seed++) {
        const random = randomSource(seed);
        const repositoryName = `random/r${String(seed).padStart(2, '0')}`;
        const repository = ecr.registry.createRepository(repositoryName);
        fill(repository, random);
        cli.write(`images/${repositoryName}.json`, { repositoryName, imageDetails: repository.images });
        new GatedRepository(stack, `R${seed}`, { repositoryName, lifecyclePolicy: policy(random), guards: guards(random, repository) });
      }
    });
    const live = await cli.json<PlanResult>(['plan', '--app', 'cdk.out']);
    const offline = await cli.json<PlanResult>(['plan', '--app', 'cdk.out', '--images', 'images', '--now', ecr.clock.iso()]);
    expect(essence(offline)).toEqual(essence(live));

    // The seeds must produce different verdicts and all violations, or equal plans would not prove anything.
    const reports = (live.repositories as Judged[]).map(({ report }) => report);
    expect(reports).toHaveLength(REPOSITORIES);
    expect(new Set(reports.map(({ verdict }) => verdict))).toEqual(new Set(['PASSED', 'FAILED']));
    expect(new Set(reports.map(({ fingerprint }) => fingerprint)).size).toBeGreaterThan(REPOSITORIES / 2);
    expect(new Set(reports.flatMap(({ violations }) => violations.map(({ guardId }) => guardId))).size).toBe(7);
  } finally {
    cli.dispose();
    await ecr.stop();
  }
});
