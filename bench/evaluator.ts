/**
 * Measures the evaluator: its time by the size of the repository, and the cost of hostile tag patterns.
 * Run: npx tsx bench/evaluator.ts
 *
 * The data is the same in every run. Compare the ratios: absolute times depend on the machine.
 */
import { evaluate } from '../src/core/evaluation/evaluator';
import type { Image } from '../src/core/evaluation/image';
import type { PolicyDocument, PolicyRule, RuleSelection } from '../src/core/policy/policy-document';

const NOW = Date.parse('2026-03-01T00:00:00Z');
const DAY = 24 * 60 * 60 * 1000;
const RULES = 50;

/** Creates a generator of pseudorandom numbers in [0, 1) (Lehmer's), for reproducible data. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Returns a typical repository: one image in five is untagged, some have two tags, a few are archived. */
function repository(size: number, withReferences = false): Image[] {
  const next = numbers(size);
  const hex = () => Math.floor(next() * 0x100000000).toString(16).padStart(8, '0');
  const ago = (days: number) => new Date(NOW - days * DAY).toISOString();
  const digests = Array.from({ length: size }, () => `sha256:${Array.from({ length: 8 }, hex).join('')}`);
  return digests.map((imageDigest, i) => {
    const age = next() * 730;
    const tags = next() < 0.2 ? [] : [`team${Math.floor(next() * RULES)}-${hex()}`];
    if (next() < 0.3) tags.push(`git-${hex()}${hex()}`);
    const archived = next() < 0.05;
    return {
      imageDigest,
      imageTags: tags,
      imagePushedAt: ago(age),
      lastRecordedPullTime: next() < 0.6 ? ago(next() * age) : undefined,
      imageStatus: archived ? 'ARCHIVED' : 'ACTIVE',
      lastArchivedAt: archived ? ago(next() * age) : undefined,
      ...(withReferences && i % 4 === 0 ? { childDigests: digests.slice(i + 1, i + 3) } : {}),
      ...(withReferences && i % 4 === 3 ? { subjectManifestDigest: digests[i - 3] } : {}),
    };
  });
}

function policy(patternsOf: (rule: number) => string[]): PolicyDocument {
  const rule = (rulePriority: number, selection: RuleSelection, type: 'expire' | 'transition' = 'expire'): PolicyRule =>
    ({ rulePriority, selection, action: { type } });
  const tagged = Array.from({ length: RULES - 3 }, (_, i) => {
    const images = { tagStatus: 'tagged', tagPatternList: patternsOf(i) } as const;
    return rule(i + 1, i % 2 === 0
      ? { ...images, countType: 'imageCountMoreThan', countNumber: 20 }
      : { ...images, countType: 'sinceImagePushed', countUnit: 'days', countNumber: 90 });
  });
  return {
    rules: [
      ...tagged,
      rule(RULES - 2, { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 }),
      rule(RULES - 1, { tagStatus: 'any', countType: 'sinceImagePulled', countUnit: 'days', countNumber: 90 }, 'transition'),
      rule(RULES, { tagStatus: 'any', storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days', countNumber: 365 }),
    ],
  };
}

function median(run: () => void, times = 9): number {
  run();
  run();
  const durations = Array.from({ length: times }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return durations.sort((a, b) => a - b)[Math.floor(times / 2)];
}

const peakMegabytes = () => process.resourceUsage().maxRSS / 1024;
const print = (...cells: string[]) => process.stdout.write(`${cells.map((cell, i) => (i === 0 ? cell.padEnd(58) : cell.padStart(14))).join('')}\n`);
const ms = (value: number) => `${value.toFixed(1)} ms`;
const ratio = (value: number) => `x ${value.toFixed(2)}`;
const mb = (value: number) => `${value.toFixed(0)} MB`;

const plain = policy((i) => [`team${i}-*`]);

print(`evaluate(), ${RULES} rules, median of 9`, 'time', 'growth', 'peak so far');
print('Node.js and this script, before any evaluation', '', '', mb(peakMegabytes()));
let previous: number | undefined;
for (const size of [1_000, 10_000, 100_000]) {
  const images = repository(size);
  const time = median(() => evaluate(plain, images, { now: NOW }));
  const growth = previous === undefined ? '' : ratio(time / previous);
  print(`${size.toLocaleString('en')} images`, ms(time), growth, mb(peakMegabytes()));
  previous = time;
}
{
  const images = repository(100_000, true);
  const time = median(() => evaluate(plain, images, { now: NOW }));
  print('100,000 images, half of them with references', ms(time), ratio(time / previous!), mb(peakMegabytes()));
}

print('');
print(`10,000 images with a tag of 300 characters, ${RULES - 3} tag rules`, 'time', 'vs. plain');
const letters = (text: string) => repository(10_000).map((image) => ({ ...image, imageTags: [text] }));
const allA = letters('a'.repeat(300));
const almostA = letters(`${'a'.repeat(299)}b`);
const base = median(() => evaluate(policy(() => ['aaaaaaaa*']), allA, { now: NOW }));
print('plain: aaaaaaaa*, tags of a', ms(base), ratio(1));
for (const [name, images, patterns] of [
  ['*a*a*a*a, tags of a', allA, ['*a*a*a*a']],
  ['*a*a*a*a, tags of a that end in b', almostA, ['*a*a*a*a']],
  ['*a*a*a*b, tags of a that end in b', almostA, ['*a*a*a*b']],
  ['*aa*aa*ab*, tags of a (the last part does not occur)', allA, ['*aa*aa*ab*']],
] as const) {
  const time = median(() => evaluate(policy(() => [...patterns]), images, { now: NOW }));
  print(name, ms(time), ratio(time / base));
}
