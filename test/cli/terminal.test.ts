import { spawn, spawnSync } from 'node:child_process';
import { Stack } from 'aws-cdk-lib';
import { BUNDLE, CliUnderTest, finished } from './cli-under-test';
import { GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../src';

/* Output that only a terminal shows. `script` of util-linux provides the terminal. Without it, these tests are skipped. */

const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
const onTerminal = hasTerminal ? test : test.skip;

let cli: CliUnderTest;
beforeEach(() => {
  cli = new CliUnderTest();
  cli.synth('cdk.out', (app) => {
    const stack = new Stack(app, 'Shop');
    for (let i = 0; i < 6; i++) {
      new GatedRepository(stack, `R${i}`, {
        repositoryName: `shop/${i}`, lifecyclePolicy: LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.tagged('release-*') })),
      });
      cli.write(`images/shop/${i}.json`, []);
    }
  });
});
afterEach(() => cli.dispose());

function show(environment: Record<string, string>, redirection = ''): ReturnType<typeof finished> {
  const command = `"${process.execPath}" "${BUNDLE}" plan --app cdk.out --images images --now 2026-01-31 ${redirection}`;
  return finished(spawn('script', ['-qec', command, '/dev/null'], {
    cwd: cli.directory, env: { ...cli.environment, TERM: 'xterm', ...environment }, stdio: ['ignore', 'pipe', 'pipe'],
  }));
}

onTerminal('a progress bar that is removed at the end, with the cursor restored; colors', async () => {
  const { code, stdout } = await show({});
  expect(code).toBe(0);
  expect(stdout).toContain('0 of 6 repositories');
  expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
  expect(stdout.slice(stdout.lastIndexOf('of 6 repositories'))).toContain('\u001b[32mPASSED\u001b[39m');
});

onTerminal('no colors with NO_COLOR', async () => {
  const { stdout } = await show({ NO_COLOR: '1' });
  expect(stdout).toContain('PASSED');
  expect(stdout).not.toContain('\u001b[32m');
});

onTerminal('no progress bar if stderr is not a terminal', async () => {
  const { stdout } = await show({}, '2>/dev/null');
  expect(stdout).not.toContain('of 6 repositories\u001b');
  expect(stdout).not.toContain('\u001b[?25l');
});
