import * as fc from 'fast-check';
import { describeJsonError, jsonErrorIn } from '../../../src/core/text/json-error';

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test.each<[string, string, string]>([
  ['cut off in an object', '{"a": 1,\n "b": [', 'it is cut off: it ends at line 2, column 8, before its JSON is complete'],
  ['cut off in a string', '{"a": "some te', 'it is cut off: it ends at line 1, column 15, before its JSON is complete'],
  ['cut off in a word', '{"a": tr', 'it is cut off: it ends at line 1, column 9, before its JSON is complete'],
  ['cut off after a comma', '{"a": 1,\n', 'it is cut off: it ends at line 2, column 1, before its JSON is complete'],
  ['two pages', '{"a": 1}\n{"a": 2}', 'several JSON texts follow one another, the second one at line 2, column 1'],
  ['two pages, the second one cut off', '{"a": 1}{"a": ', 'several JSON texts follow one another, the second one at line 1, column 9'],
  ['two lists', '[1]\r\n[2]', 'several JSON texts follow one another, the second one at line 2, column 1'],
  ['an extra comma', '{"a": 1,,\n"b": 2}', 'unexpected "," at line 1, column 9'],
  ['a comma at the end', '{\n  "a": [1, 2,]\n}', 'unexpected "]" at line 2, column 14'],
  ['a missing comma', '{\n "a": 1\n "b": 2}', 'unexpected "\\"b\\": 2}" at line 3, column 2'],
  ['a key without quotes', '{a: 1}', 'unexpected "a: 1}" at line 1, column 2'],
  ['single quotes', "{'a': 1}", 'unexpected "\'a\': 1}" at line 1, column 2'],
  ['a comment', '{\n // mine\n}', 'unexpected "// mine" at line 2, column 2'],
  ['a literal of Python', '{"a": None}', 'unexpected "None}" at line 1, column 7'],
  ['the wrong bracket', '{"a": [1}', 'unexpected "}" at line 1, column 9'],
  ['text after it', '{} x', 'unexpected "x" at line 1, column 4'],
  ['a number with a leading zero', '[01]', 'unexpected "01]" at line 1, column 2'],
  ['a line break in a string', '["a\nb"]', 'unexpected "\\"a" at line 1, column 2'],
  ['YAML', 'rules:\n  - a', 'unexpected "rules:" at line 1, column 1'],
  ['nothing', ' \n', 'it is empty'],
  ['a byte order mark', '\ufeff{}', 'it begins with a byte order mark (U+FEFF), which JSON does not allow'],
  ['UTF-16 that was read as UTF-8', '\ufffd\ufffd{\u0000"\u0000', 'it looks like UTF-16 that was read as UTF-8, so read or save it in the right encoding'],
  ['UTF-16 without a mark', '{\u0000"\u0000', 'it looks like UTF-16 that was read as UTF-8, so read or save it in the right encoding'],
])('%s', (_, text, message) => {
  expect(isJson(text)).toBe(false);
  expect(describeJsonError(text)).toBe(message);
});

test('a text of any depth and length has a place', () => {
  expect(jsonErrorIn('['.repeat(200_000))).toMatchObject({ kind: 'CUT_OFF', line: 1, column: 200_001 });
  expect(jsonErrorIn(`["${'x'.repeat(3_000_000)}" 1]`)).toMatchObject({ kind: 'UNEXPECTED', column: 3_000_005 });
  expect(jsonErrorIn(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}]`)).toMatchObject({ kind: 'UNEXPECTED' });
});

test('each beginning of a JSON text that is not JSON is cut off', () => {
  fc.assert(fc.property(fc.json(), fc.nat(), (json, seed) => {
    const text = json.slice(0, seed % (json.length + 1));
    fc.pre(text !== '' && !isJson(text));
    expect([text, jsonErrorIn(text).kind]).toEqual([text, 'CUT_OFF']);
  }), { numRuns: 1000 });
});

test('an error always has a place within the text or at its end', () => {
  fc.assert(fc.property(fc.json(), fc.nat(), fc.constantFrom(',', ']', '}', ':', '@', '"', '1'), (json, seed, wrong) => {
    const at = seed % (json.length + 1);
    const text = json.slice(0, at) + wrong + json.slice(at);
    fc.pre(!isJson(text));
    const { line, column } = jsonErrorIn(text);
    expect(line).toBe(1);
    expect(column).toBeLessThanOrEqual(text.length + 1);
  }), { numRuns: 1000 });
});
