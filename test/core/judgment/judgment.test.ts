import type { AffectedImage } from '../../../src/core/judgment/affected-image';
import type { Guard } from '../../../src/core/judgment/guards/guard';
import { judge } from '../../../src/core/judgment/judgment';

function image(name: string, tags: string[] = [], action: AffectedImage['action'] = 'EXPIRE'): AffectedImage {
  return { imageDigest: `sha256:${name}`, imageTags: tags, action, rulePriority: 1 };
}

const maxImages = (limit: number): Guard => ({ id: 'max-images', limit });
const maxArchived = (limit: number): Guard => ({ id: 'max-archived', limit });
const protectTags = (...patterns: string[]): Guard => ({ id: 'protect-tags', patterns });

const unexpectedBy = (guards: Guard[], affected: AffectedImage[]) =>
  judge(guards, { affected, now: 0 }).violations.map(({ guardId, images }) => [guardId, images.map(({ imageDigest }) => imageDigest)]);

describe('without a limit on expiring images', () => {
  test('no expiry is expected', () => {
    const judgment = judge([], { affected: [image('a')], now: 0 });
    expect(judgment).toMatchObject({ expiring: 1, limitImplied: true, unexpected: [image('a')] });
    expect(judgment.violations[0]).toMatchObject({ guardId: 'max-images', because: '1 image would expire, but at most 0 may' });
  });

  test('another guard does not allow expiry', () => {
    expect(unexpectedBy([protectTags('prod')], [image('a')])).toEqual([['max-images', ['sha256:a']]]);
  });

  test('no archiving is expected', () => {
    expect(judge([], { affected: [image('a', [], 'TRANSITION')], now: 0 })).toMatchObject({
      expiring: 0, archiving: 1, archiveLimitImplied: true, violations: [{ guardId: 'max-archived', because: '1 image would be archived, but at most 0 may' }],
    });
  });

  test('a limit on expiries does not allow archiving', () => {
    expect(unexpectedBy([maxImages(9)], [image('a', [], 'TRANSITION')])).toEqual([['max-archived', ['sha256:a']]]);
  });
});

describe('max-images', () => {
  test.each([[3, 0], [2, 0], [1, 1], [0, 1]])('2 expiring images with a limit of %i', (limit, violations) => {
    expect(unexpectedBy([maxImages(limit), maxArchived(1)], [image('a'), image('b'), image('c', [], 'TRANSITION')])).toHaveLength(violations);
  });

  test('the lower of two limits applies', () => {
    expect(unexpectedBy([maxImages(1), maxImages(5)], [image('a'), image('b')])).toEqual([['max-images', ['sha256:a', 'sha256:b']]]);
  });
});

describe('the budget of a rule', () => {
  const budget = (rulePriority: number, limit: number): Guard => ({ id: 'max-expiring', rulePriority, limit });
  const byRule = (rulePriority: number, name: string) => ({ ...image(name), rulePriority });

  test('applies to that rule only, and replaces the limit there', () => {
    const affected = [byRule(1, 'a'), byRule(1, 'b'), byRule(2, 'c')];
    expect(unexpectedBy([budget(1, 2), budget(2, 1)], affected)).toEqual([]);
    expect(unexpectedBy([budget(1, 1), budget(2, 1)], affected)).toEqual([['max-expiring', ['sha256:a', 'sha256:b']]]);
  });

  test('does not allow other rules to expire images', () => {
    expect(unexpectedBy([budget(1, 2)], [byRule(1, 'a'), byRule(2, 'c')])).toEqual([['max-images', ['sha256:c']]]);
  });

  test('does not raise a limit for all rules', () => {
    expect(unexpectedBy([budget(1, 2), maxImages(1)], [byRule(1, 'a'), byRule(1, 'b')])).toEqual([['max-images', ['sha256:a', 'sha256:b']]]);
  });

  test('does not count archived images', () => {
    expect(unexpectedBy([budget(1, 0), maxArchived(1)], [{ ...byRule(1, 'a'), action: 'TRANSITION' }])).toEqual([]);
  });
});

describe('protect-tags', () => {
  const guards = [maxImages(100), maxArchived(100), protectTags('release-*', 'prod')];

  test('one tag that matches one pattern is enough', () => {
    const affected = [image('a', ['x', 'prod']), image('b', ['release-1']), image('c', ['production']), image('d')];
    expect(unexpectedBy(guards, affected)).toEqual([['protect-tags', ['sha256:a', 'sha256:b']]]);
  });

  test('also applies to archiving', () => {
    expect(unexpectedBy(guards, [image('a', ['prod'], 'TRANSITION')])).toEqual([['protect-tags', ['sha256:a']]]);
  });

  test('objects in addition to a limit', () => {
    const judgment = judge([maxImages(1), protectTags('prod')], { affected: [image('a', ['prod']), image('b')], now: 0 });
    expect(judgment.violations.map(({ guardId }) => guardId)).toEqual(['max-images', 'protect-tags']);
    expect(judgment.unexpected).toHaveLength(2);
  });
});

describe('an image that is archived and expires in the archive', () => {
  const archived = (name: string): AffectedImage => ({ ...image(name, [], 'TRANSITION'), expiresLaterBy: 7 });

  test('counts as expiring for every limit', () => {
    expect(unexpectedBy([maxImages(1), maxArchived(9)], [image('a'), archived('b')])).toEqual([['max-images', ['sha256:a', 'sha256:b']]]);
    expect(judge([maxImages(0), maxArchived(9)], { affected: [archived('a')], now: 0 }).violations[0].because)
      .toBe('1 image would expire (all after archiving), but at most 0 may');
  });

  test('counts for the budget of the rule that expires it', () => {
    const budget = (limit: number): Guard => ({ id: 'max-expiring', rulePriority: 7, limit });
    expect(unexpectedBy([maxArchived(9), budget(1)], [archived('a')])).toEqual([]);
    expect(unexpectedBy([maxArchived(9), budget(0)], [archived('a')])).toEqual([['max-expiring', ['sha256:a']]]);
  });

  test('is not counted as expiring now', () => {
    expect(judge([], { affected: [archived('a')], now: 0 })).toMatchObject({ expiring: 0, archiving: 1 });
  });
});

describe('images that are affected within the look-ahead', () => {
  const later = (name: string, tags: string[] = []): AffectedImage => ({ ...image(name, tags), goesAt: '2026-03-02T00:00:00.000Z' });

  test('are protected but not counted by limits', () => {
    const evidence = { affected: [image('a')], ahead: [later('b', ['prod']), later('c')], now: 0 };
    expect(judge([maxImages(1), protectTags('prod')], evidence)).toMatchObject({
      expiring: 1, ahead: 2, blocks: true, violations: [{ guardId: 'protect-tags', images: [{ imageDigest: 'sha256:b' }] }],
    });
  });

  test('are approved only if the approval names them', () => {
    const evidence = { affected: [image('a')], ahead: [later('b', ['prod'])], now: 0 };
    const judged = (...approved: string[]) => judge([protectTags('prod')], evidence, { approved: new Set(approved) });
    expect(judged('sha256:a', 'sha256:b')).toMatchObject({ approved: true, blocks: false, unexpected: [{}, {}] });
    expect(judged('sha256:a')).toMatchObject({ approved: true, blocks: true });
  });
});

describe('added guards', () => {
  const judged = (guards: Guard[], added: Guard[]) => judge(guards, { affected: [image('a', ['prod']), image('b')], now: 0 }, { added });

  test('object like the others', () => {
    expect(judged([maxImages(5)], [protectTags('prod')]).violations).toMatchObject([{ guardId: 'protect-tags', images: [{ imageDigest: 'sha256:a' }] }]);
    expect(judged([maxImages(5)], [maxImages(1)]).violations).toMatchObject([{ guardId: 'max-images' }]);
  });

  test('never replace the implied limit', () => {
    expect(judged([], [maxImages(5)])).toMatchObject({ limitImplied: true, violations: [{ because: '2 images would expire, but at most 0 may' }] });
    expect(judged([maxImages(5)], [])).toMatchObject({ limitImplied: false, violations: [] });
  });
});
