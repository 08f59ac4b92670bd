import { Affected, affectedBy, archived, guardsFor, RandomGuard, rejectWithoutLimit, State } from './random-guards';
import { pushImages, randomPolicy, useSome } from './random-images';
import { Random, randomSource } from './random-source';
import { encodeGuard } from '../../src/core/judgment/guards/guard';
import { GateUnderTest, TestClock } from '../lambda/gate-under-test';

/* One random deployment through the handler, over HTTP, compared with the actions of ECR in the 48 hours after it. */

const byFirstRule = ({ action, rulePriority }: Affected) => action === 'EXPIRE' && rulePriority === 1;

/** @param budget The limit of the first rule. */
function wireOf(guards: readonly RandomGuard[], budget?: number): object[] {
  const own = guards.map(({ guard }) => encodeGuard(guard._render()));
  return budget === undefined ? own : [...own, { Id: 'max-expiring', RulePriority: '1', Limit: String(budget) }];
}

function injectFaults(gate: GateUnderTest, random: Random): void {
  const operations = ['StartLifecyclePolicyPreview', 'GetLifecyclePolicyPreview', 'DescribeImages', 'BatchGetImage'];
  while (random.chance(0.3)) {
    const foreign = randomPolicy(random);
    gate.faults.add({
      operation: random.pick(operations),
      times: 1 + random.below(4),
      skip: random.below(2),
      fault: random.pick([
        { kind: 'error', code: 'ThrottlingException' } as const,
        { kind: 'error', code: 'ServerException', status: 500 } as const,
        { kind: 'error', code: 'AccessDeniedException', message: 'not authorized to perform: ecr:Something' } as const,
        { kind: 'error', code: 'InvalidParameterException', message: 'x'.repeat(5_000) } as const,
        { kind: 'reset' } as const,
        { kind: 'reset', when: 'after' } as const,
        { kind: 'respond', body: {} } as const,
        { kind: 'meanwhile', act: () => gate.repository.plantPreview(foreign) } as const,
      ]),
    });
  }
  if (random.chance(0.1)) gate.repository.nextPreviews.push(...random.some(['FAILED', 'EXPIRED', 'IN_PROGRESS'] as const, 0.5));
  if (random.chance(0.05)) {
    const operation = random.pick(['ecs:ListClusters', 'events:ListRules', 'scheduler:ListSchedules']);
    gate.rehearsal.runtimes.faults.add({ operation, fault: { kind: 'error', code: 'ClientException' } });
  }
}

/** Returns the outcome of the deployment of this seed. Throws if the outcome is wrong. */
export async function randomDeployment(gate: GateUnderTest, seed: number): Promise<string> {
  const random = randomSource(seed);
  gate.reset();
  const { clock } = gate.rehearsal.ecr;
  pushImages(gate.repository, clock.now(), random);
  gate.clock = new TestClock(clock.now());
  const policy = randomPolicy(random);
  const guards = guardsFor(gate.repository.images, random);
  const budget = random.chance(0.25) ? random.below(8) : undefined;
  const state: State = {
    images: gate.repository.images, now: clock.now(), used: useSome(gate.repository, gate.rehearsal.runtimes.account, random), expiresArchived: policy.includes('sinceImageTransitioned'),
  };
  const approved = random.chance(0.1);
  const RequestType = random.pick(['Create', 'Update', 'Update', 'Update', 'Update', 'Delete'] as const);
  const rollingBack = random.chance(0.05);
  const properties = { LifecyclePolicyText: policy, Guards: wireOf(guards, budget) };
  const event = { RequestType, ...(rollingBack && { StackId: gate.rolledBackStackId }) };
  const ApprovedPreview = approved
    ? (await gate.run({ ...properties, Guards: [], Enforcement: 'WARN' }, { RequestType: 'Update' })).Data.Fingerprint : undefined;
  injectFaults(gate, random);

  let data;
  try {
    data = (await gate.run({ ...properties, ApprovedPreview }, event)).Data;
  } catch (error) {
    const { message } = error as Error;
    if (rollingBack || RequestType === 'Delete') throw new Error(`blocked: ${message}`);
    if (!/^[A-Z][A-Za-z]+: /.test(message) || /[\r\n]/.test(message) || message.length > 1_500) throw new Error(`malformed message: ${message}`);
    return message.slice(0, message.indexOf(':'));
  }
  if (rollingBack || RequestType === 'Delete') return 'rollback or delete';
  gate.faults.clear();

  const { now, in48Hours } = affectedBy(policy, state.images, state.now);
  const counts = [now.filter(({ action }) => action === 'EXPIRE').length, archived(now)];
  if (String([data.ExpiringImageCount, data.ArchivingImageCount]) !== String(counts)) {
    throw new Error(`ECR acts on ${String(counts)} images now, but the gate counted ${JSON.stringify(data)}`);
  }
  // The approval covers the images that are affected now. Guards hold for the others.
  const judged = approved ? in48Hours.filter((image) => !now.includes(image)) : in48Hours;
  const objecting = guards.filter(({ allows }) => !allows(approved ? [] : now, judged, state));
  if (objecting.length > 0) throw new Error(`passed in spite of ${JSON.stringify(wireOf(objecting))}`);
  if (!approved && budget !== undefined && now.filter(byFirstRule).length > budget) throw new Error('passed in spite of the budget of rule 1');
  if (approved) return 'approved';
  rejectWithoutLimit(guards, budget === undefined ? now : now.filter((image) => !byFirstRule(image)), now, state);
  return in48Hours.length > now.length ? 'passed, images affected later' : now.length > 0 ? 'passed, images affected' : 'passed, no images affected';
}
