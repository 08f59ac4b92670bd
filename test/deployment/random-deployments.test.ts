import { randomDeployment } from './random-deployment';
import { GateUnderTest } from '../lambda/gate-under-test';

/* `run-random-deployments.ts` runs any number of further deployments. */

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

test(`${DEPLOYMENTS} deployments: no protected image expires, and no rollback or delete is blocked`, async () => {
  const outcomes: Record<string, number> = {};
  for (let seed = 1; seed <= DEPLOYMENTS; seed++) {
    const outcome = await randomDeployment(gate, seed).catch((error: Error) => {
      throw new Error(`randomDeployment(${seed}): ${error.message}`, { cause: error });
    });
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  expect(unhandled).toEqual([]);
  // Each outcome has occurred several times.
  for (const outcome of [
    'rollback or delete', 'approved', 'passed, images affected', 'passed, images affected later', 'passed, no images affected', 'UnexpectedExpiry', 'OverwrittenPreview', 'FailedJudgment',
  ]) {
    expect(Object.entries(outcomes).filter(([, times]) => times > 3).map(([name]) => name)).toContain(outcome);
  }
}, 300_000);
