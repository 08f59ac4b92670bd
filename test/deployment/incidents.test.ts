import { Rehearsal } from '../../rehearsal/rehearsal';
import { LifecycleGuard, GatedRepository, ImageSelection, InUseSource, LifecycleImage, LifecyclePolicy, LifecycleRule } from '../../src';
import type { Image } from '../../src/core/evaluation/image';
import { readDoc, tableOf } from '../docs/markdown';
import { GateUnderTest, REPOSITORY, TestClock } from '../lambda/gate-under-test';
import data from '../vectors/incidents.json';

/* Public incidents, deployed again. Each is blocked as docs/incidents.md states, and the live policy is kept. */

interface Incident {
  readonly id: string;
  readonly source: string;
  readonly now: string;
  readonly policy: object;
  readonly policyText?: string;
  readonly inventory: readonly (Image & { readonly name: string; readonly children?: readonly string[] })[];
  readonly inUse: readonly string[];
  readonly expected: object;
  readonly guardThatStopsIt: string;
  readonly guards: {
    readonly inUse: { readonly trips: boolean };
    readonly recentlyPulled30d: { readonly trips: boolean };
    readonly protectedTags: { readonly trips: boolean; readonly patterns: readonly string[] };
  };
}

type Repository = GateUnderTest['repository'];

const INCIDENTS = [...data.incidents as unknown as readonly Incident[]].sort((a, b) => Date.parse(a.now) - Date.parse(b.now));
const KEEP_ALL = LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.tagged('*') }));
const DAYS_30 = { Id: 'protect-pulled-within', Seconds: String(30 * 86_400) };

/** The warnings per incident, before a deployment. */
const WARNINGS: Readonly<Record<string, readonly string[]>> = {
  'scdp-5885': ['expiringTagUnmentioned'],
  'hawk-916': ['ruleMatchesNothing'],
  'instantdb-2759': ['tagListIsAnd', 'ruleMatchesNothing'],
  'island-10926': ['ageCatchAll'],
  'moj-cfe-civil-staging-mtr': ['prefixCoversPrefix'],
  'govuk-3939-lambda': ['ruleMatchesNothing'],
  'efcms-10265': ['ruleMatchesNothing'],
};
const REJECTED = 'govuk-718-duplicate-keys';
const PROBLEM = 'DuplicateKey';

/** Returns the guards that would have blocked it, by its record. */
function guardsOf({ guards, guardThatStopsIt }: Incident): string[] {
  return [
    ...(guardThatStopsIt.startsWith('max fraction') ? ['max-percent'] : []),
    ...(guards.protectedTags.trips ? ['protect-tags'] : []),
    ...(guards.inUse.trips ? ['protect-in-use'] : []),
    ...(guards.recentlyPulled30d.trips ? ['protect-pulled-within'] : []),
  ];
}

const imagesOf = ({ inventory }: Incident) => inventory.map(({ name, children, ...image }) => image as LifecycleImage);

/** Adds the images. The parts of an index are only in its manifest, so that the preview affects the same images as the record. */
function fill(repository: Repository, { inventory }: Incident): void {
  for (const { name, children, ...image } of inventory) {
    repository.store.add(image, () => JSON.stringify({ schemaVersion: 2, ...(children && { manifests: children.map((digest) => ({ digest })) }) }));
  }
}

function advanceTo(clock: { now(): number; advance(ms: number): void }, { now }: Incident): void {
  clock.advance(Math.max(0, Date.parse(now) - clock.now()));
}

const START = Date.parse(INCIDENTS[0].now);
const IN_DEPLOYMENT = INCIDENTS.flatMap((incident) => guardsOf(incident)
  .filter((guard) => guard !== 'protect-pulled-within')
  .map((guard) => [incident.id, guard, incident] as const));

describe('a whole deployment is blocked', () => {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    rehearsal = await Rehearsal.start({ now: START });
  });
  afterAll(() => rehearsal.stop());

  function guardOf(id: string, { guards }: Incident): LifecycleGuard {
    if (id === 'max-percent') return LifecycleGuard.maxPercent(50);
    if (id === 'protect-tags') return LifecycleGuard.protectTags(...guards.protectedTags.patterns);
    return LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda());
  }

  /** Runs the images in use as functions or as a task, as in the record. */
  function use({ id, inUse }: Incident): void {
    const { account } = rehearsal.runtimes;
    const uri = `111122223333.dkr.ecr.us-east-1.amazonaws.com/${id}`;
    const isFunction = id === 'govuk-3939-lambda';
    const containers = inUse.map((imageDigest) => ({ image: uri, imageDigest }));
    account.clusters = isFunction ? [] : [{ name: 'main', services: [], tasks: [{ id: 'one', taskDefinition: 'app:1', containers }] }];
    account.functions = isFunction
      ? inUse.map((digest, i) => ({ name: `f${i}`, version: '$LATEST', imageUri: `${uri}:live`, resolvedImageUri: `${uri}@${digest}` })) : [];
  }

  test.each(IN_DEPLOYMENT)('%s by %s', async (id, guard, incident) => {
    const stackName = `${id}-${guard}`;
    const deploy = (lifecyclePolicy: LifecyclePolicy, guards: LifecycleGuard[]) => rehearsal.deploy(stackName, (stack) =>
      new GatedRepository(stack, 'Images', { repositoryName: id, lifecyclePolicy, guards }));
    advanceTo(rehearsal.ecr.clock, incident);
    expect((await deploy(KEEP_ALL, [])).status).toBe('CREATE_COMPLETE');
    fill(rehearsal.ecr.registry.repository(id), incident);
    use(incident);

    const policy = LifecyclePolicy.fromText(JSON.stringify(incident.policy));
    const { status, events } = await deploy(policy, [LifecycleGuard.maxImages(1_000), guardOf(guard, incident)]);

    expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
    const reason = events.find(({ reason: text }) => text?.includes('UnexpectedExpiry'))!.reason;
    expect(reason).toContain(`would expire ${Object.keys(incident.expected).length} image`);
    expect(reason).toContain(` ${guard}: `);
    expect(reason).not.toContain('max-images: ');
    expect(await rehearsal.livePolicy(id)).toBe(KEEP_ALL.toText());
    rehearsal.ecr.registry.deleteRepository(id);
  });
});

describe('the gate fails at the time of the incident', () => {
  let gate: GateUnderTest;
  beforeAll(async () => {
    gate = await GateUnderTest.start({ now: START });
  });
  afterAll(() => gate.stop());

  test.each(INCIDENTS.filter(({ guards }) => guards.recentlyPulled30d.trips).map((incident) => [incident.id, incident] as const))(
    '%s by protect-pulled-within', async (_, incident) => {
      gate.reset();
      advanceTo(gate.rehearsal.ecr.clock, incident);
      gate.clock = new TestClock(Date.parse(incident.now));
      gate.repository.lifecyclePolicyText = KEEP_ALL.toText();
      fill(gate.repository, incident);
      const guards = [{ Id: 'max-images', Limit: '1000' }, DAYS_30];
      expect(await gate.reasonOf(gate.run({ LifecyclePolicyText: JSON.stringify(incident.policy), Guards: guards })))
        .toMatch(new RegExp(`^UnexpectedExpiry: .*"${REPOSITORY}".* protect-pulled-within: `));
      expect(gate.repository.lifecyclePolicyText).toBe(KEEP_ALL.toText());
    });
});

describe('before it is deployed', () => {
  test.each(INCIDENTS.filter(({ id }) => WARNINGS[id]).map((incident) => [incident.id, incident] as const))('%s has warnings', (id, incident) => {
    const warnings = LifecyclePolicy.fromText(JSON.stringify(incident.policy)).lint({ images: imagesOf(incident), now: incident.now });
    expect(warnings.map((warning) => warning.id)).toEqual(expect.arrayContaining([...WARNINGS[id]]));
  });

  test(`${REJECTED} is rejected`, () => {
    const { policyText } = INCIDENTS.find(({ id }) => id === REJECTED)!;
    expect(() => LifecyclePolicy.fromText(policyText!)).toThrow(PROBLEM);
  });
});

describe('docs/incidents.md', () => {
  const rows = tableOf(readDoc('incidents.md'), 'Incident');
  const row = (id: string) => rows.find(([first]) => first.includes(`\`${id}\``)) ?? [];

  test('has each incident once, and no other', () => {
    expect(rows.map(([first]) => /`([^`]+)`/.exec(first)?.[1]).sort()).toEqual(INCIDENTS.map(({ id }) => id).sort());
  });

  test.each(INCIDENTS.map((incident) => [incident.id, incident] as const))('%s: its source, and the guards and warnings that stop it', (id, incident) => {
    const [, source, wrong, stops] = row(id);
    expect(source).toBe(incident.source);
    expect(wrong).not.toBe('');
    expect([...stops.matchAll(/`([^`]+)`/g)].map(([, code]) => code).sort())
      .toEqual([...guardsOf(incident), ...WARNINGS[id] ?? [], ...(id === REJECTED ? [PROBLEM] : [])].sort());
  });
});
