import fc from 'fast-check';
import { approvedBy, fingerprintOf } from '../../../src/aws/judgement/fingerprint';
import type { AffectedImage } from '../../../src/core/judgement/affected-image';

const image = (name: string, action: AffectedImage['action'] = 'EXPIRE'): AffectedImage => ({ imageDigest: `sha256:${name}`, imageTags: [], action, rulePriority: 1 });
const images = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 12 }).map((names) => names.map((name) => image(name)));

test('does not depend on the order, and tells expiry from archiving', () => {
  expect(fingerprintOf([image('a', 'TRANSITION'), image('b')])).toBe(fingerprintOf([image('b'), image('a', 'TRANSITION')]));
  expect(fingerprintOf([image('a', 'TRANSITION')])).not.toBe(fingerprintOf([image('a')]));
  expect(fingerprintOf([])).toMatch(/^[0-9a-f]{16}$/);
});

test('tells archiving from archiving that another rule follows with a deletion', () => {
  const archived = image('a', 'TRANSITION');
  expect(fingerprintOf([{ ...archived, expiresLaterBy: 2 }])).not.toBe(fingerprintOf([archived]));
});

test('law: one image more or fewer makes another fingerprint', () => {
  fc.assert(fc.property(images, fc.nat(11), (all, dropped) => {
    const fewer = all.filter((_, i) => i !== dropped);
    expect(fingerprintOf(fewer) === fingerprintOf(all)).toBe(fewer.length === all.length);
  }));
});

describe('an approval', () => {
  const [now, tonight, tomorrow, entered] = ['now', 'tonight', 'tomorrow', 'entered'].map((name) => image(name));
  const given = fingerprintOf([now, tonight, tomorrow]);
  const names = (affected: AffectedImage[], ahead: AffectedImage[]) => [...approvedBy(given, affected, ahead) ?? ['nothing']];

  test('names what goes now and later', () => {
    expect(names([now], [tonight, tomorrow])).toEqual(['sha256:now', 'sha256:tonight', 'sha256:tomorrow']);
  });

  test('stays valid when an image that it names falls due', () => {
    expect(names([now, tonight], [tomorrow])).toEqual(['sha256:now', 'sha256:tonight', 'sha256:tomorrow']);
    expect(names([now, tonight, tomorrow], [])).toEqual(['sha256:now', 'sha256:tonight', 'sha256:tomorrow']);
  });

  test('does not name an image that has entered the look-ahead since, and stays valid', () => {
    expect(names([now], [tonight, tomorrow, entered])).toEqual(['sha256:now', 'sha256:tonight', 'sha256:tomorrow']);
  });

  test('is void when another image goes now, when an image is gone, or when one goes sooner that it does not name', () => {
    expect(names([now, entered], [tonight, tomorrow])).toEqual(['nothing']);
    expect(names([now], [tonight])).toEqual(['nothing']);
    expect(names([now], [entered, tonight, tomorrow])).toEqual(['nothing']);
  });

  test('is none where none is given', () => {
    expect(approvedBy(undefined, [now], [])).toBeUndefined();
  });
});
