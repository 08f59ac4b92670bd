import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '../..');
const README = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const WORKFLOWS = fs.readdirSync(path.join(ROOT, 'examples/workflows')).sort();

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

/** Reads YAML 1.2, in which `on` is a string, as GitHub does. */
const { load } = jest.requireActual<{ load(text: string): unknown }>('js-yaml');
const read = (file: string) =>
  load(fs.readFileSync(path.join(ROOT, 'examples/workflows', file), 'utf8')) as { on: unknown; jobs: Record<string, { steps: Step[] }> };

describe.each(WORKFLOWS)('%s', (file) => {
  const { on, jobs } = read(file);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test('has a trigger, and each step runs or uses something', () => {
    expect(on).toBeTruthy();
    expect(steps.length).toBeGreaterThan(0);
    for (const { run, uses } of steps) expect([typeof run, typeof uses].sort()).toEqual(['string', 'undefined']);
  });

  test('has scripts that bash can parse', () => {
    for (const { run } of steps) {
      if (run !== undefined) expect(spawnSync('bash', ['-n'], { input: run, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    }
  });

  test('has no expression in a script, because its value would run as code', () => {
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  });

  test('plans an app', () => {
    expect(steps.map(({ run }) => run).join('\n')).toContain('npx ecr-lifecycle plan --app cdk.out --format markdown --output plan.md');
  });
});

test('the README links to each workflow', () => {
  const linked = [...README.matchAll(/\/examples\/workflows\/([^)]+)\)/g)].map(([, file]) => file);
  expect(linked.sort()).toEqual(WORKFLOWS);
});
