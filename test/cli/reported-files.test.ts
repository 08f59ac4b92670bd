import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { CliUnderTest } from './cli-under-test';

/* Files as tools write them: in other encodings, with a policy in another document, cut off, or joined. */

const POLICY = JSON.stringify({
  rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 }, action: { type: 'expire' } }],
});
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const image = (letter: string, tag: string, pushed = '2025-10-01 10:46:49.123456-04:00') => (
  { registryId: '111122223333', repositoryName: 'shop/web', imageDigest: digest(letter), imageTags: [tag], imagePushedAt: pushed });
const IMAGES = JSON.stringify({ imageDetails: [image('a', 'v1'), image('b', 'v2'), image('c', 'größe')] });

let cli: CliUnderTest;
beforeEach(() => {
  cli = new CliUnderTest();
});
afterEach(() => cli.dispose());

const PLAN = ['plan', '--policy', 'policy.json', '--repository', 'shop/web', '--images', 'images.json', '--now', '2026-01-01 00:00:00+00:00'];
const write = (file: string, ...bytes: (Buffer | string)[]) => {
  writeFileSync(path.join(cli.directory, file), Buffer.concat(bytes.map((piece) => Buffer.from(piece as string))));
};
const utf16le = (text: string) => Buffer.from(text, 'utf16le');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

test.each<[string, (text: string) => Buffer[]]>([
  ['UTF-8 with a mark', (text) => [Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]],
  ['UTF-16 LE with a mark, as PowerShell writes it', (text) => [Buffer.from([0xff, 0xfe]), utf16le(text)]],
  ['UTF-16 BE with a mark', (text) => [Buffer.from([0xfe, 0xff]), utf16be(text)]],
  ['UTF-16 LE without a mark', (text) => [utf16le(text)]],
  ['UTF-16 BE without a mark', (text) => [utf16be(text)]],
])('policies and images are read in %s', async (_, encode) => {
  write('policy.json', ...encode(POLICY));
  write('images.json', ...encode(IMAGES));
  expect(await cli.run(PLAN)).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('PASSED') });
  const explained = await cli.run(['explain', 'größe', ...PLAN.slice(1)]);
  expect(explained).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(digest('c')) });
});

test('a file in another encoding is rejected, because a replaced character would change the policy', async () => {
  write('policy.json', Buffer.from(POLICY.replace('"any"', '"any\u00e9"'), 'latin1'));
  expect(await cli.run(['lint', '--policy', 'policy.json'])).toMatchObject({ code: 2, stderr: 'UnreadableFile: cannot read "policy.json": it is not text in UTF-8; save it as UTF-8\n' });
});

const ANSWER = JSON.stringify({ registryId: '111122223333', repositoryName: 'shop/web', lifecyclePolicyText: POLICY, lastEvaluatedAt: '2026-01-01T00:00:00+00:00' });

test('the answer of get-lifecycle-policy is read by all commands, which say so', async () => {
  write('policy.json', ANSWER);
  write('images.json', IMAGES);
  const note = 'the file is the output of get-lifecycle-policy, and the policy in it was read; ECR accepts only its text, as "--query lifecyclePolicyText --output text" prints it\n';
  expect(await cli.run(['lint', '--policy', 'policy.json']))
    .toEqual({ code: 0, stderr: '', stdout: `policy.json: note WrappedPolicy: ${note}0 problems and 0 warnings in 1 policy.\n` });
  expect(await cli.run(PLAN)).toMatchObject({ code: 0, stderr: `WrappedPolicy: "policy.json": ${note}` });
  expect(await cli.run(['explain', 'v1', ...PLAN.slice(1)])).toMatchObject({ code: 0, stderr: `WrappedPolicy: "policy.json": ${note}` });
  expect(await cli.run(['lint', '--policy', '-'], { stdin: ANSWER })).toMatchObject({ code: 0 });
});

test('a document with several policies, and a bare rule, have one problem', async () => {
  const resource = (text: string) => ({ Type: 'AWS::ECR::Repository', Properties: { LifecyclePolicy: { LifecyclePolicyText: text } } });
  write('policy.json', JSON.stringify({ Resources: { Web: resource(POLICY), Api: resource(POLICY.replace('5', '6')) } }));
  const template = await cli.run(['lint', '--policy', 'policy.json']);
  expect(template).toMatchObject({ code: 1, stdout: expect.stringContaining('problem WrappedPolicy: the text is a CloudFormation template with 2 policies') });
  expect(template.stdout).toContain('1 problem and 0 warnings');
  write('policy.json', JSON.stringify(JSON.parse(POLICY).rules[0]));
  write('images.json', IMAGES);
  expect(await cli.run(PLAN)).toMatchObject({ code: 2, stderr: expect.stringContaining('RejectedPolicy: the lifecycle policy for "shop/web": the text is a single rule: put it into a list') });
});

test.each<[string, string, string]>([
  ['cut off', IMAGES.slice(0, 200), 'it is cut off: it ends at line 1, column 201'],
  ['two pages', `${JSON.stringify({ imageDetails: [], nextToken: 't' })}\n${IMAGES}`, 'several pages follow one another'],
  ['a tag on two images', JSON.stringify([image('a', 'latest'), image('b', 'latest')]),
    `images[1].imageTags: "latest" is a tag of ${digest('b')} and of ${digest('a')} (images[0])`],
  ['two repositories', JSON.stringify([image('a', 'v1'), { ...image('b', 'v2'), repositoryName: 'shop/api' }]), 'images: the list has the images of 2 repositories'],
  ['a time without an offset', JSON.stringify([image('a', 'v1', '2025-10-01 10:46:49')]), 'a time without an offset from UTC, which may be a local time: add the offset'],
])('a list of images is rejected with its reason: %s', async (_, text, reason) => {
  write('policy.json', POLICY);
  write('images.json', text);
  const { code, stderr } = await cli.run(PLAN);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(reason) });
  expect(stderr.length).toBeLessThan(700);
});
