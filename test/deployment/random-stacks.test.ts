import { randomLife } from './random-stacks';
import { StackAccount } from './stack-account';

/* `npm run test:random -- stacks` runs any number of further stacks. */

const LIVES = 12;

let account: StackAccount;
beforeAll(async () => {
  account = await StackAccount.start();
});
afterAll(() => account.stop());

test(`${LIVES} lives of stacks: no protected image expires, and no rollback or deletion is blocked`, async () => {
  const outcomes: string[] = [];
  for (let seed = 1; seed <= LIVES; seed++) {
    outcomes.push(...await randomLife(account, seed).catch((error: Error) => {
      throw new Error(`randomLife(${seed}): ${error.message}`, { cause: error });
    }));
  }
  expect(outcomes.length).toBeGreaterThanOrEqual(3 * LIVES);
  // Each outcome has occurred.
  for (const outcome of ['rejected at synthesis', 'failed for another reason', 'blocked', 'passed, images affected', 'passed, no images affected', 'passed, repository unchanged']) {
    expect(outcomes).toContain(outcome);
  }
}, 120_000);
