import * as fc from 'fast-check';
import { policyDocument } from './arbitraries';
import type { PolicyDocument } from '../../../src/core/policy/policy-document';
import { checkPolicyTextLength, parsePolicyText, renderPolicyText, samePolicy } from '../../../src/core/policy/policy-text';
import { ANY, ARCHIVED, prefixes, PULLED, PUSHED, rule, TO_ARCHIVE, UNTAGGED } from '../policy-fixtures';

const textOf = (...rules: unknown[]) => JSON.stringify({ rules });
const VALID = textOf(rule());

function problemsOf(text: string) {
  const parsed = parsePolicyText(text);
  return parsed.ok ? [] : parsed.problems;
}

const codesOf = (text: string) => problemsOf(text).map(({ code, path }) => `${code} ${path}`);

describe('an accepted text', () => {
  const accepted: Record<string, string> = {
    'compact': VALID,
    'oddly spaced': `\n\t ${JSON.stringify({ rules: [rule()] }, null, '\t\r\n ')}  \n`,
    'with rules out of order and gaps between priorities': textOf(rule({ rulePriority: 900 }), rule({ rulePriority: 7 }), rule({ rulePriority: 30 })),
    'with prefixes': textOf(rule({ selection: prefixes('v', 'release-') })),
    'with and without descriptions': textOf(rule({ description: 'keep ten' }), rule({ rulePriority: 2 })),
    'with descriptions in any script': textOf(rule({ description: 'behalte 10 – 保持 🐳 \u0000 "quoted" \\ \u2028' })),
    'with a lone surrogate, escaped': textOf(rule({ description: '\ud83d' })),
    'with escapes in keys': VALID.replace('"rules"', '"\\u0072ules"'),
    'with keys in another order': `{"rules":[{"action":{"type":"expire"},"selection":{"countNumber":5,"countType":"imageCountMoreThan",${''
    }"tagStatus":"any"},"rulePriority":1,"description":""}]}`,
    'with numbers of another spelling': VALID.replace('"countNumber":10', '"countNumber":1.0e1'),
    'with a rule for any image of each storage class': textOf(
      rule({ selection: { ...ANY, ...PULLED }, action: TO_ARCHIVE }), rule({ rulePriority: 2, selection: { ...ARCHIVED, ...ANY } }),
    ),
    'with every kind of selection': textOf(
      rule({ selection: UNTAGGED }), rule({ rulePriority: 2, selection: PUSHED, action: TO_ARCHIVE }), rule({ rulePriority: 3, selection: ARCHIVED }),
    ),
  };

  test.each(Object.entries(accepted))('%s', (_, text) => {
    const parsed = parsePolicyText(text);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));

    expect(samePolicy(text, renderPolicyText(parsed.value))).toBe(true);
  });

  test('keeps its rules in the order of the text', () => {
    const parsed = parsePolicyText(textOf(rule({ rulePriority: 9 }), rule({ rulePriority: 4 })));

    expect(parsed.ok && parsed.value.rules.map(({ rulePriority }) => rulePriority)).toEqual([9, 4]);
  });

  test('of any valid document is parsed to the same document', () => {
    fc.assert(fc.property(policyDocument, fc.constantFrom('', ' ', '\n\t'), (document, space) => {
      const text = JSON.stringify(document, null, space);
      expect(parsePolicyText(text)).toStrictEqual({ ok: true, value: document });
      expect(samePolicy(text, renderPolicyText(document))).toBe(true);
    }));
  });
});

describe('a rendered text', () => {
  test('is compact, with the keys in the order that ECR documents, and without absent keys', () => {
    const document: PolicyDocument = {
      rules: [{
        action: { targetStorageClass: 'archive', type: 'transition' },
        selection: {
          countNumber: 90, countUnit: 'days', countType: 'sinceImagePulled', tagPatternList: ['v*'], tagPrefixList: undefined, tagStatus: 'tagged',
        },
        description: 'archive what nobody pulls',
        rulePriority: 3,
      }],
    };

    expect(renderPolicyText(document)).toBe(
      '{"rules":[{"rulePriority":3,"description":"archive what nobody pulls",' +
      '"selection":{"tagStatus":"tagged","tagPatternList":["v*"],"countType":"sinceImagePulled","countUnit":"days","countNumber":90},' +
      '"action":{"type":"transition","targetStorageClass":"archive"}}]}',
    );
  });
});

describe('the length of a text', () => {
  const ofLength = (n: number, filler = 'x') => {
    const bare = textOf(rule({ description: '' }));
    return bare.replace('"description":""', `"description":"${filler.repeat(n - bare.length)}"`);
  };

  test('can be 30,720 characters, regardless of their size in bytes or UTF-16', () => {
    expect(codesOf(ofLength(30_720))).toEqual([]);
    expect(codesOf(ofLength(30_720, '鯨'))).toEqual([]);
    expect(codesOf(ofLength(30_720, '🐳'))).toEqual([]);
  });

  test.each(['x', '🐳'])('cannot be 30,721 characters (%s)', (filler) => {
    const [problem, ...others] = problemsOf(ofLength(30_721, filler));

    expect(others).toEqual([]);
    expect(problem).toEqual({ code: 'OversizedLifecyclePolicy', path: '', message: expect.stringMatching(/30721 .*30720/) });
  });

  test('is checked first: 10 MB are not parsed', () => {
    const text = ofLength(10_000_000);
    const parse = jest.spyOn(JSON, 'parse');
    try {
      expect(codesOf(text)).toEqual(['OversizedLifecyclePolicy ']);
      expect(parse).not.toHaveBeenCalled();
    } finally {
      parse.mockRestore();
    }
  });

  test('must be at least 100 characters', () => {
    const [problem] = problemsOf('{"rules":[]}'.padEnd(99));

    expect(problem).toEqual({ code: 'UndersizedLifecyclePolicy', path: '', message: expect.stringMatching(/99 .*100/) });
    expect(codesOf('{"rules":[]}'.padEnd(100))).toEqual(['EmptyList rules']);
  });

  test('can be checked separately', () => {
    expect(checkPolicyTextLength(VALID)).toEqual([]);
    expect(checkPolicyTextLength('x'.repeat(99)).map(({ code }) => code)).toEqual(['UndersizedLifecyclePolicy']);
    expect(checkPolicyTextLength('x'.repeat(30_721)).map(({ code }) => code)).toEqual(['OversizedLifecyclePolicy']);
  });
});

describe('a text that is not JSON', () => {
  test.each<[string, string, string]>([
    ['with an extra comma', '{"rules": [\n  {"rulePriority": 1,,', 'at line 2, column 22'],
    ['cut off', VALID.slice(0, -1), 'it is cut off: it ends at line 1, column'],
    ['with comments', '{} // mine', 'at line 1, column 4'],
    ['with a Python literal', '{"rules": None}', 'unexpected "None}" at line 1, column 11'],
    ['in YAML', 'rules:\n  - rulePriority: 1', 'unexpected "rules:" at line 1, column 1'],
    ['empty', '', 'it is empty'],
    ['after a byte order mark', `\ufeff${VALID}`, 'it begins with a byte order mark'],
  ])('is rejected with the position of the parser: %s', (_, text, where) => {
    const problems = problemsOf(text).filter(({ code }) => code !== 'UndersizedLifecyclePolicy');

    expect(problems).toEqual([{ code: 'MalformedJson', path: '', message: expect.stringContaining(where) }]);
    expect(problems[0].message).not.toMatch(/[\n\r]/);
  });
});

describe('a duplicate key', () => {
  const twice = (old: string, both: string) => VALID.replace(old, both);

  test.each<[string, string, string]>([
    ['in the document', `${VALID.slice(0, -1)},"rules":[${JSON.stringify(rule())}]}`, 'rules'],
    ['in a rule', twice('"rulePriority":1', '"rulePriority":1,"rulePriority":1'), 'rules[0].rulePriority'],
    ['in a selection', twice('"countNumber":10', '"countNumber":1000,"countNumber":10'), 'rules[0].selection.countNumber'],
    ['three times', twice('"countNumber":10', '"countNumber":1,"countNumber":2,"countNumber":3'), 'rules[0].selection.countNumber'],
    ['in a later rule', textOf(rule(), rule({ rulePriority: 2 })).replace('"type":"expire"}}]', '"type":"expire","type":"expire"}}]'), 'rules[1].action.type'],
    ['once with an escape', twice('"countNumber":10', '"countNumber":1,"countN\\u0075mber":10'), 'rules[0].selection.countNumber'],
    ['after text that looks like JSON', twice('"rulePriority":1', '"description":"{\\"a\\":[1,\\\\\\"","rulePriority":1,"rulePriority":1'), 'rules[0].rulePriority'],
    ['in an invalid list of tags', twice('["v*"]', '["v*",{"a":1,"a":2}]'), 'rules[0].selection.tagPatternList[1].a'],
  ])('is rejected: %s', (_, text, path) => {
    const duplicates = problemsOf(text).filter(({ code }) => code === 'DuplicateKey');

    expect(duplicates).toEqual([{ code: 'DuplicateKey', path, message: expect.stringContaining(`"${path.split('.').at(-1)}"`) }]);
  });

  test('is not reported for two objects, or for a key and a value', () => {
    expect(codesOf(textOf(rule({ description: 'rulePriority' }), rule({ rulePriority: 2, description: 'rulePriority' })))).toEqual([]);
  });
});

describe('problems', () => {
  test('are reported together, in reading order', () => {
    const text = `{"version": 1, "rules": [
      {"rulePriority": 1, "selection": {"tagStatus": "TAGGED", "countType": "imageCountMoreThan", "countNumber": 0}, "action": {"type": "expire"}},
      {"rulePriority": 1, "rulePriority": 1, "description": null,
       "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 5}, "action": {"type": "expire"}}
    ]}`;

    expect(codesOf(text)).toEqual([
      'UnknownTagStatus rules[0].selection.tagStatus',
      'InvalidCountNumber rules[0].selection.countNumber',
      'DuplicateKey rules[1].rulePriority',
      'DuplicatePriority rules[1].rulePriority',
      'NullValue rules[1].description',
      'UnknownKey version',
    ]);
  });

  const LEVELS = 15_000;
  test.each<[string, string, string]>([
    ['lists', '['.repeat(LEVELS) + ']'.repeat(LEVELS), 'WrongType '],
    ['lists that are not closed', '['.repeat(2 * LEVELS), 'MalformedJson '],
    ['lists among the rules', `{"rules":[${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}]}`, 'WrongType rules[0]'],
    ['lists among the tags', VALID.replace('"v*"', '['.repeat(LEVELS) + ']'.repeat(LEVELS)), 'WrongType rules[0].selection.tagPatternList[0]'],
    ['objects', '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000), 'MissingKey rules'],
    ['repeated keys', '{"a":1,"a":'.repeat(2_000) + '1' + '}'.repeat(2_000), 'MissingKey rules'],
  ])('are reported for texts with any depth: %s', (_, text, expected) => {
    const problems = problemsOf(text);

    expect(codesOf(text)).toContain(expected);
    for (const { path, message } of problems) expect(path.length + message.length).toBeLessThan(400);
  });

  test('are never thrown', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ rules: value })),
      fc.array(fc.jsonValue()).map((rules) => JSON.stringify({ rules })),
      fc.dictionary(fc.constantFrom('rulePriority', 'selection', 'action', '__proto__', 'x'), fc.jsonValue()).map((value) => textOf(value)),
      // A valid text with one part replaced.
      fc.tuple(policyDocument, fc.nat(), fc.nat(9), fc.string({ maxLength: 9 })).map(([document, at, length, other]) => {
        const text = JSON.stringify(document);
        const start = at % text.length;
        return text.slice(0, start) + other + text.slice(start + length);
      }),
    );
    fc.assert(fc.property(texts, (text) => {
      const parsed = parsePolicyText(text);
      if (parsed.ok) expect(samePolicy(text, renderPolicyText(parsed.value))).toBe(true);
      else expect(parsed.problems).not.toEqual([]);
    }), { numRuns: 500 });
  });
});

describe('two texts', () => {
  const OTHER = rule({ rulePriority: 2, selection: { tagPatternList: ['a', 'b'] } });

  test.each<[string, string, string]>([
    ['identical', VALID, VALID],
    ['with different white space', VALID, JSON.stringify(JSON.parse(VALID), null, 2)],
    ['with keys in a different order', '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'],
    ['with rules in a different order', textOf(rule(), OTHER), textOf(OTHER, rule())],
    ['with different notations of numbers and escapes', '{"a":10,"b":"é"}', '{"\\u0061":1e1,"b":"\\u00e9"}'],
    ['that are identical but not JSON', 'none', 'none'],
    ['with deep nesting', '['.repeat(200_000) + ']'.repeat(200_000), ` ${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ])('are equal: %s', (_, a, b) => {
    expect(samePolicy(a, b)).toBe(true);
    expect(samePolicy(b, a)).toBe(true);
  });

  test.each<[string, string, string]>([
    ['with different values', VALID, VALID.replace('10', '11')],
    ['with different types', '{"a":1}', '{"a":"1"}'],
    ['with an additional key', '{"a":1}', '{"a":1,"b":1}'],
    ['with different keys', '{"a":1}', '{"b":1}'],
    ['with a key of the prototype', '{"__proto__":{}}', '{"a":1}'],
    ['with null instead of an object', '{"a":{}}', '{"a":null}'],
    ['with a list instead of an object', '{"a":{}}', '{"a":[]}'],
    ['with an additional rule', textOf(rule()), textOf(rule(), OTHER)],
    ['with tags in a different order', VALID.replace('"v*"', '"a","b"'), VALID.replace('"v*"', '"b","a"')],
    ['with other lists in a different order', '{"x":[{"rulePriority":1},{"rulePriority":2}]}', '{"x":[{"rulePriority":2},{"rulePriority":1}]}'],
    ['one of which is not JSON', VALID, `${VALID},`],
    ['that are not JSON and differ in a space', '{', '{ '],
    ['JSON null and an empty text', 'null', ''],
  ])('are different: %s', (_, a, b) => {
    expect(samePolicy(a, b)).toBe(false);
    expect(samePolicy(b, a)).toBe(false);
  });

  test('can always be compared without an error', () => {
    const texts = fc.oneof(fc.string(), fc.json(), fc.jsonValue().map((rules) => JSON.stringify({ rules })));
    fc.assert(fc.property(texts, texts, (a, b) => {
      expect(samePolicy(a, a)).toBe(true);
      expect(samePolicy(a, b)).toBe(samePolicy(b, a));
    }));
  });
});
