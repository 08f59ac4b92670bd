import { Duration, Lazy } from 'aws-cdk-lib';
import { ImageSelection, InUseSource, LifecycleGuard } from '../../src';

/* Every factory of a guard, at both sides of each of its limits, with tokens, and with the code and message of the error. */

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const NUMBER = Lazy.number({ produce: () => 5 });
const TEXT = Lazy.string({ produce: () => 'prod' });
const TIME = Duration.days(NUMBER);

const ACCEPTED: [string, LifecycleGuard, object][] = [
  ['maxImages 0', LifecycleGuard.maxImages(0), { id: 'max-images', limit: 0 }],
  ['maxImages 9007199254740991', LifecycleGuard.maxImages(Number.MAX_SAFE_INTEGER), { id: 'max-images', limit: 9007199254740991 }],
  ['maxPercent 0', LifecycleGuard.maxPercent(0), { id: 'max-percent', percent: 0 }],
  ['maxPercent 100', LifecycleGuard.maxPercent(100), { id: 'max-percent', percent: 100 }],
  ['maxPercent with 2 decimals', LifecycleGuard.maxPercent(0.01), { id: 'max-percent', percent: 0.01 }],
  ['maxArchived 0', LifecycleGuard.maxArchived(0), { id: 'max-archived', limit: 0 }],
  ['protectTags with 128 characters', LifecycleGuard.protectTags('a'.repeat(128)), { id: 'protect-tags', patterns: ['a'.repeat(128)] }],
  ['protectTagsForever', LifecycleGuard.protectTagsForever('v*'), { id: 'protect-tags', patterns: ['v*'] }],
  ['protectDigests', LifecycleGuard.protectDigests(DIGEST), { id: 'protect-digests', digests: [DIGEST] }],
  ['protectPushedWithin 1 second', LifecycleGuard.protectPushedWithin(Duration.seconds(1)), { id: 'protect-pushed-within', seconds: 1 }],
  ['protectPulledWithin 1 day', LifecycleGuard.protectPulledWithin(Duration.days(1)), { id: 'protect-pulled-within', seconds: 86_400 }],
  ['protectNewest 1', LifecycleGuard.protectNewest(1), { id: 'protect-newest', count: 1, selection: { tagStatus: 'any' } }],
  ['keepAtLeast 1', LifecycleGuard.keepAtLeast(1), { id: 'keep-at-least', count: 1, selection: { tagStatus: 'any' } }],
  ['protectInUse with a source twice', LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.ecs()), { id: 'protect-in-use', sources: ['ecs'] }],
];

test.each(ACCEPTED)('%s is accepted', (_, guard, rendered) => {
  expect(guard._render()).toEqual(rendered);
});

const LIMIT = (factory: string, least: number, got: string) => `InvalidGuardLimit: ${factory} takes a whole number of at least ${least}, got ${got}`;
const PERCENT = (got: string) => `InvalidGuardLimit: maxPercent takes a number from 0 to 100 with at most 2 decimals, got ${got}`;
const DIGESTS = (got: string) => `InvalidGuardDigest: protectDigests takes at least one digest, each sha256: followed by 64 hex digits, got ${got}`;
const PUSHED = (got: string) => `InvalidGuardTime: protectPushedWithin takes whole seconds, more than 0, got ${got}`;
const PULLED = (got: string) => `InvalidGuardTime: protectPulledWithin takes whole seconds, at least 1 day, got ${got}`;

const REJECTED: [string, () => LifecycleGuard, string][] = [
  ['maxImages -1', () => LifecycleGuard.maxImages(-1), LIMIT('maxImages', 0, '-1')],
  ['maxImages 0.5', () => LifecycleGuard.maxImages(0.5), LIMIT('maxImages', 0, '0.5')],
  ['maxImages 2 ** 53', () => LifecycleGuard.maxImages(2 ** 53), LIMIT('maxImages', 0, '9007199254740992')],
  ['maxImages as a token', () => LifecycleGuard.maxImages(NUMBER), LIMIT('maxImages', 0, 'a token')],
  ['maxPercent -0.01', () => LifecycleGuard.maxPercent(-0.01), PERCENT('-0.01')],
  ['maxPercent 100.01', () => LifecycleGuard.maxPercent(100.01), PERCENT('100.01')],
  ['maxPercent with 3 decimals', () => LifecycleGuard.maxPercent(0.125), PERCENT('0.125')],
  ['maxPercent as a token', () => LifecycleGuard.maxPercent(NUMBER), PERCENT('a token')],
  ['maxArchived -1', () => LifecycleGuard.maxArchived(-1), LIMIT('maxArchived', 0, '-1')],
  ['maxArchived as a token', () => LifecycleGuard.maxArchived(NUMBER), LIMIT('maxArchived', 0, 'a token')],
  ['protectTags without a pattern', () => LifecycleGuard.protectTags(), 'InvalidGuardPattern: protectTags takes at least one pattern, such as "release-*", got none'],
  ['protectTags with 129 characters', () => LifecycleGuard.protectTags('a'.repeat(129)), 'InvalidGuardPattern: protectTags: "aaa'],
  ['protectTags with a token', () => LifecycleGuard.protectTags(TEXT), 'a pattern is a token, which is known only at deployment; pass a value that is known at synthesis'],
  ['protectTagsForever without a pattern', () => LifecycleGuard.protectTagsForever(), 'InvalidGuardPattern: protectTagsForever takes at least one pattern'],
  ['protectTagsForever with a token', () => LifecycleGuard.protectTagsForever(TEXT), 'InvalidGuardPattern: protectTagsForever: '],
  ['protectDigests without a digest', () => LifecycleGuard.protectDigests(), DIGESTS('[]')],
  ['protectDigests with 63 digits', () => LifecycleGuard.protectDigests(DIGEST, DIGEST.slice(0, -1)), DIGESTS(`"${DIGEST.slice(0, -1)}"`)],
  ['protectDigests with 65 digits', () => LifecycleGuard.protectDigests(`${DIGEST}0`), DIGESTS(`"${DIGEST}0"`)],
  ['protectDigests in capitals', () => LifecycleGuard.protectDigests(DIGEST.toUpperCase()), DIGESTS('"SHA256:0A')],
  ['protectDigests with a token', () => LifecycleGuard.protectDigests(TEXT), DIGESTS('a token')],
  ['protectPushedWithin no time', () => LifecycleGuard.protectPushedWithin(Duration.seconds(0)), PUSHED('0 seconds')],
  ['protectPushedWithin half a second', () => LifecycleGuard.protectPushedWithin(Duration.millis(500)), PUSHED('500 millis')],
  ['protectPushedWithin as a token', () => LifecycleGuard.protectPushedWithin(TIME), PUSHED('a token')],
  ['protectPulledWithin a second less than a day', () => LifecycleGuard.protectPulledWithin(Duration.seconds(86_399)), PULLED('23 hours 59 minutes')],
  ['protectPulledWithin as a token', () => LifecycleGuard.protectPulledWithin(TIME), PULLED('a token')],
  ['protectNewest 0', () => LifecycleGuard.protectNewest(0), LIMIT('protectNewest', 1, '0')],
  ['protectNewest as a token', () => LifecycleGuard.protectNewest(NUMBER), LIMIT('protectNewest', 1, 'a token')],
  ['protectNewest of no image', () => LifecycleGuard.protectNewest(1, ImageSelection.tagged('')), 'InvalidGuardPattern: protectNewest: '],
  ['keepAtLeast 0', () => LifecycleGuard.keepAtLeast(0), LIMIT('keepAtLeast', 1, '0')],
  ['keepAtLeast as a token', () => LifecycleGuard.keepAtLeast(NUMBER), LIMIT('keepAtLeast', 1, 'a token')],
  ['keepAtLeast of no image', () => LifecycleGuard.keepAtLeast(1, ImageSelection.taggedWithAllOf()), 'InvalidGuardPattern: keepAtLeast: '],
  ['protectInUse without a source', () => LifecycleGuard.protectInUse(), 'MissingGuardSource: protectInUse takes at least one source, such as InUseSource.ecs(), got none'],
];

test.each(REJECTED)('%s is rejected', (_, factory, message) => {
  expect(factory).toThrow(message);
});

test('every factory of a guard is in the tables', () => {
  const factories = Object.getOwnPropertyNames(LifecycleGuard).filter((name) => typeof LifecycleGuard[name as keyof typeof LifecycleGuard] === 'function');
  const named = (rows: [string, ...unknown[]][]) => new Set(rows.map(([title]) => title.split(' ')[0]));
  expect([...named(ACCEPTED)].sort()).toEqual([...factories].sort());
  expect([...named(REJECTED)].sort()).toEqual([...factories].sort());
});
