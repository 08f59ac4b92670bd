import { callWithRetry } from '../../src/aws/call';
import { Deadline } from '../../src/aws/deadline';
import { TestClock } from '../lambda/gate-under-test';

/* The time for which a call is retried: long for a gate, short for the command line. */

const COMMAND_LINE = { permission: 0, connection: 4_000 };

const failing = (name: string, more: object = {}) => Object.assign(new Error(`${name} today`), { name, ...more });
const DENIED = failing('AccessDeniedException');
const LOST = failing('Error', { code: 'ECONNREFUSED' });
const THROTTLED = failing('ThrottlingException');

/** Makes a call that fails `times` times. Returns the outcome, the number of attempts and the time they took. */
async function tried(error: Error, times: number, patience?: typeof COMMAND_LINE) {
  const clock = new TestClock();
  const call = callWithRetry(clock, Deadline.in(clock, 600_000), patience);
  let tries = 0;
  const outcome = await call(async () => {
    if (++tries <= times) throw error;
    return 'answered';
  }).catch(String);
  return { outcome, tries, waited: clock.now() };
}

test('a gate retries for as long as a new role may take, and until the deadline if the service cannot be reached', async () => {
  expect(await tried(DENIED, 20)).toMatchObject({ outcome: 'answered', tries: 21 });
  expect(await tried(DENIED, 100)).toMatchObject({ outcome: 'AccessDenied: AccessDeniedException today; allow it, or find the policy that denies it', tries: 31 });
  expect(await tried(LOST, 10)).toMatchObject({ outcome: 'answered', tries: 11 });
});

test('the command line reports a missing permission at once, and an unreachable service after a few seconds', async () => {
  expect(await tried(DENIED, 1, COMMAND_LINE)).toMatchObject({ outcome: expect.stringMatching(/^AccessDenied: /), tries: 1, waited: 0 });
  const lost = await tried(LOST, 100, COMMAND_LINE);
  expect(lost.outcome).toBe('Error: Error today');
  expect(lost.waited).toBeLessThanOrEqual(COMMAND_LINE.connection);
});

test('throttling does not count toward the time for lost connections', async () => {
  const clock = new TestClock();
  const call = callWithRetry(clock, Deadline.in(clock, 600_000), COMMAND_LINE);
  const errors = [...Array.from({ length: 6 }, () => THROTTLED), LOST, THROTTLED];
  expect(await call(async () => {
    const error = errors.shift();
    if (error) throw error;
    return 'answered';
  }).catch(String)).toBe('answered');
});

test('throttling is retried until the deadline by both', async () => {
  for (const patience of [undefined, COMMAND_LINE]) expect(await tried(THROTTLED, 15, patience)).toMatchObject({ outcome: 'answered', tries: 16 });
});
