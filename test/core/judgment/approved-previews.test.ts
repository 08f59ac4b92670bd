import { approvalsIn, formatUnusedApproval, isFingerprint } from '../../../src/core/judgment/approved-previews';

const [A, B] = ['e50b9e34539304c9', '0123456789abcdef'];

test.each([
  [undefined, []], ['', []], [' ,\n', []], [A, [A]], [`${A},${B}`, [A, B]], [` ${A} ,\n\t${B},`, [A, B]], [`${A} ${B}`, [A, B]],
])('the text %j has the fingerprints %j', (text, expected) => {
  expect(approvalsIn(text)).toEqual(expected);
});

test.each([[A, true], [A.toUpperCase(), false], [A.slice(1), false], [`${A}0`, false], ['', false]])('%j is a fingerprint: %p', (text, expected) => {
  expect(isFingerprint(text)).toBe(expected);
});

test.each([
  [undefined, undefined],
  ['', undefined],
  [A, `The approved preview ${A} is for another set of images.`],
  [`${A},${B}`, 'None of the 2 approved previews is for this set of images.'],
])('an unused approval %j is explained: %j', (text, expected) => {
  expect(formatUnusedApproval(text)).toBe(expected);
});
