import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { AddressInfo, connect, Server } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { GateUnderTest, PROPERTIES } from './gate-under-test';
import { readBody } from '../../rehearsal/http/loopback-server';

/*
 * The bundle behind a proxy with a certificate authority of its own. The names of the services exist nowhere, so each call that
 * arrives has gone through the proxy.
 */

const BUNDLE = path.join(__dirname, '../../assets/lifecycle-preview-gate/index.js');
const INVOKE = `require(${JSON.stringify(BUNDLE)}).handler(JSON.parse(process.env.EVENT), { getRemainingTimeInMillis: () => Number(process.env.REMAINING ?? 60000), logGroupName: '/gate' })
  .then(() => process.exit(0), (error) => { console.error(String(error)); process.exit(1); })`;

const directory = mkdtempSync(path.join(tmpdir(), 'proxy-'));
const file = (name: string) => path.join(directory, name);
const hasOpenssl = makeCertificate();
if (!hasOpenssl) console.warn('the calls through a proxy are not tested: openssl, which makes the certificate, is not installed');

/** Makes a certificate for all services, and returns false if the tool is missing. */
function makeCertificate(): boolean {
  return spawnSync('openssl', [
    'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=aws.test', '-addext', 'subjectAltName=DNS:*.aws.test',
    '-keyout', file('key.pem'), '-out', file('ca.pem'),
  ]).status === 0;
}

let gate: GateUnderTest;
let services: https.Server;
let proxy: http.Server;
let connected: string[] = [];
let answers: string[] = [];

const listen = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const portOf = (server: Server) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  gate = await GateUnderTest.start();
  if (!hasOpenssl) return;
  const { rehearsal } = gate;
  const targets: Record<string, string> = {
    'ecr.aws.test': rehearsal.ecr.endpoint, 'cloudformation.aws.test': rehearsal.cloudFormation.endpoint, 'events.aws.test': rehearsal.runtimes.endpoint,
  };
  services = https.createServer({ key: readFileSync(file('key.pem')), cert: readFileSync(file('ca.pem')) }, (request, response) => {
    const target = targets[request.headers.host ?? ''];
    if (target === undefined) {
      void readBody(request).then((body) => {
        answers.push(body.toString());
        response.end();
      });
      return;
    }
    const forwarded = http.request(target + request.url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    request.pipe(forwarded);
  });
  proxy = http.createServer().on('connect', (request, socket, head) => {
    connected.push(request.url!);
    const upstream = connect(portOf(services), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await Promise.all([listen(services), listen(proxy)]);
});
afterAll(async () => {
  services?.closeAllConnections();
  services?.close();
  proxy?.close();
  rmSync(directory, { recursive: true });
  await gate.stop();
});
beforeEach(() => {
  gate.reset('a', 'b', 'c');
  connected = [];
  answers = [];
});

/** Runs the bundle in a process of its own, as Lambda does. */
function invoke(environment: Record<string, string>, properties: object = {}): Promise<{ readonly output: string; readonly failed: boolean }> {
  const event = {
    RequestType: 'Update',
    ResponseURL: 'https://answers.aws.test/answer',
    StackId: gate.stackId,
    RequestId: 'request-1',
    LogicalResourceId: 'Gate',
    PhysicalResourceId: 'gate-1',
    ResourceProperties: { ...PROPERTIES, ...properties },
  };
  const env = {
    PATH: process.env.PATH,
    EVENT: JSON.stringify(event),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'gate',
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_ENDPOINT_URL_ECR: 'https://ecr.aws.test',
    AWS_ENDPOINT_URL_CLOUDFORMATION: 'https://cloudformation.aws.test',
    AWS_ENDPOINT_URL_EVENTBRIDGE: 'https://events.aws.test',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...environment,
  };
  return new Promise((resolve) => execFile(process.execPath, ['-e', INVOKE], { env }, (error, stdout, stderr) => resolve({ output: stdout + stderr, failed: error !== null })));
}

/** The function retries until its time is up. */
const SHORT = { REMAINING: '4000' };
const hosts = () => [...new Set(connected)].sort();
const withProxy = (name = 'HTTPS_PROXY') => ({ [name]: `http://127.0.0.1:${portOf(proxy)}`, NODE_EXTRA_CA_CERTS: file('ca.pem') });

(hasOpenssl ? describe : describe.skip)('behind a proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy'])('%s: all calls, and the response to CloudFormation, go through it', async (name) => {
    await invoke(withProxy(name));
    expect(hosts()).toEqual(['answers.aws.test:443', 'cloudformation.aws.test:443', 'ecr.aws.test:443']);
    expect(answers.map((answer) => JSON.parse(answer).Status)).toEqual(['SUCCESS']);
  });

  test('so does the event about a gate that fails', async () => {
    await invoke({ ...withProxy(), LIFECYCLE_GATE_EVENT_BUS: 'arn:aws:events:us-east-1:111122223333:event-bus/ops' }, { Guards: [] });
    expect(answers.map((answer) => JSON.parse(answer).Status)).toEqual(['FAILED']);
    expect(hosts()).toContain('events.aws.test:443');
    expect(gate.rehearsal.runtimes.events).toMatchObject([{ detailType: 'Lifecycle Gate Failed' }]);
  });

  test('without its certificate authority, nothing arrives', async () => {
    const { failed } = await invoke({ ...withProxy(), NODE_EXTRA_CA_CERTS: '', ...SHORT });
    expect(failed).toBe(true);
    expect(answers).toEqual([]);
  });

  test('hosts in NO_PROXY are called directly', async () => {
    await invoke({ ...withProxy(), NO_PROXY: 'answers.aws.test', ...SHORT });
    expect(hosts()).not.toContain('answers.aws.test:443');
    expect(answers).toEqual([]); // the name exists nowhere
  });
});
