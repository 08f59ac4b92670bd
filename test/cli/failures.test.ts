import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { CliUnderTest, finished, RunOptions } from './cli-under-test';
import { EmbeddedEcr } from '../../rehearsal/ecr/embedded-ecr';

/* Every error is one line with a code, exit code 2, no stack trace, and no partial output. */

const POLICY = {
  rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 }, action: { type: 'expire' } }],
};
const PLAN = ['plan', '--policy', 'policy.json', '--repository', 'shop/web'];
const OFFLINE = [...PLAN, '--images', 'images.json', '--now', '2026-01-31'];

let ecr: EmbeddedEcr;
let cli: CliUnderTest;
beforeEach(async () => {
  ecr = await EmbeddedEcr.start();
  cli = new CliUnderTest({ AWS_ENDPOINT_URL: ecr.endpoint });
  const repository = ecr.registry.createRepository('shop/web');
  for (let i = 0; i < 5; i++) repository.addImage({ tags: [`pr-${i}`] });
  cli.write('policy.json', POLICY);
  cli.write('images.json', { imageDetails: [{ imageDigest: 'sha256:a', imagePushedAt: '2026-01-01' }] });
  cli.write('empty/.keep', '');
  cli.write('text.json', 'this is not JSON');
  cli.write('list.json', []);
  cli.write('page.json', { imageDetails: [], nextToken: 'more' });
  cli.write('timeless.json', [{ imageDigest: 'sha256:a' }]);
  cli.write('other.json', { imageDetails: [{ repositoryName: 'shop/other', imageDigest: 'sha256:a', imagePushedAt: '2026-01-01' }] });
  cli.write('no-manifest/other.json', {});
  cli.write('text/manifest.json', 'this is not JSON');
  cli.write('no-version/manifest.json', { artifacts: {} });
  cli.write('newer/manifest.json', { version: '999.0.0', artifacts: {} });
  cli.write('no-template/manifest.json', {
    version: '50.0.0', artifacts: { Shop: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Shop.json' } } },
  });
});
afterEach(async () => {
  cli.dispose();
  await ecr.stop();
});

const NO_CREDENTIALS = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
const images = (file: string) => [...PLAN, '--images', file];

test.each<[string, string[], string, RunOptions?]>([
  ['a missing policy file', ['plan', '--policy', 'none.json', '--repository', 'shop/web'], 'UnreadableFile: cannot read "none.json": there is no such file'],
  ['a policy that is a directory', ['lint', '--policy', 'empty'], 'UnreadableFile: cannot read "empty": it is a directory'],
  ['a policy that is not JSON', ['plan', '--policy', 'text.json', '--repository', 'shop/web'], 'RejectedPolicy: the lifecycle policy for "shop/web" has 2 problems: '],
  ['a missing file of images', images('none.json'), 'UnreadableFile: cannot read "none.json"'],
  ['images that are not JSON', images('text.json'), 'InvalidImages: "text.json": the text "this is not JSON" is not JSON'],
  ['one page of several', images('page.json'), 'InvalidImages: "page.json": the list ends with nextToken'],
  ['images without the time that a rule needs', images('timeless.json'), 'InvalidImages: the list of the images of "shop/web": '],
  ['images of another repository', images('other.json'), 'OtherRepository: "other.json" has the images of repository "shop/other", not of "shop/web"'],
  ['a directory without its images', images('empty'), 'MissingImages: no file has the images of "shop/web"'],
  ['images of a repository that is not planned', [...PLAN, '--images', 'shop/wep=images.json'], 'InvalidOptions: --images has images of ["shop/wep"], but the policy is for "shop/web"'],
  ['a missing assembly', ['plan', '--app', 'none'], 'MissingAssembly: "none" is not a cloud assembly'],
  ['a directory that is not an assembly', ['plan', '--app', 'no-manifest'], 'MissingAssembly: "no-manifest" is not a cloud assembly'],
  ['an assembly that is not JSON', ['plan', '--app', 'text'], 'MalformedAssembly: "text/manifest.json" is not JSON'],
  ['an assembly without a version', ['plan', '--app', 'no-version'], 'UnreadableAssembly: "no-version" has a manifest.json without a schema version'],
  ['an assembly of a newer schema', ['lint', '--app', 'newer'], 'UnsupportedAssembly: "newer" has schema version "999.0.0", newer than the supported version '],
  ['an assembly without a template', ['plan', '--app', 'no-template'], 'UnreadableFile: cannot read "no-template/Shop.json": there is no such file'],
  ['no credentials', PLAN, 'MissingCredentials: no AWS credentials found', { environment: NO_CREDENTIALS }],
  ['an unknown profile', [...PLAN, '--profile', 'unknown'], 'MissingCredentials: no AWS credentials found', { environment: NO_CREDENTIALS }],
  ['no region', PLAN, 'MissingRegion: no AWS region is set', { environment: { AWS_REGION: undefined } }],
  ['an unreachable endpoint', PLAN, 'UnreachableAws: cannot connect to AWS: connect ECONNREFUSED', { environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } }],
  ['an unknown repository', ['plan', '--policy', 'policy.json', '--repository', 'shop/none'], 'UnknownRepository: there is no repository "shop/none" in us-east-1'],
  ['a snapshot of an unknown repository', ['snapshot', 'shop/none'], 'UnknownRepository: there is no repository "shop/none" in us-east-1'],
  ['an unknown image', ['explain', 'none', '--repository', 'shop/web', '--policy', 'policy.json'], 'UnknownImage: there is no image "none" in repository "shop/web"'],
  ['no live policy', ['explain', 'pr-1', '--repository', 'shop/web'], 'MissingPolicy: the repository "shop/web" has no lifecycle policy'],
  ['an output that cannot be written', [...OFFLINE, '--output', 'policy.json/plan.txt'], 'UnwritableFile: cannot write "policy.json/plan.txt"'],
  ['an unknown option', ['plan', '--ap', 'cdk.out'], 'UsageError: unknown option \'--ap\''],
  ['an unknown command', ['deploy'], 'UsageError: unknown command \'deploy\''],
  ['an unknown format', [...PLAN, '--format', 'xml'], 'UsageError: option \'--format <format>\' argument \'xml\' is invalid'],
  ['a missing argument', ['explain'], 'UsageError: missing required argument \'image\''],
  ['neither an app nor a policy', ['plan'], 'InvalidOptions: --app: give --app DIRECTORY'],
  ['an invalid time', [...images('images.json'), '--now', 'yesterday'], 'InvalidOptions: --now "yesterday" is not a time in ISO 8601'],
  ['several problems at once', [...PLAN, '--max-images', 'x', '--max-percent', '101', '--protect-in-use', 'docker', '--now', '2026-01-31', '--concurrency', '0'],
    'InvalidOptions: the command line has 4 problems: --now: '],
  // Rest parameters, because jest would pass a callback for a parameter that a row omits.
])('%s', async (...[, args, line, options]) => {
  const { code, stderr, stdout } = await cli.run(args, options);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(line) });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(/^[A-Z][A-Za-z]+: /);
  expect(stderr + stdout).not.toMatch(/\n\s+at /);
});

test('without a command, the help is printed, and the exit code is 2', async () => {
  const { code, stderr } = await cli.run([]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('Usage: ecr-lifecycle') });
});

test('a repository that cannot be judged is marked in the result, and the exit code is 2', async () => {
  const { code, stdout, stderr } = await cli.run(['plan', '--policy', 'policy.json', '--repository', 'shop/none']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringContaining('shop/none   NOT JUDGED') });
  expect(stderr).toMatch(/^UnknownRepository: /);
});

test('a missing permission is reported without retries', async () => {
  ecr.faults.add({
    operation: 'StartLifecyclePolicyPreview', fault: { kind: 'error', code: 'AccessDeniedException', message: 'not authorized to perform: ecr:StartLifecyclePolicyPreview' },
  });
  expect(await cli.run(PLAN)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^AccessDenied: .*ecr:StartLifecyclePolicyPreview.*\n$/) });
});

test.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('%s during a run ends the process without partial output', async (signal, code) => {
  ecr.registry.repository('shop/web').nextPreviews.push('IN_PROGRESS');
  cli.write('plan.json', 'the earlier plan');
  const child = cli.start([...PLAN, '--format', 'json', '--output', 'plan.json']);
  const end = finished(child);
  await new Promise<void>((resolve) => {
    // Resolves once the command waits for the preview.
    ecr.faults.add({ operation: 'GetLifecyclePolicyPreview', fault: { kind: 'meanwhile', act: resolve } });
  });
  child.kill(signal);
  expect(await end).toEqual({ code, stdout: '', stderr: expect.stringMatching(/^Interrupted: .*\n$/) });
  expect(cli.read('plan.json')).toBe('the earlier plan');
  expect(readdirSync(cli.directory).filter((file) => file.includes('.tmp'))).toEqual([]);
});

test('an existing file is replaced as a whole', async () => {
  cli.write('plan.json', 'x'.repeat(1_000_000));
  expect((await cli.run([...OFFLINE, '--format', 'json', '--output', 'plan.json'])).code).toBe(0);
  expect(JSON.parse(cli.read('plan.json'))).toMatchObject({ schemaVersion: 1, verdict: 'EXPECTED' });
  expect(readdirSync(path.join(cli.directory, '.')).filter((file) => file.includes('.tmp'))).toEqual([]);
});

test('a closed stdout is not an error, and does not change the exit code', async () => {
  const repository = ecr.registry.repository('shop/web');
  for (let i = 0; i < 3_000; i++) repository.addImage({ tags: [`build-${i}`] });
  const child = cli.start([...PLAN, '--format', 'json']);
  const end = new Promise<number | null>((resolve) => child.on('close', resolve));
  let stderr = '';
  child.stderr!.on('data', (piece: Buffer) => { stderr += piece.toString(); });
  child.stdout!.once('data', () => child.stdout!.destroy());
  expect({ code: await end, stderr }).toEqual({ code: 1, stderr: '' });
});

test('a device or a pipe is written to, not replaced; a link remains a link, and a file keeps its permissions', async () => {
  execFileSync('mkfifo', [path.join(cli.directory, 'pipe')]);
  const reader = spawn('timeout', ['5', 'cat', 'pipe'], { cwd: cli.directory });
  const read = finished(reader);
  expect((await cli.run([...OFFLINE, '--output', 'pipe'])).code).toBe(0);
  expect((await read).stdout).toContain('As expected');
  expect(lstatSync(path.join(cli.directory, 'pipe')).isFIFO()).toBe(true);

  cli.write('real.txt', 'the earlier plan');
  chmodSync(path.join(cli.directory, 'real.txt'), 0o600);
  symlinkSync('real.txt', path.join(cli.directory, 'link.txt'));
  expect((await cli.run([...OFFLINE, '--output', 'link.txt'])).code).toBe(0);
  expect(lstatSync(path.join(cli.directory, 'link.txt')).isSymbolicLink()).toBe(true);
  expect(cli.read('real.txt')).toContain('As expected');
  expect(lstatSync(path.join(cli.directory, 'real.txt')).mode % 0o1000).toBe(0o600);
});

test('a closed stderr does not change the exit code', async () => {
  const child = cli.start(['plan', '--policy', 'policy.json', '--repository', 'shop/none']);
  child.stdout!.resume();
  child.stderr!.destroy();
  expect(await new Promise<number | null>((resolve) => child.on('close', resolve))).toBe(2);
});

test('a byte order mark is not part of a policy', async () => {
  cli.write('policy.json', `\uFEFF${JSON.stringify(POLICY)}`);
  expect(await cli.run(OFFLINE)).toMatchObject({ code: 0, stderr: '' });
});

test('a repository with the longest possible name has a page', async () => {
  const name = 'a'.repeat(256);
  const { code, stderr } = await cli.run(['plan', '--policy', 'policy.json', '--repository', name, '--images', 'images.json', '--format', 'html', '--output', 'pages']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(readdirSync(path.join(cli.directory, 'pages'))).toHaveLength(2);
});
