import { GateUnderTest, MANY } from './gate-under-test';

/* A failure to store the report does not change the verdict. */

const BUCKET = 'gate-reports';
const WITH_BUCKET = { ReportBucket: BUCKET };
const NOT_ALLOWED = { ...WITH_BUCKET, Guards: [{ Id: 'max-images', Limit: '0' }] };
const notStored = () => gate.logged.filter(({ outcome }) => outcome === 'REPORT_NOT_STORED');

let gate: GateUnderTest;
beforeAll(async () => {
  gate = await GateUnderTest.start();
  process.env.AWS_ENDPOINT_URL_S3 = gate.rehearsal.s3.endpoint;
});
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL_S3;
  await gate.stop();
});
beforeEach(() => gate.reset('a', 'b', 'c'));

test('a missing bucket does not change the verdict, and is logged', async () => {
  expect((await gate.run(WITH_BUCKET)).Data.ExpiringImageCount).toBe(2);
  expect(notStored()).toEqual([{ outcome: 'REPORT_NOT_STORED', bucket: BUCKET, because: expect.stringContaining('NoSuchBucket') }]);
  expect(await gate.reasonOf(gate.run(NOT_ALLOWED))).toMatch(/^UnexpectedExpiry: .*The whole report is in log group \/aws\/lambda\/gate/);
});

describe('an existing bucket', () => {
  const objects = () => [...gate.rehearsal.s3.objects(BUCKET)].slice(-2);
  beforeAll(() => gate.rehearsal.s3.createBucket(BUCKET));

  test('has the whole report, and the message has its location', async () => {
    expect(await gate.reasonOf(gate.run(NOT_ALLOWED))).toContain('The whole report is at s3://gate-reports/shop/web/');
    const [[page], [json, { body }]] = objects();
    expect(page.replace(/html$/, 'json')).toBe(json);
    expect(JSON.parse(String(body))).toEqual(gate.report);
    expect(notStored()).toEqual([]);
  });

  test('has the report of many images', async () => {
    gate.fillPages();
    await gate.expectPass(300, { ...MANY, ...WITH_BUCKET });
    expect(JSON.parse(String(objects()[1][1].body)).images).toHaveLength(300);
  });

  test('a failing log does not change the verdict', async () => {
    const failLog = () => {
      gate.logged = [];
      gate.logged.push = (entry) => {
        if ('pieces' in entry) throw new Error('the log is full');
        return Array.prototype.push.call(gate.logged, entry);
      };
    };
    failLog();
    expect((await gate.run(WITH_BUCKET)).Data.ExpiringImageCount).toBe(2);
    expect(notStored()).toEqual([{ outcome: 'REPORT_NOT_STORED', bucket: BUCKET, because: 'Error: the log is full' }]);
    failLog();
    expect(await gate.reasonOf(gate.run(NOT_ALLOWED))).toMatch(/^UnexpectedExpiry: /);
  });
});
