import fc from 'fast-check';
import { approvedBy, fingerprintOf } from '../../../src/aws/judgment/fingerprint';
import type { AffectedImage } from '../../../src/core/judgment/affected-image';

const image = (name: string, action: AffectedImage['action'] = 'EXPIRE'): AffectedImage => ({ imageDigest: `sha256:${name}`, imageTags: [], action, rulePriority: 1 });
const images = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 12 }).map((names) => names.map((name) => image(name)));

test('does not depend on the order, and differs between expiry and archiving', () => {
  expect(fingerprintOf([image('a', 'TRANSITION'), image('b')])).toBe(fingerprintOf([image('b'), image('a', 'TRANSITION')]));
  expect(fingerprintOf([image('a', 'TRANSITION')])).not.toBe(fingerprintOf([image('a')]));
  expect(fingerprintOf([])).toMatch(/^[0-9a-f]{16}$/);
});

test('differs if another rule deletes an archived image later', () => {
  const archived = image('a', 'TRANSITION');
  expect(fingerprintOf([{ ...archived, expiresLaterBy: 2 }])).not.toBe(fingerprintOf([archived]));
});

test('law: one more or one fewer image changes the fingerprint', () => {
  fc.assert(fc.property(images, fc.nat(11), (all, dropped) => {
    const fewer = all.filter((_, i) => i !== dropped);
    expect(fingerprintOf(fewer) === fingerprintOf(all)).toBe(fewer.length === all.length);
  }));
});

describe('an approval', () => {
  const [now, tonight, tomorrow, entered] = ['now', 'tonight', 'tomorrow', 'entered'].map((name) => image(name));
  const given = fingerprintOf([now, tonight, tomorrow]);
  const covered = (affected: AffectedImage[], ahead: AffectedImage[]) => [...approvedBy(given, affected, ahead) ?? ['nothing']];

  test('covers the images that expire now and later', () => {
    expect(covered([now], [tonight, tomorrow])).toEqual(['sha256:now', 'sha256:tonight', 'sha256:tomorrow']);
  });

  test('remains valid when an image that it covers becomes due', () => {
    expect(covered([now, tonight], [tomorrow])).toEqual(['sha256:now', 'sha256:tonight', 'sha256:tomorrow']);
    expect(covered([now, tonight, tomorrow], [])).toEqual(['sha256:now', 'sha256:tonight', 'sha256:tomorrow']);
  });

  test('remains valid, but does not cover an image that has entered the look-ahead since', () => {
    expect(covered([now], [tonight, tomorrow, entered])).toEqual(['sha256:now', 'sha256:tonight', 'sha256:tomorrow']);
  });

  test('is void if another image expires now, if a covered image is deleted, or if an uncovered one expires sooner', () => {
    expect(covered([now, entered], [tonight, tomorrow])).toEqual(['nothing']);
    expect(covered([now], [tonight])).toEqual(['nothing']);
    expect(covered([now], [entered, tonight, tomorrow])).toEqual(['nothing']);
  });

  test('can be one of several, and the one that covers the most images counts', () => {
    const approvedByAll = (...approvals: string[]) => [...approvedBy(approvals.join(', '), [now], [tonight, tomorrow]) ?? ['nothing']];
    expect(approvedByAll('0123456789abcdef', given)).toHaveLength(3);
    expect(approvedByAll(given, fingerprintOf([now]))).toHaveLength(3);
    expect(approvedByAll(fingerprintOf([now]), 'malformed')).toEqual(['sha256:now']);
    expect(approvedByAll('0123456789abcdef', `${given}0`, given.toUpperCase(), given.slice(0, 15))).toEqual(['nothing']);
  });

  test('is undefined if none is given', () => {
    expect(approvedBy(undefined, [now], [])).toBeUndefined();
    expect(approvedBy(' , ', [now], [])).toBeUndefined();
  });
});
