import { affectedBy, guardsFor, RandomGuard, rejectWithoutLimit } from './random-guards';
import { pushImages, randomPolicy, useSome } from './random-images';
import { Random, randomSource } from './random-source';
import { BYPASSES, declareStack, GATES, NAMES, POLICY_FORMS, REPOSITORIES, REPOSITORY_NAME, StackSpec, TOPIC } from './random-template';
import type { StackAccount } from './stack-account';
import type { StackOutcome } from '../../rehearsal/cloudformation/options';
import type { Image } from '../../src/core/evaluation/image';

/*
 * The life of one stack: it is created, deployed again several times, and destroyed. Each deployment is a real synthesis and runs
 * the real bundle. Its outcome is compared with the images, the live policy and the stack after it.
 */

const DAY = 24 * 60 * 60 * 1000;

interface Life {
  readonly account: StackAccount;
  readonly random: Random;
  readonly stackName: string;
  /** The deployed template. */
  deployed?: StackSpec;
  /** The last template, deployed or not, with its guards. */
  spec?: StackSpec;
  guards: readonly RandomGuard[];
  /** The digests of the images in use. */
  used: readonly string[];
}

/** Returns the outcomes of the deployments. Throws if one of them is wrong. */
export async function randomLife(account: StackAccount, seed: number): Promise<string[]> {
  const random = randomSource(seed);
  account.reset();
  const life: Life = { account, random, stackName: random.pick(['Shop', 'shop--prod']), guards: [], used: [] };
  if (random.chance(0.1)) account.registry.createRepository(REPOSITORY_NAME);
  const outcomes: string[] = [];
  for (let i = 0, deployments = 3 + random.below(4); i < deployments; i++) {
    await destroyRolledBackStack(life);
    passTime(life);
    outcomes.push(await deployOnce(life, withBypass(random, keepingName(life, nextSpec(life)))));
  }
  await destroy(life);
  return outcomes;
}

/** Deletes a stack whose first create failed, because no other operation is possible. */
async function destroyRolledBackStack(life: Life): Promise<void> {
  const { account, stackName, random } = life;
  if (account.rehearsal.cloudFormation.stack(stackName)?.status !== 'ROLLBACK_COMPLETE') return;
  await destroy(life);
  if (random.chance(0.8)) account.deleteRepositories();
}

async function destroy({ account, stackName, random }: Life): Promise<void> {
  account.hinderRollbackOrDelete(random);
  const { status } = await account.rehearsal.cloudFormation.destroy(stackName);
  account.clearFaults();
  if (status !== 'DELETE_COMPLETE') throw new Error(`a deletion ended in ${status}`);
}

/** Pushes and runs images, runs the policies of ECR, and removes a policy manually, at random. */
function passTime(life: Life): void {
  const { account, random, stackName } = life;
  account.clock.advance(random.below(12) * DAY / 4 + random.below(1_000_000));
  if (random.chance(0.2)) account.rehearsal.ecr.runLifecycle();
  const repository = account.repositoryOf(stackName) ?? account.registry.find(REPOSITORY_NAME);
  if (!repository) return;
  if (random.chance(0.7)) pushImages(repository, account.clock.now(), random);
  if (random.chance(0.15)) repository.lifecyclePolicyText = undefined;
  if (random.chance(0.3)) {
    account.stopImages();
    life.used = useSome(repository, account.rehearsal.runtimes.account, random);
  }
}

function nextSpec(life: Life): StackSpec {
  const { random, spec: former, account, stackName } = life;
  const next = { displayName: `${random.below(1_000_000)}`, bypass: undefined };
  const team = random.pick(['red', 'blue', 'green', 'white']);
  if (former && random.chance(0.2)) return { ...former, ...next, team };
  const changes = (probability: number) => former === undefined || random.chance(probability);
  const choose = <K extends keyof StackSpec>(key: K, probability: number, value: () => StackSpec[K]) =>
    (changes(probability) ? value() : former![key]);
  if (changes(0.5)) life.guards = guardsFor(account.repositoryOf(stackName)?.images ?? [], random);
  return {
    ...next,
    repository: choose('repository', 0.2, () => random.pick(REPOSITORIES)),
    gates: choose('gates', 0.2, () => random.pick(GATES)),
    name: choose('name', 0.08, () => random.pick(NAMES)),
    policy: choose('policy', 0.6, () => randomPolicy(random)),
    policyForm: choose('policyForm', 0.4, () => random.pick(POLICY_FORMS)),
    hasPolicy: choose('hasPolicy', 0.2, () => random.chance(0.9)),
    isMade: choose('isMade', 0.2, () => random.pick([undefined, undefined, undefined, true, true, false])),
    retains: choose('retains', 0.1, () => random.chance(0.5)),
    team: random.chance(0.7) && former ? former.team : team,
    guards: life.guards.map(({ guard }) => guard),
  };
}

/**
 * Keeps an explicit name of a repository. The role of a gate without a name covers only names that CloudFormation generates, so the
 * removal of the name from the template fails with AccessDenied after half a minute.
 */
function keepingName({ account, stackName }: Life, spec: StackSpec): StackSpec {
  const isGiven = account.repositoryOf(stackName)?.name === REPOSITORY_NAME;
  return isGiven && ['generated', 'conditional, left out'].includes(spec.name) ? { ...spec, name: 'explicit' } : spec;
}

/** Adds a bypass of the gate at random, if the template has a policy. */
function withBypass(random: Random, spec: StackSpec): StackSpec {
  return spec.hasPolicy && random.chance(0.06) ? { ...spec, bypass: random.pick(Object.keys(BYPASSES)) } : spec;
}

/** The account before a deployment. */
interface Before {
  readonly now: number;
  readonly images: ReadonlyMap<string, readonly Image[]>;
  readonly repository: { readonly name: string; readonly policy: string | undefined } | undefined;
}

async function deployOnce(life: Life, spec: StackSpec): Promise<string> {
  const { account, random, stackName } = life;
  const { cloudFormation } = account.rehearsal;
  life.spec = spec;
  const repository = account.repositoryOf(stackName);
  const before: Before = {
    now: account.clock.now(),
    images: new Map(account.registry.repositories.map(({ name, images }) => [name, images])),
    repository: repository && { name: repository.name, policy: repository.lifecyclePolicyText },
  };
  const isFaulty = account.injectFaults(random);
  if (random.chance(0.5)) account.hinderRollback(random);
  if (random.chance(0.15)) cloudFormation.failOnce(stackName, TOPIC, 'no topic today');
  let outcome: StackOutcome;
  try {
    outcome = await account.rehearsal.deploy(stackName, declareStack(spec));
  } catch (error) {
    if (spec.bypass !== undefined && (error as Error).message.startsWith('UnguardedTemplate: ')) return 'rejected at synthesis';
    throw error;
  } finally {
    account.clearFaults();
  }
  if (spec.bypass !== undefined) throw new Error(`${spec.bypass} was not rejected`);
  switch (outcome.status) {
    case 'CREATE_COMPLETE':
    case 'UPDATE_COMPLETE':
      life.deployed = spec;
      return checkPassed(life, before, outcome);
    case 'ROLLBACK_COMPLETE':
    case 'UPDATE_ROLLBACK_COMPLETE': {
      const result = checkFailed(life, before, outcome, isFaulty);
      if (outcome.status === 'ROLLBACK_COMPLETE') life.deployed = undefined;
      return result;
    }
    default: throw new Error(`ended in ${outcome.status}: ${outcome.events.map(({ reason }) => reason ?? '').filter(Boolean).join(' / ')}`);
  }
}

const isDone = (type: string) => ({ resourceType, status }: StackOutcome['events'][number]) =>
  resourceType === type && /^(CREATE|UPDATE)_COMPLETE$/.test(status);

/** Checks that ECR does not act on protected images in the 48 hours after a deployment. */
function checkPassed({ account, stackName, spec, guards, used }: Life, before: Before, { events }: StackOutcome): string {
  const { hasPolicy, policy } = spec!;
  const repository = account.repositoryOf(stackName);
  if (!repository) return 'passed, no repository';
  const isApplied = events.some(isDone('AWS::ECR::Repository'));
  const live = repository.lifecyclePolicyText;
  if (isApplied && canonical(live) !== canonical(hasPolicy ? policy : undefined)) throw new Error(`another policy is live: ${live}`);
  if (!isApplied && !events.some(isDone('Custom::LifecyclePreviewGate'))) return 'passed, repository unchanged';
  if (live === undefined) return 'passed, no policy';
  const images = before.images.get(repository.name) ?? [];
  const { now, in48Hours } = affectedBy(live, images, before.now);
  const state = { images, used, now: before.now, expiresArchived: live.includes('sinceImageTransitioned') };
  const objecting = guards.filter(({ allows }) => !allows(now, in48Hours, state));
  if (objecting.length > 0) throw new Error(`passed in spite of ${JSON.stringify(objecting.map(({ guard }) => guard._render()))}`);
  rejectWithoutLimit(guards, now, now, state);
  if (images.length === 0) return 'passed, no images';
  return in48Hours.length > now.length ? 'passed, images affected later' : now.length > 0 ? 'passed, images affected' : 'passed, no images affected';
}

/** Checks that the live policy is unchanged, or that of the template before if CloudFormation has applied it again. */
function checkFailed({ account, deployed }: Life, before: Before, { events }: StackOutcome, isFaulty: boolean): string {
  const { repository } = before;
  if (repository) {
    const live = canonical(account.registry.find(repository.name)?.lifecyclePolicyText);
    const isTouched = events.some(isDone('AWS::ECR::Repository'));
    const declared = deployed?.hasPolicy ? deployed.policy : undefined;
    if (live !== canonical(repository.policy) && !(isTouched && live === canonical(declared))) {
      throw new Error(`after a rollback another policy is live: ${live}, before: ${repository.policy}, declared: ${declared}`);
    }
  }
  const reason = events.find(({ reason: text, status }) => text && status.endsWith('_FAILED'))?.reason ?? '';
  if (reason === 'no topic today') return 'failed for another reason';
  if (reason.includes('already exists')) return 'failed, the repository exists';
  const code = /Message returned: ([A-Z][A-Za-z]+): /.exec(reason)?.[1];
  if (code === 'UnexpectedExpiry') return 'blocked';
  // The parts of an archived index cannot be read, and a guard may need them.
  if (!isFaulty && code !== 'UnknownManifest') throw new Error(`blocked without a reason: ${reason}`);
  return `not judged: ${code ?? 'no answer'}`;
}

/** Returns a text that is equal for equal policies. */
function canonical(policy: string | undefined): string {
  if (policy === undefined) return 'none';
  return JSON.stringify(JSON.parse(policy), (_key, value: unknown) => (typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value));
}
