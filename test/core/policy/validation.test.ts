import * as fc from 'fast-check';
import { policyDocument } from './arbitraries';
import {
  ANY, ARCHIVED, onlyRule, prefixes, PUSHED, rule, TAGS_ABSENT, TO_ARCHIVE, twoRules, UNTAGGED,
} from '../policy-fixtures';
import { ACCEPTED } from './policy-acceptances';
import { REFUSALS } from './policy-refusals';
import { parsePolicyText } from '../../../src/core/policy/policy-text';
import { PROBLEM_CODES } from '../../../src/core/policy/problem-codes';
import { validatePolicy } from '../../../src/core/policy/validation';

const codesOf = (document: unknown) => validatePolicy(document).map(({ code, path }) => `${code} ${path}`);

describe('what ECR refuses is refused', () => {
  test.each(REFUSALS)('%s [ECR: %s]', (_name, _service, document, code, path, shown, wayOut = '') => {
    const problems = validatePolicy(document);

    expect(problems).toEqual([{ code, path, message: expect.stringContaining(` ${shown}`) }]);
    expect(problems[0].message).toContain(wayOut);
    expect(problems[0].message).toMatch(/^[a-z]/);
  });

  test.each(REFUSALS)('as text too: %s', (_name, _service, document, code, path) => {
    const parsed = parsePolicyText(JSON.stringify(document).padEnd(100));

    expect(parsed).toEqual({ ok: false, problems: [expect.objectContaining({ code, path })] });
  });

  test('by every code that there is', () => {
    const ofText = ['OversizedLifecyclePolicy', 'UndersizedLifecyclePolicy', 'MalformedJson', 'DuplicateKey'];
    const provoked = new Set([...REFUSALS.map(([, , , code]) => code), ...ofText]);

    expect([...provoked].sort()).toEqual(Object.keys(PROBLEM_CODES).sort());
  });
});

describe('what ECR accepts is accepted', () => {
  test.each(Object.entries(ACCEPTED))('%s', (_, document) => {
    expect(validatePolicy(document)).toEqual([]);
  });

  test('any generated policy', () => {
    fc.assert(fc.property(policyDocument, (document) => expect(validatePolicy(document)).toEqual([])));
  });
});

describe('several problems', () => {
  test('come all at once, in reading order', () => {
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

  test('a rule of 10 comes after a rule of 2, not by its digits', () => {
    const document = { rules: Array.from({ length: 12 }, (_, i) => rule({ rulePriority: i + 1, description: i % 8 === 2 ? 1 : 'ok' })) };

    expect(codesOf(document)).toEqual(['WrongType rules[2].description', 'WrongType rules[10].description']);
  });

  test.each<[string, unknown, string[]]>([
    ['a broken tagStatus says nothing of the lists',
      onlyRule({ selection: { tagStatus: 'Any' } }), ['UnknownTagStatus rules[0].selection.tagStatus']],
    ['a broken list is not a missing one',
      onlyRule({ selection: { tagPatternList: null } }), ['NullValue rules[0].selection.tagPatternList']],
    ['a broken countType says nothing of unit, class and action',
      onlyRule({ selection: { ...ARCHIVED, countType: 'sinceArchived' } }), ['UnknownCountType rules[0].selection.countType']],
    ['a forbidden action says nothing of its target',
      onlyRule({ selection: ARCHIVED, action: { type: 'transition' } }), ['IncompatibleAction rules[0].action.type']],
    ['a broken priority is neither a duplicate nor too low',
      { rules: [rule({ rulePriority: 0, selection: ANY }), rule({ rulePriority: 0 })] },
      ['InvalidPriority rules[0].rulePriority', 'InvalidPriority rules[1].rulePriority']],
    ['a rule that contradicts itself about its class clashes with no other',
      twoRules({ selection: ANY }, { selection: { ...ARCHIVED, ...ANY, storageClass: undefined } }),
      ['MissingArchiveClass rules[1].selection.storageClass']],
    ['two rules for any image: the first is not also out of place',
      twoRules({ selection: ANY }, { selection: ANY }), ['DuplicateAny rules[1].selection.tagStatus']],
    ['prefixes that must go do not clash',
      twoRules({ selection: prefixes('v') }, { selection: { tagStatus: 'untagged', ...prefixes('v') } }),
      ['UnexpectedTagList rules[1].selection.tagPrefixList']],
    ['prefixes of which nobody knows whether they stay do not clash',
      twoRules({ selection: prefixes('v') }, { selection: { tagPrefixList: ['v'] } }),
      ['TwoTagLists rules[1].selection.tagPrefixList']],
  ])('none follows from another: %s', (_, document, expected) => {
    expect(codesOf(document)).toEqual(expected);
  });
});

describe('values that are unresolved', () => {
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
  ])('no check looks at them: %s', (_, document) => {
    expect(check(document)).toEqual([]);
  });

  test('a list of tags counts as given', () => {
    expect(check(onlyRule({ selection: { tagPrefixList: EMPTY_LIST } }))).toEqual(['TwoTagLists rules[0].selection.tagPrefixList']);
    expect(check(onlyRule({ selection: { tagPrefixList: TOKEN_LIST } }))).toEqual(['TwoTagLists rules[0].selection.tagPrefixList']);
    expect(check(onlyRule({ selection: { ...ANY, tagPatternList: TOKEN_LIST } }))).toEqual(['UnexpectedTagList rules[0].selection.tagPatternList']);
  });

  test('the rest of the rule is checked', () => {
    expect(check(onlyRule({ rulePriority: TOKEN_NUMBER, selection: { ...prefixes(TOKEN, ''), countNumber: 0 } }))).toEqual([
      'EmptyTag rules[0].selection.tagPrefixList[1]',
      'InvalidCountNumber rules[0].selection.countNumber',
    ]);
  });
});

describe('values of any kind', () => {
  test('never make it throw', () => {
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

  test('even one that holds itself is shown, cut short', () => {
    const circle: Record<string, unknown> = { a: 'x'.repeat(1000) };
    circle.itself = circle;
    const [problem] = validatePolicy({ rules: [[circle]] });

    expect(problem.code).toBe('WrongType');
    expect(problem.message.length).toBeLessThan(200);
  });

  test('what a reader would not see is shown as an escape', () => {
    const [problem] = validatePolicy(onlyRule({ selection: { tagStatus: 'a\u001b[2K\u202e\u2028' } }));

    expect(problem.message).toContain('"a\\u001b[2K\\u202e\\u2028"');
  });
});
