import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { FunctionHost, type FunctionDefinition } from '../../../rehearsal/lambda/function-host';

const CODE = `
let invocations = 0;
const actions = {
  count: () => ++invocations,
  environment: () => process.env,
  context: (event, context) => ({
    awsRequestId: context.awsRequestId,
    functionName: context.functionName,
    hasTime: context.getRemainingTimeInMillis() > 0 && context.getRemainingTimeInMillis() <= 30000,
  }),
  say: () => { console.log('to stdout'); console.error('to stderr'); process.stdout.write('unfinished'); },
  nothing: () => undefined,
  fail: () => { throw new RangeError('too far'); },
  'fail oddly': () => { throw 'text'; },
  exit: () => process.exit(7),
  'run forever': () => new Promise(() => setInterval(() => {}, 1000)),
  block: () => { for (;;); },
  'wait for a file': async ({ file }) => {
    while (!require('fs').existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
    return process.pid;
  },
  'write a file': ({ file }) => { require('fs').writeFileSync(file, ''); return process.pid; },
};
exports.handler = async (event, context) => actions[event.action](event, context);
exports.withCallback = (event, context, callback) => callback(null, 'called back');
`;

let directory: string;
let host: FunctionHost;
let requestCount = 0;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'function-'));
  writeFileSync(path.join(directory, 'index.js'), CODE);
  host = hostWith();
});
afterEach(async () => {
  await host.stop();
  rmSync(directory, { recursive: true });
});

function hostWith(timeoutLimitMs?: number): FunctionHost {
  return new FunctionHost({
    region: 'us-east-1',
    environment: { AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:8' },
    timeoutLimitMs,
    nextRequestId: () => `request-${requestCount += 1}`,
  });
}

async function deploy(changes: Partial<FunctionDefinition> = {}): Promise<void> {
  await host.deploy({
    name: 'worker',
    arn: 'arn:aws:lambda:us-east-1:111122223333:function:worker',
    roleArn: 'arn:aws:iam::111122223333:role/worker',
    codeDirectory: directory,
    handler: 'index.handler',
    timeoutSeconds: 30,
    memoryMb: 128,
    logGroupName: 'worker-log',
    variables: { OWN: 'value' },
    ...changes,
  });
}

async function call(action: string, more: object = {}): Promise<{ value: unknown; functionError?: string }> {
  const { payload, functionError } = await host.invoke('worker', JSON.stringify({ action, ...more }));
  return { value: JSON.parse(payload), functionError };
}

describe('a function', () => {
  beforeEach(() => deploy());

  test('stays warm', async () => {
    expect([await call('count'), await call('count'), await call('count')].map(({ value }) => value)).toEqual([1, 2, 3]);
  });

  test('handles one invocation at a time: a concurrent one runs in another process', async () => {
    const file = path.join(directory, 'flag');
    const [waiting, writing] = await Promise.all([call('wait for a file', { file }), call('write a file', { file })]);
    expect(waiting.value).not.toBe(writing.value);
  });

  test('has a cold start with new code, by name and ARN', async () => {
    await call('count');
    await deploy();
    const { payload } = await host.invoke('arn:aws:lambda:us-east-1:111122223333:function:worker:$LATEST', '{"action":"count"}');
    expect(payload).toBe('1');
  });

  test('receives the context and variables of Lambda', async () => {
    expect((await call('environment')).value).toMatchObject({
      OWN: 'value',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'worker',
      AWS_LAMBDA_LOG_GROUP_NAME: 'worker-log',
      AWS_ACCESS_KEY_ID: 'worker',
      AWS_ENDPOINT_URL_ECR: 'http://127.0.0.1:8',
    });
    expect((await call('context')).value).toEqual({ awsRequestId: `request-${requestCount}`, functionName: 'worker', hasTime: true });
  });

  test('does not inherit the environment of this process', async () => {
    expect((await call('environment')).value).not.toHaveProperty('HOME');
  });

  test('has a complete log at the end of the invocation', async () => {
    await call('say');
    expect([...host.logs('worker')].sort()).toEqual(['to stderr', 'to stdout', 'unfinished']);
  });

  test('returns null if it has no result', async () => {
    expect(await call('nothing')).toEqual({ value: null });
  });

  test('that throws returns the same error as Lambda', async () => {
    expect(await call('fail')).toEqual({
      functionError: 'Unhandled',
      value: { errorType: 'RangeError', errorMessage: 'too far', trace: expect.arrayContaining(['RangeError: too far']) },
    });
    expect(await call('fail oddly')).toEqual({ functionError: 'Unhandled', value: { errorType: 'string', errorMessage: 'text', trace: [] } });
  });

  test('that exits fails, and the next invocation starts a new process', async () => {
    await call('count');
    expect(await call('exit')).toEqual({
      functionError: 'Unhandled',
      value: { errorType: 'Runtime.ExitError', errorMessage: `RequestId: request-${requestCount} Error: Runtime exited with error: exit status 7` },
    });
    expect(await call('count')).toEqual({ value: 1 });
  });

  test('that is not deployed cannot be invoked', async () => {
    await host.remove('worker');
    await expect(call('count')).rejects.toThrow('Function not found: worker');
  });
});

test('a handler may use the callback', async () => {
  await deploy({ handler: 'index.withCallback' });
  expect((await host.invoke('worker', '{}')).payload).toBe('"called back"');
});

test.each([
  ['wrong.handler', { errorType: 'Runtime.ImportModuleError', errorMessage: "Error: Cannot find module 'wrong'" }],
  ['index.wrong', { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.wrong is undefined or not exported' }],
])('a handler that is not there: %s', async (handler, expected) => {
  await deploy({ handler });
  expect(await call('count')).toEqual({ functionError: 'Unhandled', value: expect.objectContaining(expected) });
});

test.each(['run forever', 'block'])('an invocation is ended at the timeout: %s', async (action) => {
  host = hostWith(100);
  await deploy();
  expect(await call(action)).toEqual({
    functionError: 'Unhandled',
    value: { errorMessage: `request-${requestCount} Task timed out after 0.10 seconds` },
  });
});
