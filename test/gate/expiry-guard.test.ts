import { ExpiryGuard } from '../../src';

test.each([-1, 1.5, NaN, Infinity])('maxImages refuses %p', (limit) => {
  expect(() => ExpiryGuard.maxImages(limit)).toThrow('GuardLimitInvalid');
});

test('maxImages takes 0', () => {
  expect(ExpiryGuard.maxImages(0).id).toBe('max-images');
});

test.each([[[]], [['']], [['release-*', '']]])('protectTags refuses %j', (patterns: string[]) => {
  expect(() => ExpiryGuard.protectTags(...patterns)).toThrow('GuardPatternInvalid');
});

test('protectTags takes patterns', () => {
  expect(ExpiryGuard.protectTags('release-*', 'prod').id).toBe('protect-tags');
});
