import { ImageAction, LifecycleImage, LifecyclePolicy } from '../src';
import data from './vectors/incidents.json';

interface Rule {
  readonly rulePriority: number;
  readonly selection: object;
  readonly action: object;
}

interface Policy {
  readonly rules: readonly Rule[];
}

/** Digest to what happens to the image; the others stay. */
type Expected = Readonly<Record<string, { readonly action: string; readonly rulePriority: number }>>;

interface Incident {
  readonly id: string;
  readonly source: string;
  readonly policy: Policy;
  readonly policyText?: string;
  readonly now: string;
  readonly inventory: readonly (LifecycleImage & { readonly name: string; readonly children?: readonly string[] })[];
  readonly expected: Expected;
  readonly fixedPolicy?: Policy;
  readonly expectedAfterFix?: Expected;
}

const INCIDENTS = data.incidents as unknown as readonly Incident[];

function incident(id: string): Incident {
  const found = INCIDENTS.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no incident ${id}`);
  return found;
}

/** Without the reader's names, and without what an index refers to: `expected` says what the rules select, blocked or not. */
function imagesOf({ inventory }: Incident): LifecycleImage[] {
  return inventory.map(({ name, children, ...image }) => image);
}

const read = (policy: Policy) => LifecyclePolicy.fromText(JSON.stringify(policy));

describe('the policy does what it did', () => {
  const cases = INCIDENTS.flatMap((given) => [
    [given.id, given.source, given, given.policy, given.expected] as const,
    ...(given.fixedPolicy && given.expectedAfterFix
      ? [[`${given.id}, corrected`, given.source, given, given.fixedPolicy, given.expectedAfterFix] as const] : []),
  ]);

  test.each(cases)('%s (%s)', (_, __, given, policy, expected) => {
    const { decisions } = read(policy).simulate(imagesOf(given), { now: given.now });
    const gone = decisions.filter(({ action }) => action !== ImageAction.KEEP)
      .map(({ imageDigest, action, rulePriority }) => [imageDigest, { action, rulePriority }]);
    expect(Object.fromEntries(gone)).toEqual(expected);
  });

  test('govuk-helm-2176-multiarch: told of its index, ECR refuses to expire what the index refers to', () => {
    const given = incident('govuk-helm-2176-multiarch');
    const images = given.inventory.map(({ name, children, ...image }) => ({ ...image, ...(children && { childDigests: [...children] }) }));
    const { decisions } = read(given.policy).simulate(images, { now: given.now });
    const orphan = given.inventory.find(({ name }) => name === 'orphan')!;
    expect(decisions.filter(({ action }) => action !== ImageAction.KEEP).map(({ imageDigest }) => imageDigest)).toEqual([orphan.imageDigest]);
  });
});

const expire = (rulePriority: number, selection: object): Rule => ({ rulePriority, selection, action: { type: 'expire' } });
const keep = (rulePriority: number, pattern: string): Rule =>
  expire(rulePriority, { tagStatus: 'tagged', tagPatternList: [pattern], countType: 'imageCountMoreThan', countNumber: 999_999 });

interface Flagged {
  readonly id: string;
  readonly lint: string;
  /** The rules that each advice is about. */
  readonly rules: readonly (readonly number[])[];
  /** The value that has to be in the message. */
  readonly says: string;
  /** Where the incident comes without a correction that the lint would pass. */
  readonly corrected?: Policy;
}

const FLAGGED: readonly Flagged[] = [
  // The guard over `prod` is what stops it. The lint is a hint on the way: the correction given keeps `prod`, but has no
  // rule for the images of pull requests, so this one says what is to become of those as well.
  {
    id: 'scdp-5885',
    lint: 'expiringTagUnmentioned',
    rules: [[1]],
    says: '"prod"',
    corrected: {
      rules: [
        keep(1, 'prod'), keep(2, 'staging'),
        expire(3, { tagStatus: 'tagged', tagPatternList: ['rdev-*'], countType: 'imageCountMoreThan', countNumber: 100 }),
        expire(4, { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 }),
      ],
    },
  },
  { id: 'hawk-916', lint: 'ruleMatchesNothing', rules: [[1]], says: '"sha256.*"' },
  { id: 'instantdb-2759', lint: 'tagListIsAnd', rules: [[1]], says: '"prod" and another like "staging"' },
  { id: 'instantdb-2759', lint: 'ruleMatchesNothing', rules: [[1]], says: '["prod","staging"]' },
  // No correction is on record: the team switched its policies off. This one keeps releases, and counts the rest.
  {
    id: 'island-10926',
    lint: 'ageCatchAll',
    rules: [[1]],
    says: '30 days',
    corrected: { rules: [keep(1, 'release_*'), expire(2, { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 50 })] },
  },
  { id: 'moj-cfe-civil-staging-mtr', lint: 'prefixCoversPrefix', rules: [[2, 3]], says: '"staging_mtr"' },
  // No correction is on record: the team leaves such repositories out. This one has a rule for the tags that are pushed.
  {
    id: 'govuk-3939-lambda',
    lint: 'ruleMatchesNothing',
    rules: [[1], [4]],
    says: 'deployed-to',
    corrected: {
      rules: [
        expire(1, { tagStatus: 'tagged', tagPatternList: ['main-*'], countType: 'imageCountMoreThan', countNumber: 20 }),
        expire(2, { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 7 }),
      ],
    },
  },
  { id: 'efcms-10265', lint: 'ruleMatchesNothing', rules: [[1]], says: '"SNAPSHOT-"' },
];

/** For guards, and for what is in use: nothing is wrong with the policy by itself. */
const NO_LINT_CAN_TELL = ['gcr-cleaner-79-equivalent', 'govuk-helm-2176-multiarch'];
const REFUSED = 'govuk-718-duplicate-keys';

describe('advice would have come before it', () => {
  const cases = FLAGGED.map((flagged) => [flagged.lint, flagged.id, incident(flagged.id).source, flagged] as const);
  const adviceOf = (policy: Policy, given: Incident, lint: string) =>
    read(policy).lint({ images: imagesOf(given), now: given.now }).filter(({ id }) => id === lint);

  test.each(cases)('%s: %s (%s)', (lint, id, _, { rules, says }) => {
    const given = incident(id);
    const advice = adviceOf(given.policy, given, lint);
    expect(advice.map(({ rulePriorities }) => rulePriorities)).toEqual(rules);
    expect(advice[0].message).toContain(says);
  });

  test.each(cases)('no longer %s, corrected: %s (%s)', (lint, id, _, { corrected }) => {
    const given = incident(id);
    expect(adviceOf((corrected ?? given.fixedPolicy)!, given, lint)).toEqual([]);
  });

  test('a key written twice is refused: govuk-718-duplicate-keys (github.com/alphagov/govuk-infrastructure PR #718)', () => {
    const { policyText, fixedPolicy } = incident(REFUSED);
    for (const key of ['rulePriority', 'description', 'selection', 'action']) {
      expect(() => LifecyclePolicy.fromText(policyText!)).toThrow(`the key "${key}" is written twice`);
    }
    expect(read(fixedPolicy!).lint()).toEqual([]);
  });

  test('every incident is here, or it takes a guard', () => {
    const known = [...FLAGGED.map(({ id }) => id), REFUSED, ...NO_LINT_CAN_TELL];
    expect([...new Set(known)].sort()).toEqual(INCIDENTS.map(({ id }) => id).sort());
  });
});
