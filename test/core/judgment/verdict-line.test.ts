import type { AffectedImage } from '../../../src/core/judgment/affected-image';
import type { Guard } from '../../../src/core/judgment/guards/guard';
import { judge } from '../../../src/core/judgment/judgment';
import { verdictLine } from '../../../src/core/judgment/verdict-line';
import { oneLine } from '../../../src/core/text/one-line';

const CONTEXT = { repositoryName: 'team/app', fingerprint: '0123456789abcdef', isLive: false, report: 'The whole report is in log group /aws/lambda/gate' };

function images(count: number, tag: (i: number) => string): AffectedImage[] {
  return Array.from({ length: count }, (_, i) => ({
    imageDigest: `sha256:${String(i).padStart(64, '0')}`, imageTags: [tag(i)], action: 'EXPIRE', rulePriority: 2,
  }));
}

const line = (guards: Guard[], affected: AffectedImage[]) => verdictLine(judge(guards, { affected, now: 0 }), CONTEXT);

test('states the effect, the unexpected images, the reasons and the correction', () => {
  const affected = images(5, (i) => (i === 0 ? 'release-1.4' : `pr-${i}`));
  expect(line([{ id: 'max-images', limit: 10 }, { id: 'protect-tags', patterns: ['release-*'] }], affected)).toBe(
    'the lifecycle policy for repository "team/app" would expire 5 images, 1 unexpected (preview 0123456789abcdef). ' +
    'The deployment is stopped; the live policy stays unchanged. ' +
    'protect-tags: 1 image with a tag like release-* would expire: release-1.4 sha256:000000000000 (rule 2). ' +
    'To approve exactly these images, set approvedPreview (gateApprovedPreview on a GatedRepository) to "0123456789abcdef". ' +
    'The whole report is in log group /aws/lambda/gate.');
});

test('explains the implied limit', () => {
  expect(line([], images(1, () => 'a'))).toContain('No guard limits how many images may expire, so none may: see LifecycleGuard.maxImages');
});

test('names some images and the number of the others', () => {
  expect(line([{ id: 'max-images', limit: 1 }], images(5000, (i) => `t${i}`)))
    .toContain('max-images: 5,000 images would expire, but at most 1 may: t0 sha256:000000000000 (rule 2), t1 sha256:000000000000 (rule 2), ' +
      't2 sha256:000000000000 (rule 2) and 4,997 more');
});

describe('the line', () => {
  test.each([
    ['ASCII', 'release-'.repeat(40)],
    ['Han', '版'.repeat(128)],
    ['emoji', '🚢'.repeat(150)],
    ['line breaks', 'a\n\tb\r\u2028'.repeat(60)],
  ])('is within 1,500 characters and much shorter than 4,096 bytes with %s in tags and patterns', (_, tag) => {
    const reason = line([{ id: 'protect-tags', patterns: Array.from({ length: 50 }, () => tag) }], images(100_000, () => tag));
    expect(reason.length).toBeLessThanOrEqual(1500);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(2400);
    expect(reason).not.toMatch(/[\n\r\u2028]/);
    expect(reason).toContain(CONTEXT.fingerprint);
  });

  test('is unchanged if it fits, and otherwise ends in an ellipsis', () => {
    expect(oneLine('a'.repeat(1500))).toBe('a'.repeat(1500));
    expect(oneLine('a'.repeat(1501))).toBe(`${'a'.repeat(1499)}…`);
    expect(oneLine(' a\n\n b\u0007c ')).toBe('a b c');
  });
});
