import { Duration } from 'aws-cdk-lib';
import { ResponseDesk } from '../../rehearsal/cloudformation/response-desk';
import { Rehearsal } from '../../rehearsal/rehearsal';
import {
  ExpireWhen, LifecycleGuard, GatedRepository, GatedRepositoryProps, GateEnforcement, ImageSelection, LifecyclePolicy, LifecycleRule,
} from '../../src';

/* The answer of a custom resource is limited to 4,096 bytes. The answers of the real function are within the limit. */

const MAX_BYTES = 4_096;
const MANY = 10_000;
const MAX_TAG_LENGTH = 128;
const REPOSITORY = `shop/${'web'.repeat(80)}`;
const KEEP_ALL = LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.tagged('*') }));
const KEEP_NONE = LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(1)) }));
/** Guards that all images violate. */
const GUARDS = [
  LifecycleGuard.maxImages(1), LifecycleGuard.maxPercent(1), LifecycleGuard.protectTags('*', ...Array.from({ length: 30 }, (_, i) => `release-candidate-of-team-${i}-*`)),
  LifecycleGuard.protectPushedWithin(Duration.days(36_500)), LifecycleGuard.protectNewest(2_000_000), LifecycleGuard.keepAtLeast(1_000),
];
const ALPHABETS = {
  'Latin': 'abcXYZ09._-',
  'Greek': 'αβγδεζηθ',
  'Arabic': 'ابتثجحخد',
  'Chinese': '版本發布圖像庫存',
  'emoji': '🚢📦🐳🧱',
  // Each of these takes two to six bytes in JSON.
  'characters that JSON escapes': '"\\\u0001\u007f\u2028\t\n',
};

let rehearsal: Rehearsal;
let answers: string[];
beforeAll(async () => {
  rehearsal = await Rehearsal.start();
  const put = ResponseDesk.prototype.put;
  jest.spyOn(ResponseDesk.prototype, 'put').mockImplementation(function (this: ResponseDesk, requestId: string, body: string) {
    answers.push(body);
    return put.call(this, requestId, body);
  });
  answers = [];
  await deploy({ lifecyclePolicy: KEEP_ALL });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await rehearsal.stop();
});

function deploy(props: GatedRepositoryProps) {
  return rehearsal.deploy('Shop', (stack) => new GatedRepository(stack, 'Web', { repositoryName: REPOSITORY, ...props }));
}

/** Replaces the images by old ones with tags of the maximum length. */
function fill(count: number, alphabet: (i: number) => string): void {
  const repository = rehearsal.ecr.registry.repository(REPOSITORY);
  for (const { imageDigest } of repository.images) repository.store.remove(imageDigest);
  const pushedAt = rehearsal.ecr.clock.now() - 10 * 24 * 60 * 60 * 1000;
  for (let i = 0; i < count; i++) {
    const letters = [...alphabet(i)];
    const tag = Array.from({ length: MAX_TAG_LENGTH }, (_, at) => letters[(at * 7 + i) % letters.length]).join('');
    repository.addImage({ tags: [`${i}${tag}`], pushedAt });
  }
}

async function blocked(): Promise<{ body: string; reason: string }> {
  answers = [];
  const { status } = await deploy({ lifecyclePolicy: KEEP_NONE, guards: GUARDS });
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const body = answers.find((answer) => answer.includes('"FAILED"'))!;
  return { body, reason: JSON.parse(body).Reason };
}

test(`${MANY.toLocaleString('en')} unexpected images with tags of the maximum length fit into one answer, with their number`, async () => {
  const alphabets = Object.values(ALPHABETS);
  fill(MANY, (i) => alphabets[i % alphabets.length]);
  const { body, reason } = await blocked();
  expect(Buffer.byteLength(body)).toBeLessThan(MAX_BYTES);
  expect(reason).toContain('would expire 10,000 images, all unexpected');
  expect(reason).toContain('max-images: 10,000 images would expire, but at most 1 may');

  answers = [];
  const warned = await deploy({ lifecyclePolicy: KEEP_NONE, guards: GUARDS, gateEnforcement: GateEnforcement.WARN });
  expect(warned.status).toBe('UPDATE_COMPLETE');
  expect(answers.map((answer) => Buffer.byteLength(answer)).every((bytes) => bytes < MAX_BYTES)).toBe(true);
  expect(JSON.parse(answers[0]).Data.ExpiringImageCount).toBe(MANY);
  await deploy({ lifecyclePolicy: KEEP_ALL });
}, 100_000);

test.each(Object.entries(ALPHABETS))('a message with tags in %s is within the limit, and has one line', async (_, alphabet) => {
  fill(10, () => alphabet);
  const { body, reason } = await blocked();
  expect(Buffer.byteLength(body)).toBeLessThan(MAX_BYTES);
  expect(reason).toContain('would expire 10 images');
  expect(reason).not.toContain('\n');
  expect(reason.length).toBeLessThanOrEqual(1_500);
  expect(reason).toContain('Shop-cdkecrlifecycleLifecyclePreviewGateProviderLog');
});
