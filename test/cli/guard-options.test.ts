import { Duration } from 'aws-cdk-lib';
import { LifecycleGuard, InUseSource } from '../../src';
import { GuardOptions, guardsOf } from '../../src/cli/options/guard-options';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const OTHER = `sha256:${'1'.repeat(64)}`;

test.each<[GuardOptions, LifecycleGuard]>([
  [{ maxImages: '0' }, LifecycleGuard.maxImages(0)],
  [{ maxPercent: '12.5' }, LifecycleGuard.maxPercent(12.5)],
  [{ maxArchived: '7' }, LifecycleGuard.maxArchived(7)],
  [{ protectTags: ['release-*', 'prod'] }, LifecycleGuard.protectTags('release-*', 'prod')],
  [{ protectDigests: [DIGEST] }, LifecycleGuard.protectDigests(DIGEST)],
  [{ protectPushedWithin: '3' }, LifecycleGuard.protectPushedWithin(Duration.days(3))],
  [{ protectPulledWithin: '30' }, LifecycleGuard.protectPulledWithin(Duration.days(30))],
  [{ protectNewest: '5' }, LifecycleGuard.protectNewest(5)],
  [{ keepAtLeast: '1' }, LifecycleGuard.keepAtLeast(1)],
  [{ protectInUse: 'ecs, inspector,ecs' }, LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.inspector())],
])('%j adds the guard of that name', (options, guard) => {
  expect(guardsOf(options)).toEqual({ ok: true, value: [guard._render()] });
});

test('all problems are reported at once', () => {
  const guards = guardsOf({
    maxImages: '-1',
    maxPercent: '100.5',
    maxArchived: '1e3',
    protectTags: [''],
    protectDigests: ['sha256:abc'],
    protectPushedWithin: '0',
    protectPulledWithin: '1.5',
    protectNewest: '0',
    keepAtLeast: 'all',
    protectInUse: 'ecs,docker',
  });
  expect(guards.ok ? [] : guards.problems.map(({ path }) => path)).toEqual([
    '--max-images', '--max-percent', '--max-archived', '--protect-tags', '--protect-digests',
    '--protect-pushed-within', '--protect-pulled-within', '--protect-newest', '--keep-at-least', '--protect-in-use',
  ]);
});

test.each<[string, GuardOptions, LifecycleGuard]>([
  ['values, commas and repetitions', { protectTags: ['release-*, prod', 'v*', 'prod'] }, LifecycleGuard.protectTags('release-*', 'prod', 'v*')],
  ['digests', { protectDigests: [`${DIGEST},${OTHER}`] }, LifecycleGuard.protectDigests(DIGEST, OTHER)],
  ['sources', { protectInUse: ['ecs', 'lambda,ecs'] }, LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda())],
])('%s of a list are one list', (_, options, guard) => {
  expect(guardsOf(options)).toEqual({ ok: true, value: [guard._render()] });
});

test('each pattern that no tag can match is reported with the pattern that was probably intended', () => {
  const guards = guardsOf({ protectTags: ['release-*;prod', 'v*', '^v[0-9]+$,'] });
  expect(guards.ok ? [] : guards.problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    expect.stringMatching(/^--protect-tags: "release-\*;prod" matches no tag: .*; write "release-\*" and "prod"$/),
    expect.stringMatching(/^--protect-tags: "\^v\[0-9\]\+\$" matches no tag: .*; write "v\*"$/),
    '--protect-tags: "" matches no tag: it is empty',
  ]);
});
