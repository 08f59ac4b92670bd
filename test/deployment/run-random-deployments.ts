import { randomDeployment } from './random-deployment';
import { randomLife } from './random-stacks';
import { StackAccount } from './stack-account';
import { GateUnderTest } from '../lambda/gate-under-test';

/*
 *     npm run test:random -- [first seed] [number of deployments]
 *     npm run test:random -- stacks [first seed] [number of deployments]
 *
 * Runs random deployments beyond those of `npm test`: through the handler, or of whole stacks, where each seed is the life of one
 * stack. Prints one line per violation, and exits with 1 if there is one.
 */

/** The number of seeds per account. Deleted stacks slow the account down. */
const LIVES_PER_ACCOUNT = 200;

interface Stoppable {
  stop(): Promise<void>;
}

interface Kind<T extends Stoppable> {
  start(): Promise<T>;
  /** Returns the outcomes of the deployments of this seed. */
  run(place: T, seed: number): Promise<string[]>;
}

const HANDLER: Kind<GateUnderTest> = { start: () => GateUnderTest.start(), run: async (gate, seed) => [await randomDeployment(gate, seed)] };
const STACKS: Kind<StackAccount> = { start: () => StackAccount.start(), run: randomLife };

async function main<T extends Stoppable>(kind: Kind<T>, first: number, count: number): Promise<number> {
  const startedAt = performance.now();
  const outcomes: Record<string, number> = {};
  const violations: string[] = [];
  let done = 0;
  let seed = first;
  // Ctrl+C ends the run after the current deployments, and prints the table.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => { count = 0; });
  while (done < count) {
    const place = await kind.start();
    for (let life = 0; life < LIVES_PER_ACCOUNT && done < count; life++) {
      try {
        const ended = await kind.run(place, seed++);
        ended.forEach((outcome) => (outcomes[outcome] = (outcomes[outcome] ?? 0) + 1));
        done += ended.length;
      } catch (error) {
        done++;
        violations.push(`seed ${seed - 1}: ${(error as Error).message}`);
        console.log(violations[violations.length - 1]);
        break; // the stack may be stuck
      }
    }
    await place.stop();
  }
  console.table(Object.fromEntries(Object.entries(outcomes).sort(([, a], [, b]) => b - a)));
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${done} deployments from seed ${first} to ${seed - 1} in ${seconds.toFixed(0)} s: ${violations.length} violations`);
  return violations.length === 0 ? 0 : 1;
}

const [kind, ...numbers] = process.argv[2] === 'stacks' ? process.argv.slice(2) : ['handler', ...process.argv.slice(2)];
const [first = 1, count = 5_000] = numbers.map(Number);
(kind === 'stacks' ? main(STACKS, first, count) : main(HANDLER, first, count)).then((code) => process.exit(code), (error: unknown) => {
  console.error(error);
  process.exit(2);
});
