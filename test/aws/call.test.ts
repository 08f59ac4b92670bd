import { callWithRetry } from '../../src/aws/call';
import { Deadline } from '../../src/aws/deadline';
import { TestClock } from '../lambda/gate-under-test';

/* How long a call goes on trying: a gate is patient, a person is not. */

const PERSON = { permission: 0, connection: 4_000 };

const failing = (name: string, more: object = {}) => Object.assign(new Error(`${name} today`), { name, ...more });
const DENIED = failing('AccessDeniedException');
const LOST = failing('Error', { code: 'ECONNREFUSED' });
const THROTTLED = failing('ThrottlingException');

/** What the first calls fail with, then none; how often it was tried, and how long that took. */
async function tried(error: Error, times: number, patience?: typeof PERSON) {
  const clock = new TestClock();
  const call = callWithRetry(clock, Deadline.in(clock, 600_000), patience);
  let tries = 0;
  const outcome = await call(async () => {
    if (++tries <= times) throw error;
    return 'answered';
  }).catch((reason: Error) => reason.message);
  return { outcome, tries, waited: clock.now() };
}

test('a gate waits for a permission as long as a fresh role may take, and for whoever cannot be reached', async () => {
  expect(await tried(DENIED, 20)).toMatchObject({ outcome: 'answered', tries: 21 });
  expect(await tried(DENIED, 100)).toMatchObject({ outcome: 'AccessDenied: AccessDeniedException today; allow it, or find out which policy denies it', tries: 31 });
  expect(await tried(LOST, 10)).toMatchObject({ outcome: 'answered', tries: 11 });
});

test('a person is told at once what is not allowed, and soon that nobody is there', async () => {
  expect(await tried(DENIED, 1, PERSON)).toMatchObject({ outcome: expect.stringMatching(/^AccessDenied: /), tries: 1, waited: 0 });
  const lost = await tried(LOST, 100, PERSON);
  expect(lost.outcome).toBe('Error today');
  expect(lost.waited).toBeLessThanOrEqual(PERSON.connection);
});

test('throttling before does not use up what patience there is with broken connections', async () => {
  const clock = new TestClock();
  const call = callWithRetry(clock, Deadline.in(clock, 600_000), PERSON);
  const errors = [...Array.from({ length: 6 }, () => THROTTLED), LOST, THROTTLED];
  expect(await call(async () => {
    const error = errors.shift();
    if (error) throw error;
    return 'answered';
  }).catch(String)).toBe('answered');
});

test('over throttling both go on', async () => {
  for (const patience of [undefined, PERSON]) expect(await tried(THROTTLED, 15, patience)).toMatchObject({ outcome: 'answered', tries: 16 });
});
