import * as fc from 'fast-check';
import { policyDocument } from './arbitraries';
import {
  ANY, ARCHIVED, onlyRule, prefixes, PUSHED, rule, TAGS_ABSENT, TO_ARCHIVE, twoRules, UNTAGGED,
} from '../policy-fixtures';
import { ACCEPTED } from './policy-acceptances';
import { REJECTIONS } from './policy-rejections';
import { parsePolicyText } from '../../../src/core/policy/policy-text';
import { PROBLEM_CODES } from '../../../src/core/policy/problem-codes';
import { validatePolicy } from '../../../src/core/policy/validation';

const codesOf = (document: unknown) => validatePolicy(document).map(({ code, path }) => `${code} ${path}`);

describe('policies that ECR rejects', () => {
  test.each(REJECTIONS)('are rejected: %s [ECR: %s]', (_name, _service, document, code, path, shown, hint = '') => {
    const problems = validatePolicy(document);

    expect(problems).toEqual([{ code, path, message: expect.stringContaining(` ${shown}`) }]);
    expect(problems[0].message).toContain(hint);
    expect(problems[0].message).toMatch(/^[a-z]/);
  });

  test.each(REJECTIONS)('are rejected as text: %s', (_name, _service, document, code, path) => {
    const parsed = parsePolicyText(JSON.stringify(document).padEnd(100));

    expect(parsed).toEqual({ ok: false, problems: [expect.objectContaining({ code, path })] });
  });

  test('cover every problem code', () => {
    const ofText = [
      'OversizedLifecyclePolicy', 'UndersizedLifecyclePolicy', 'MalformedJson', 'DuplicateKey', 'WrappedPolicy', 'BareRules', 'OtherDocument',
    ];
    const provoked = new Set([...REJECTIONS.map(([, , , code]) => code), ...ofText]);

    expect([...provoked].sort()).toEqual(Object.keys(PROBLEM_CODES).sort());
  });
});

describe('policies that ECR accepts', () => {
  test.each(Object.entries(ACCEPTED))('are accepted: %s', (_, document) => {
    expect(validatePolicy(document)).toEqual([]);
  });

  test('include any generated policy', () => {
    fc.assert(fc.property(policyDocument, (document) => expect(validatePolicy(document)).toEqual([])));
  });
});

describe('several problems', () => {
  test('are reported together, in reading order', () => {
    const document = {
      rules: [
        rule({ rulePriority: 3, selection: { ...UNTAGGED, countNumber: 0 } }),
        rule({ action: { type: 'expire', targetStorageClass: 'archive' }, selection: { ...ANY, countUnit: 'days' } }),
        rule({ extra: 1, rulePriority: 3, selection: { ...UNTAGGED, countType: 'x' }, description: 7 }),
      ],
      version: 1,
    };

    expect(codesOf(document)).toEqual([
      'InvalidCountNumber rules[0].selection.countNumber',
      'MisplacedAnyRule rules[1].rulePriority',
      'UnexpectedCountUnit rules[1].selection.countUnit',
      'UnexpectedTargetStorageClass rules[1].action.targetStorageClass',
      'DuplicatePriority rules[2].rulePriority',
      'WrongType rules[2].description',
      'DuplicateUntagged rules[2].selection.tagStatus',
      'UnknownCountType rules[2].selection.countType',
      'UnknownKey rules[2].extra',
      'UnknownKey version',
    ]);
  });

  test('are sorted by the numeric position of the rule', () => {
    const document = { rules: Array.from({ length: 12 }, (_, i) => rule({ rulePriority: i + 1, description: i % 8 === 2 ? 1 : 'ok' })) };

    expect(codesOf(document)).toEqual(['WrongType rules[2].description', 'WrongType rules[10].description']);
  });

  test.each<[string, unknown, string[]]>([
    ['the lists of an invalid tagStatus',
      onlyRule({ selection: { tagStatus: 'Any' } }), ['UnknownTagStatus rules[0].selection.tagStatus']],
    ['an invalid list is not a missing one',
      onlyRule({ selection: { tagPatternList: null } }), ['NullValue rules[0].selection.tagPatternList']],
    ['unit, class and action of an invalid countType',
      onlyRule({ selection: { ...ARCHIVED, countType: 'sinceArchived' } }), ['UnknownCountType rules[0].selection.countType']],
    ['the target of a forbidden action',
      onlyRule({ selection: ARCHIVED, action: { type: 'transition' } }), ['IncompatibleAction rules[0].action.type']],
    ['an invalid priority is neither a duplicate nor too low',
      { rules: [rule({ rulePriority: 0, selection: ANY }), rule({ rulePriority: 0 })] },
      ['InvalidPriority rules[0].rulePriority', 'InvalidPriority rules[1].rulePriority']],
    ['a rule that contradicts itself about its class does not conflict with others',
      twoRules({ selection: ANY }, { selection: { ...ARCHIVED, ...ANY, storageClass: undefined } }),
      ['MissingArchiveClass rules[1].selection.storageClass']],
    ['the first of two rules for any image is not misplaced too',
      twoRules({ selection: ANY }, { selection: ANY }), ['DuplicateAny rules[1].selection.tagStatus']],
    ['prefixes that must be removed do not conflict',
      twoRules({ selection: prefixes('v') }, { selection: { tagStatus: 'untagged', ...prefixes('v') } }),
      ['UnexpectedTagList rules[1].selection.tagPrefixList']],
    ['prefixes that may be removed do not conflict',
      twoRules({ selection: prefixes('v') }, { selection: { tagPrefixList: ['v'] } }),
      ['TwoTagLists rules[1].selection.tagPrefixList']],
  ])('do not cause other problems: %s', (_, document, expected) => {
    expect(codesOf(document)).toEqual(expected);
  });
});

describe('unresolved values', () => {
  const TOKEN = '${Token[TOKEN.1]}';
  const TOKEN_NUMBER = -1.8881545897087626e289;
  const TOKEN_LIST = ['#{Token[TOKEN.2]}'];
  const EMPTY_LIST: string[] = [];
  const UNRESOLVED = new Set<unknown>([TOKEN, TOKEN_NUMBER, TOKEN_LIST, EMPTY_LIST]);
  const isUnresolved = (value: unknown) => UNRESOLVED.has(value);
  const check = (document: unknown) => validatePolicy(document, { isUnresolved }).map(({ code, path }) => `${code} ${path}`);

  test.each<[string, unknown]>([
    ['countNumber', onlyRule({ selection: { countNumber: TOKEN_NUMBER } })],
    ['countNumber of archived images', onlyRule({ selection: { ...ARCHIVED, countNumber: TOKEN_NUMBER } })],
    ['rulePriority', twoRules({ rulePriority: TOKEN_NUMBER, selection: ANY }, { rulePriority: TOKEN_NUMBER })],
    ['description', onlyRule({ description: TOKEN })],
    ['a list of patterns', onlyRule({ selection: { tagPatternList: TOKEN_LIST } })],
    ['a list of prefixes', onlyRule({ selection: { ...TAGS_ABSENT, tagPrefixList: TOKEN_LIST } })],
    ['one tag of a list', onlyRule({ selection: prefixes(TOKEN, 'v') })],
    ['the same prefix twice', twoRules({ selection: prefixes(TOKEN) }, { selection: prefixes(TOKEN) })],
    ['tagStatus', twoRules({ selection: { tagStatus: TOKEN } }, { selection: { tagStatus: TOKEN, ...TAGS_ABSENT } })],
    ['countType', onlyRule({ selection: { countType: TOKEN, storageClass: 'archive' } })],
    ['storageClass', twoRules({ selection: { ...ANY, storageClass: TOKEN } }, { selection: ANY })],
    ['countUnit', twoRules({ selection: { countUnit: TOKEN } }, { selection: { ...PUSHED, countUnit: TOKEN } })],
    ['action type', onlyRule({ action: { type: TOKEN, targetStorageClass: 'archive' } })],
    ['targetStorageClass', twoRules({ action: { targetStorageClass: TOKEN } }, { action: { ...TO_ARCHIVE, targetStorageClass: TOKEN } })],
    ['selection and action', { rules: [{ rulePriority: 1, selection: TOKEN, action: TOKEN }] }],
    ['a rule', { rules: [TOKEN] }],
    ['all rules', { rules: TOKEN_LIST }],
    ['the document', TOKEN],
  ])('are not checked: %s', (_, document) => {
    expect(check(document)).toEqual([]);
  });

  test('count as present for a list of tags', () => {
    expect(check(onlyRule({ selection: { tagPrefixList: EMPTY_LIST } }))).toEqual(['TwoTagLists rules[0].selection.tagPrefixList']);
    expect(check(onlyRule({ selection: { tagPrefixList: TOKEN_LIST } }))).toEqual(['TwoTagLists rules[0].selection.tagPrefixList']);
    expect(check(onlyRule({ selection: { ...ANY, tagPatternList: TOKEN_LIST } }))).toEqual(['UnexpectedTagList rules[0].selection.tagPatternList']);
  });

  test('do not prevent checks of the rest of the rule', () => {
    expect(check(onlyRule({ rulePriority: TOKEN_NUMBER, selection: { ...prefixes(TOKEN, ''), countNumber: 0 } }))).toEqual([
      'EmptyTag rules[0].selection.tagPrefixList[1]',
      'InvalidCountNumber rules[0].selection.countNumber',
    ]);
  });
});

describe('values of any kind', () => {
  test('never throw', () => {
    const anything = fc.anything({
      withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true, withTypedArray: true,
    });
    const documents = fc.oneof(
      anything,
      fc.record({ rules: fc.array(anything) }),
      fc.record({ rules: fc.array(fc.record({ rulePriority: anything, selection: anything, action: anything })) }),
    );
    fc.assert(fc.property(documents, (document) => expect(validatePolicy(document)).toBeInstanceOf(Array)));
  });

  test('can contain themselves, and are cut in the message', () => {
    const circle: Record<string, unknown> = { a: 'x'.repeat(1000) };
    circle.itself = circle;
    const [problem] = validatePolicy({ rules: [[circle]] });

    expect(problem.code).toBe('WrongType');
    expect(problem.message.length).toBeLessThan(200);
  });

  test('with invisible characters are escaped in the message', () => {
    const [problem] = validatePolicy(onlyRule({ selection: { tagStatus: 'a\u001b[2K\u202e\u2028' } }));

    expect(problem.message).toContain('"a\\u001b[2K\\u202e\\u2028"');
  });
});
