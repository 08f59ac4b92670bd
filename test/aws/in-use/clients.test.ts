import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { buildSync } from 'esbuild';

/*
 * Tests a bundle like that of the Lambda function, because a lazy import in a source file may not be lazy in a bundle. Each of the
 * real packages is wrapped in a file that records when it is run.
 */

const ROOM = path.resolve(__dirname, '../../../src/aws/in-use');
const directory = mkdtempSync(path.join(tmpdir(), 'in-use-'));
const bundle = path.join(directory, 'bundle.js');

beforeAll(() => {
  const recorded = (name: string) => {
    const file = path.join(directory, `${name}.js`);
    const real = require.resolve(`@aws-sdk/${name}`);
    writeFileSync(file, `globalThis.loaded.push(${JSON.stringify(name)}); module.exports = require(${JSON.stringify(real)});`);
    return [`@aws-sdk/${name}`, file];
  };
  buildSync({
    stdin: { contents: 'export * from "./clients"; export * from "./read-uses";', resolveDir: ROOM, loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    alias: Object.fromEntries(['client-ecs', 'client-eventbridge', 'client-scheduler', 'client-lambda', 'client-inspector2'].map(recorded)),
    outfile: bundle,
  });
});
afterAll(() => rmSync(directory, { recursive: true }));

/** Returns the packages that the bundle has run after each step, and the clients that it has made, in a separate process. */
function run(...steps: string[][]): { loaded: string[]; clients: Record<string, string> }[] {
  const script = `
    globalThis.loaded = [];
    const { loadInUseClients } = require(${JSON.stringify(bundle)});
    (async () => {
      const seen = [{ loaded: [...loaded], clients: {} }];
      for (const sources of ${JSON.stringify(steps)}) {
        const made = await loadInUseClients(sources, { region: 'us-east-1' });
        const clients = Object.entries(made).flatMap(([id, client]) => (client ? [[id, client.constructor.name]] : []));
        seen.push({ loaded: [...loaded], clients: Object.fromEntries(clients) });
      }
      console.log(JSON.stringify(seen));
    })();`;
  return JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}

test('no package is run before a client of its source is loaded', () => {
  const packages = { ecs: ['client-ecs', 'client-eventbridge', 'client-scheduler'], lambda: ['client-lambda'], inspector: ['client-inspector2'] };
  const ecs = { ecs: 'ECS', eventBridge: 'EventBridge', scheduler: 'Scheduler' };
  expect(run([], ['lambda'], ['lambda', 'ecs'], ['inspector'])).toEqual([
    { loaded: [], clients: {} },
    { loaded: [], clients: {} },
    { loaded: packages.lambda, clients: { lambda: 'Lambda' } },
    { loaded: [...packages.lambda, ...packages.ecs], clients: { ...ecs, lambda: 'Lambda' } },
    { loaded: [...packages.lambda, ...packages.ecs, ...packages.inspector], clients: { inspector: 'Inspector2' } },
  ]);
});
