import { randomDeployment } from './random-deployment';
import { GateUnderTest } from '../lambda/gate-under-test';

/*
 *     npm run test:random -- [first seed] [number of deployments]
 *
 * Random deployments through the handler, beyond those of `npm test`: each line is a violation, and the exit code counts.
 */

async function main(first: number, count: number): Promise<number> {
  const gate = await GateUnderTest.start();
  const outcomes: Record<string, number> = {};
  let violations = 0;
  try {
    for (let seed = first; seed < first + count; seed++) {
      try {
        const outcome = await randomDeployment(gate, seed);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      } catch (error) {
        violations++;
        console.log(`seed ${seed}: ${(error as Error).message}`);
      }
    }
  } finally {
    await gate.stop();
  }
  console.table(outcomes);
  console.log(`${count} deployments from seed ${first}: ${violations} violations`);
  return violations === 0 ? 0 : 1;
}

const [first = 1, count = 5_000] = process.argv.slice(2).map(Number);
main(first, count).then((code) => process.exit(code), (error: unknown) => {
  console.error(error);
  process.exit(2);
});
