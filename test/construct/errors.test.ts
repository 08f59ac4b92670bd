import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';

/* What the terminal shows if an app ends with an error. */

const ROOT = path.join(__dirname, '..', '..');

/** Runs an app as `cdk synth` does, and returns what it prints. */
function outputOf(lines: string[]): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'app-'));
  const file = path.join(folder, 'app.ts');
  const imports = [
    `import { App, Stack } from '${path.join(ROOT, 'node_modules', 'aws-cdk-lib')}';`,
    `import { GatedRepository, GateExclusion, LifecycleGuard, LifecyclePolicy, LifecyclePreviewGates } from '${path.join(ROOT, 'src')}';`,
    'const stack = new Stack(new App({ analyticsReporting: false }), \'Shop\');',
  ];
  fs.writeFileSync(file, [...imports, ...lines].join('\n'));
  try {
    execFileSync(path.join(ROOT, 'node_modules', '.bin', 'tsx'), [file], { cwd: folder, stdio: 'pipe' });
    return 'no error';
  } catch (error) {
    return String((error as { stderr: Buffer }).stderr);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const count = (text: string, part: RegExp) => (text.match(new RegExp(part, 'g')) ?? []).length;

test.each<[string, RegExp, string[]]>([
  ['a policy text', /InvalidLifecyclePolicy/, ['LifecyclePolicy.fromText(\'{"rules": []}\');']],
  ['a guard', /InvalidGuardLimit/, ['LifecycleGuard.maxImages(-1);']],
  ['an option of a gate', /InvalidFingerprint/, ['new GatedRepository(stack, \'Web\', { lifecycleRules: [{ maxImageCount: 5 }], gateApprovedPreview: \'typo\' });']],
  ['an exclusion', /InvalidExclusion/, ['LifecyclePreviewGates.of(stack).add({ exclude: [GateExclusion.path(\'\')] });']],
])('the error of %s has its code once, and the line of the app among the first three frames', (_, code, lines) => {
  const output = outputOf(lines);
  const message = output.split('\n').findIndex((line) => code.test(line));
  expect(count(output, code)).toBe(1);
  const frames = output.split('\n').slice(message).filter((line) => /^ +at /.test(line));
  expect(frames.length).toBeLessThanOrEqual(5);
  expect(frames.slice(0, 3).join('\n')).toContain('app.ts:4:');
  expect(output).not.toContain('src/construct/errors.ts');
});
