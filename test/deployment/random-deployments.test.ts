import { randomDeployment } from './random-deployment';
import { GateUnderTest } from '../lambda/gate-under-test';

/* `run-random-deployments.ts` runs as many more as wanted. */

const DEPLOYMENTS = 1_200;

let gate: GateUnderTest;
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  gate = await GateUnderTest.start();
});
afterAll(async () => {
  process.off('unhandledRejection', onUnhandled);
  await gate.stop();
});

test(`${DEPLOYMENTS} deployments: nothing goes that a guard protects, and no way back is blocked`, async () => {
  const outcomes: Record<string, number> = {};
  for (let seed = 1; seed <= DEPLOYMENTS; seed++) {
    const outcome = await randomDeployment(gate, seed).catch((error: Error) => {
      throw new Error(`randomDeployment(${seed}): ${error.message}`, { cause: error });
    });
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  expect(unhandled).toEqual([]);
  // All of it has happened, and not only once.
  for (const outcome of [
    'way back', 'approved', 'passed, images went', 'passed, images went later', 'passed, nothing went', 'UnexpectedExpiry', 'OverwrittenPreview', 'FailedJudgment',
  ]) {
    expect(Object.entries(outcomes).filter(([, times]) => times > 3).map(([name]) => name)).toContain(outcome);
  }
}, 120_000);
