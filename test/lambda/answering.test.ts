import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GateUnderTest, PROPERTIES, TestClock } from './gate-under-test';
import { answerBody, Outcome } from '../../src/lambda/answer';
import { NO_IMAGES_AFFECTED } from '../../src/lambda/event';
import { Put, putThrough, sendAnswer } from '../../src/lambda/send-answer';
import { failureOf } from '../aws/in-use/fixtures';

/* CloudFormation receives one answer to each event, even in case of a fault. */

const URL_OF_ANSWER = 'https://bucket.s3.amazonaws.com/answer?X-Amz-Signature=secret';

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
});
afterAll(() => gate.stop());
beforeEach(() => gate.reset('a', 'b', 'c'));

function event(changes: object = {}): object {
  return {
    RequestType: 'Update',
    ResponseURL: URL_OF_ANSWER,
    StackId: gate.stackId,
    RequestId: 'request-1',
    LogicalResourceId: 'Gate',
    PhysicalResourceId: 'gate-1',
    ResourceType: 'Custom::LifecyclePreviewGate',
    ResourceProperties: PROPERTIES,
    OldResourceProperties: PROPERTIES,
    ...changes,
  };
}

/** Receives answers. Each outcome is the status for one answer, or the error for one attempt. */
class Bucket {
  readonly bodies: string[] = [];
  constructor(private readonly outcomes: Array<number | Error> = []) {}

  readonly put: Put = async (_, body) => {
    this.bodies.push(body);
    const outcome = this.outcomes.shift() ?? 200;
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };

  get answers(): Array<Record<string, unknown>> {
    return this.bodies.map((body) => JSON.parse(body));
  }
}

async function answered(changes: object = {}, bucket = new Bucket()) {
  await gate.answer(event(changes), bucket.put);
  return bucket.answers;
}

describe('the answer', () => {
  const IDENTITY = () => ({ StackId: gate.stackId, RequestId: 'request-1', LogicalResourceId: 'Gate', PhysicalResourceId: 'gate-1', NoEcho: false });

  test('of a gate that passes', async () => {
    expect(await answered()).toEqual([{
      Status: 'SUCCESS', ...IDENTITY(), Data: { ExpiringImageCount: 2, ArchivingImageCount: 0, Fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) },
    }]);
  });

  test('of a gate that fails: the reason once, on one line', async () => {
    const [answer, ...more] = await answered({ ResourceProperties: { ...PROPERTIES, Guards: [] } });
    expect(more).toEqual([]);
    expect(answer).toEqual({ Status: 'FAILED', ...IDENTITY(), Reason: expect.stringMatching(/^UnexpectedExpiry: .*log group \/aws\/lambda\/gate/) });
    expect(String(answer.Reason).match(/log group/g)).toHaveLength(1);
    expect(answer.Reason).not.toContain('\n');
  });

  test('of any other failure names the log group as well', async () => {
    gate.hit('StartLifecyclePolicyPreview', { kind: 'error', code: 'ValidationException', message: 'odd' });
    const [{ Reason }] = await answered();
    expect(Reason).toBe('FailedJudgment: ValidationException: odd The log is in log group /aws/lambda/gate');
  });

  test('of a Create that fails has the same id as the Delete that follows', async () => {
    const [{ PhysicalResourceId, Status }] = await answered({ RequestType: 'Create', PhysicalResourceId: undefined, ResourceProperties: { ...PROPERTIES, Guards: [] } });
    expect([Status, PhysicalResourceId]).toEqual(['FAILED', 'lifecycle-preview-gate-Gate']);
  });

  test.each([
    ['no properties', undefined],
    ['malformed properties', { Purpose: 'OTHER' }],
    ['properties that cannot be read', { get Purpose() { throw new Error('a fault of the gate'); } }],
  ])('to a Delete is a success: %s', async (_, ResourceProperties) => {
    expect(await answered({ RequestType: 'Delete', ResourceProperties })).toEqual([expect.objectContaining({ Status: 'SUCCESS', ...IDENTITY() })]);
  });

  test('to an event that is delivered twice is the same', async () => {
    expect(await answered()).toEqual(await answered());
    expect(gate.calls).toEqual(['Start', 'Get', 'Start', 'Get']);
  });
});

describe('an event that CloudFormation no longer waits for', () => {
  const sentAt = (date: string) => ({ ResponseURL: `${URL_OF_ANSWER}&X-Amz-Date=${date}&X-Amz-Expires=7200` });
  beforeEach(() => gate.clock.advance(Date.UTC(2026, 0, 1, 13)));

  test.each<[string, object, boolean]>([
    ['an hour and a second ago', sentAt('20260101T115959Z'), true],
    ['an hour ago', sentAt('20260101T120000Z'), false],
    ['after its own timeout', { ...sentAt('20260101T125000Z'), ResourceProperties: { ...PROPERTIES, ServiceTimeout: '300' } }, true],
    ['without a time', {}, false],
    ['a Delete, which is handled even if it is late', { ...sentAt('20260101T110000Z'), RequestType: 'Delete' }, false],
  ])('%s', async (_, changes, isOutdated) => {
    const [{ Status, Reason }] = await answered(changes);
    expect(Status).toBe(isOutdated ? 'FAILED' : 'SUCCESS');
    if (isOutdated) expect(Reason).toMatch(/^OutdatedEvent: /);
    if (isOutdated) expect(gate.calls).toEqual([]);
  });

  test('an attachment does not change the live policy', async () => {
    gate.repository.lifecyclePolicyText = undefined;
    await answered({ ...sentAt('20260101T110000Z'), ResourceProperties: { ...PROPERTIES, Purpose: 'ATTACHMENT' } });
    expect(gate.repository.lifecyclePolicyText).toBeUndefined();
  });
});

describe('an answer that does not arrive', () => {
  test.each<[string, Array<number | Error>]>([
    ['a lost connection', [new Error('ECONNRESET')]],
    ['faults of the service', [500, 503, 502, 503]],
    ['throttling', [429, 429]],
    ['all of that', [new Error('socket hang up'), 503, new Error('ETIMEDOUT'), 500]],
  ])('is sent again: %s', async (_, outcomes) => {
    const bucket = new Bucket([...outcomes]);
    const answers = await answered({}, bucket);
    expect(answers).toHaveLength(outcomes.length + 1);
    expect(new Set(bucket.bodies).size).toBe(1);
    expect(gate.calls).toEqual(['Start', 'Get']);
  });

  test.each<[string, Array<number | Error>, number]>([
    ['after ten attempts', Array<number>(20).fill(503), 10],
    ['at once, if the address has expired', [403], 1],
  ])('fails the invocation %s, so that Lambda repeats it', async (_, outcomes, attempts) => {
    const bucket = new Bucket(outcomes);
    expect(await failureOf(gate.answer(event(), bucket.put))).toContain('UnsentAnswer: the answer did not reach CloudFormation at bucket.s3.amazonaws.com');
    expect(bucket.bodies).toHaveLength(attempts);
  });

  test('is sent until the end of the Lambda function\'s time', async () => {
    const clock = new TestClock();
    const slow: Put = async (_url, _body, timeout) => {
      clock.advance(timeout);
      throw new Error('timeout');
    };
    expect(await failureOf(sendAnswer(URL_OF_ANSWER, '{}', clock, 30_000, slow))).toContain('UnsentAnswer: ');
    expect(clock.now()).toBeLessThan(30_000);
  });

  test('the secret signature is not in the log', async () => {
    expect(await failureOf(gate.answer(event(), new Bucket([403]).put))).not.toContain('secret');
  });
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a test event of the console', { key1: 'value1' }],
  ['no address for the answer', { RequestType: 'Create', StackId: 's', RequestId: 'r', LogicalResourceId: 'l' }],
  ['an address that is not a URL', { RequestType: 'Create', StackId: 's', RequestId: 'r', LogicalResourceId: 'l', ResponseURL: 'file:///etc' }],
  ['another request', { RequestType: 'List', StackId: 's', RequestId: 'r', LogicalResourceId: 'l', ResponseURL: URL_OF_ANSWER }],
])('an event that is not from CloudFormation fails with a hint: %s', async (_, raw) => {
  const bucket = new Bucket();
  expect(await failureOf(gate.answer(raw, bucket.put))).toMatch(/^MalformedEvent: .*"npx ecr-lifecycle plan" \(MalformedProperty/);
  expect(bucket.bodies).toEqual([]);
});

describe('over HTTP', () => {
  test('one PUT with an empty content type, which the signature covers', async () => {
    const requests: Array<Pick<IncomingMessage, 'method' | 'url' | 'headers'> & { body: string }> = [];
    const server = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
      requests.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(pieces).toString() });
      response.writeHead(requests.length === 1 ? 500 : 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      await sendAnswer(`http://127.0.0.1:${port}/answer?X-Amz-Signature=a%2Fb`, '{"Reason":"ö"}', new TestClock(), 60_000, putThrough(undefined));
      expect(requests).toHaveLength(2);
      for (const { method, url, headers, body } of requests) {
        expect([method, url, body]).toEqual(['PUT', '/answer?X-Amz-Signature=a%2Fb', '{"Reason":"ö"}']);
        expect(headers).toMatchObject({ 'content-type': '', 'content-length': '15' });
        expect(headers).not.toHaveProperty('transfer-encoding');
      }
    } finally {
      server.close();
    }
  });

  test('a refused connection is retried', async () => {
    const clock = new TestClock();
    expect(await failureOf(sendAnswer('http://127.0.0.1:9/answer', '{}', clock, 60_000, putThrough(undefined)))).toMatch(/^UnsentAnswer: .*attempt \d+: .*ECONNREFUSED/);
    expect(clock.slept.length).toBeGreaterThan(3);
  });
});

describe('the size of the answer', () => {
  const EVENT = { RequestType: 'Update', RequestId: 'r'.repeat(36), StackId: 's'.repeat(300), LogicalResourceId: 'l'.repeat(255), ResourceProperties: {} } as const;
  const failed = (reason: string): Outcome => ({ status: 'FAILED', physicalResourceId: 'p'.repeat(300), reason });

  test.each([
    ['Latin', 'a'], ['quotes', '"'], ['backslashes', '\\'], ['Greek', 'α'], ['Chinese', '版'], ['emoji', '🚢'],
    ['halves of pairs', '\ud83d'], ['control characters', '\u0001'], ['lines', 'line\n'], ['quotes and halves', '"\ud83d'],
  ])('is at most 4,096 bytes, with a reason of at most 1,500 characters on one line: %s', (_, text) => {
    for (const count of [1, 700, 1_499, 1_500, 20_000]) {
      const body = answerBody(EVENT, failed(text.repeat(count)));
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4_096);
      const { Reason } = JSON.parse(body) as { Reason: string };
      expect(Reason.length).toBeLessThanOrEqual(1_500);
      expect(Reason).not.toContain('\n');
      if (count > 1_500 && text !== '\u0001') expect(Reason).toMatch(/…$/);
    }
  });

  test('a reason that fits is not changed', () => {
    expect(JSON.parse(answerBody(EVENT, failed('short "and" plain')))).toMatchObject({ Status: 'FAILED', Reason: 'short "and" plain' });
    const success: Outcome = { status: 'SUCCESS', physicalResourceId: 'p', data: NO_IMAGES_AFFECTED };
    expect(JSON.parse(answerBody(EVENT, success))).not.toHaveProperty('Reason');
  });
});
