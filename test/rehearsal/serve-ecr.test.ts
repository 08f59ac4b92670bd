import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DescribeImagesCommand, DescribeRepositoriesCommand, ECRClient, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import { BUNDLE, CliUnderTest, finished } from '../cli/cli-under-test';
import { blocksOf, readDoc } from '../docs/markdown';

/* Starts the program of `npm run ecr`, pastes the variables that it prints, and runs the commands of docs/try-it.md. */

const checkout = path.resolve(__dirname, '../..');
const PAGE = blocksOf(readDoc('try-it.md'));
const POLICY = PAGE.find(({ name }) => name === 'policy.json')!.body;

interface Running {
  readonly variables: Record<string, string>;
  readonly output: () => string;
  readonly pressEnter: () => void;
  readonly stop: () => Promise<{ readonly code: number | null; readonly output: string }>;
}

async function start(...args: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'rehearsal/serve-ecr.ts', ...args], { cwd: checkout });
  const ended = finished(child);
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (piece: Buffer) => {
      output += piece.toString();
      if (output.includes('Ctrl-C: stop.')) resolve();
    });
    void ended.then(({ stderr }) => reject(new Error(`the program ended: ${stderr}`)));
  });
  return {
    variables: Object.fromEntries([...output.matchAll(/\b(AWS_\w+)=(\S+)/g)].map(([, name, value]) => [name, value])),
    output: () => output,
    pressEnter: () => child.stdin.write('\n'),
    stop: async () => {
      child.kill('SIGINT');
      const { code, stdout, stderr } = await ended;
      return { code, output: stdout + stderr };
    },
  };
}

describe('the embedded ECR with sample images', () => {
  let ecr: Running;
  let cli: CliUnderTest;
  const commandOf = (name: string) => PAGE.find((block) => block.kind === 'run' && block.name === name)!.body.trim();
  /** Runs a command of the page in a shell, as a user does after pasting the variables. */
  const run = (name: string) => finished(spawn('sh', ['-c', commandOf(name).replace('assets/cli/ecr-lifecycle.mjs', BUNDLE)], {
    cwd: cli.directory, env: { PATH: process.env.PATH, HOME: cli.directory, ...ecr.variables },
  }));

  beforeAll(async () => {
    ecr = await start();
    cli = new CliUnderTest();
    cli.write('policy.json', POLICY);
  });

  afterAll(() => cli.dispose());

  test('prints its limits and its repositories', () => {
    expect(ecr.output()).toContain('no Docker registry API: docker push and docker pull do not work');
    expect(ecr.output()).toContain('no call leaves this machine');
    expect(ecr.output()).toMatch(/shop\/api {2}24 images\n {2}shop\/web {2}36 images/);
  });

  test('the plan of the page fails, because releases would expire', async () => {
    const { code, stdout } = await run('plan');
    expect(stdout).toContain('shop/web: 26 of 36 images would expire');
    expect(stdout).toContain('protect-tags: 5 images with a tag like release-* would expire');
    expect(code).toBe(1);
  });

  test('the other commands of the page work', async () => {
    expect(await run('explain')).toMatchObject({ code: 0, stdout: expect.stringContaining('release-1.0') });
    expect(await run('snapshot')).toMatchObject({ code: 0, stderr: expect.stringContaining('36 images saved') });
  });

  test('a snapshot can be served again', async () => {
    const again = await start('--images', path.join(cli.directory, 'images.json'));
    expect(again.output()).toMatch(/Repositories:\n\n {2}shop\/web {2}36 images\n\n/);
    expect(await again.stop()).toMatchObject({ code: 0 });
  });

  test('the AWS SDK changes the policy, and images expire after a day', async () => {
    const client = new ECRClient({
      endpoint: ecr.variables.AWS_ENDPOINT_URL_ECR,
      region: ecr.variables.AWS_REGION,
      credentials: { accessKeyId: ecr.variables.AWS_ACCESS_KEY_ID, secretAccessKey: ecr.variables.AWS_SECRET_ACCESS_KEY },
    });
    try {
      await client.send(new PutLifecyclePolicyCommand({ repositoryName: 'shop/web', lifecyclePolicyText: POLICY }));
      ecr.pressEnter();
      const count = async () => (await client.send(new DescribeImagesCommand({ repositoryName: 'shop/web' }))).imageDetails!.length;
      for (let n = await count(); n !== 10; n = await count()) expect(n).toBe(36);
      const { repositories } = await client.send(new DescribeRepositoriesCommand({}));
      expect(repositories!.map(({ repositoryName }) => repositoryName)).toEqual(['shop/api', 'shop/web']);
    } finally {
      client.destroy();
    }
  });

  test('calls to other services stay on this machine and fail', async () => {
    const { code, stderr } = await cli.run(['plan', '--policy', 'policy.json', '--repository', 'shop/api', '--protect-in-use', 'ecs'], { environment: ecr.variables });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.not.stringContaining('amazonaws.com') });
  });

  test('stops on Ctrl-C', async () => {
    const { code, output } = await ecr.stop();
    expect(output).toContain('A day has passed. ECR has expired or archived 26 images: ');
    expect(output).toContain('The embedded ECR has stopped');
    expect(code).toBe(0);
  });
});

test.each<[string, readonly string[], string]>([
  ['a port that is not a number', ['--port', 'http'], '--port takes a number'],
  ['a file without images', ['--images', 'none.json'], 'is not a list of images'],
  ['a file that does not name its repository', ['--images', 'unnamed.json'], 'write --images NAME='],
  ['a file that does not exist', ['--images', 'missing.json'], 'missing.json'],
])('reports %s in one line', async (_, args, message) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'serve-'));
  try {
    writeFileSync(path.join(directory, 'none.json'), '{"repositories":[]}');
    writeFileSync(path.join(directory, 'unnamed.json'), '[]');
    const given = args.map((arg) => (arg.endsWith('.json') ? path.join(directory, arg) : arg));
    const child = spawn(process.execPath, ['--import', 'tsx', 'rehearsal/serve-ecr.ts', ...given], { cwd: checkout });
    const { code, stdout, stderr } = await finished(child);
    expect({ code, stdout, stderr }).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
    expect(stderr).not.toContain('    at ');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('reports a port that is in use', async () => {
  const first = await start();
  const port = new URL(first.variables.AWS_ENDPOINT_URL_ECR).port;
  const child = spawn(process.execPath, ['--import', 'tsx', 'rehearsal/serve-ecr.ts', '--port', port], { cwd: checkout });
  expect(await finished(child)).toMatchObject({ code: 1, stderr: expect.stringContaining('choose another --port') });
  await first.stop();
});
