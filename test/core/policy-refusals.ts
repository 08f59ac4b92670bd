import type { ProblemCode } from '../../src/core/problem-codes';
import {
  ANY, ARCHIVED, onlyRule, patterns, prefixes, PULLED, PUSHED, rule, TAGS_ABSENT, TO_ARCHIVE, twoRules, UNTAGGED,
} from './policy-fixtures';

/** Something that ECR refuses, and how this library tells it. */
export interface Refusal {
  /** What ECR itself answers, where somebody has measured it. */
  readonly service?: string;
  readonly document: unknown;
  readonly code: ProblemCode;
  readonly path: string;
  /** The wrong value as the message shows it. */
  readonly shown: string;
  /** The way out that the message names. */
  readonly wayOut?: string;
}

const SCHEMA = 'instance failed to match exactly one schema';
const EXTRA_KEY = 'object instance has properties which are not allowed by the schema';
const NULL = 'instance type (null) does not match any allowed primitive type';
const MINIMUM = 'numeric instance is lower than the required minimum';
const STANDARD_ONLY = 'SINCE_IMAGE_PUSHED, SINCE_IMAGE_PULLED and IMAGE_COUNT_MORE_THAN support the STANDARD storage class only';
const ONE_LIST = 'If policy has a tagged rule, it must specify only one of tagPrefixList or tagPatternList';

const STRUCTURE: Record<string, Refusal> = {
  'a top level that is a list': { service: 'Could not map policyString into LifecyclePolicy', document: [1], code: 'WrongType', path: '', shown: '[1]' },
  'a top level that is text': { document: 'rules', code: 'WrongType', path: '', shown: '"rules"' },
  'a top level that is null': { service: NULL, document: null, code: 'NullValue', path: '', shown: 'null' },
  'no rules': { service: 'object has missing required properties (["rules"])', document: {}, code: 'MissingKey', path: 'rules', shown: '{}' },
  'rules that are no list': { document: { rules: { a: 1 } }, code: 'WrongType', path: 'rules', shown: '{"a":1}' },
  'rules that are null': { service: NULL, document: { rules: null }, code: 'NullValue', path: 'rules', shown: 'null' },
  'rules without a rule': { document: { rules: [] }, code: 'EmptyList', path: 'rules', shown: '[]', wayOut: '1 to 50' },
  'more than 50 rules': {
    service: 'array is too long: must have at most 50 elements',
    document: { rules: Array.from({ length: 51 }, (_, i) => rule({ rulePriority: i + 1 })) },
    code: 'TooManyRules', path: 'rules', shown: '51', wayOut: '50',
  },
  'an unknown key of the document': {
    service: EXTRA_KEY, document: { ...onlyRule(), version: 1 }, code: 'UnknownKey', path: 'version', shown: '"version"', wayOut: 'leave it out',
  },
  'an unknown key of a rule': {
    service: EXTRA_KEY, document: onlyRule({ priority: 3 }), code: 'UnknownKey', path: 'rules[0].priority', shown: '"priority"', wayOut: 'rulePriority',
  },
  'an unknown key of a selection': {
    service: EXTRA_KEY, document: onlyRule({ selection: { countNumbers: 3 } }), code: 'UnknownKey',
    path: 'rules[0].selection.countNumbers', shown: '"countNumbers"', wayOut: 'did you mean "countNumber"?',
  },
  'an unknown key of an action': {
    service: EXTRA_KEY, document: onlyRule({ action: { 'storage class': 1 } }), code: 'UnknownKey',
    path: 'rules[0].action["storage class"]', shown: '"storage class"',
  },
  'a key of the prototype': {
    document: onlyRule({ action: { constructor: 1 } }), code: 'UnknownKey', path: 'rules[0].action.constructor', shown: '"constructor"',
  },
  'a rule that is null': { service: NULL, document: { rules: [rule(), null] }, code: 'NullValue', path: 'rules[1]', shown: 'null' },
  'a rule that is no object': { document: { rules: [[3]] }, code: 'WrongType', path: 'rules[0]', shown: '[3]' },
  'no selection': { document: { rules: [{ ...rule(), selection: undefined }] }, code: 'MissingKey', path: 'rules[0].selection', shown: '{"rulePriority":1' },
  'a selection that is no object': { document: { rules: [{ ...rule(), selection: 'any' }] }, code: 'WrongType', path: 'rules[0].selection', shown: '"any"' },
  'no action': { document: { rules: [{ ...rule(), action: undefined }] }, code: 'MissingKey', path: 'rules[0].action', shown: '{"rulePriority":1' },
  'an action that is text': { document: { rules: [{ ...rule(), action: 'expire' }] }, code: 'WrongType', path: 'rules[0].action', shown: '"expire"' },
  'an action that is null': { service: NULL, document: { rules: [{ ...rule(), action: null }] }, code: 'NullValue', path: 'rules[0].action', shown: 'null' },
};

const RULE: Record<string, Refusal> = {
  'no priority': { document: onlyRule({ rulePriority: undefined }), code: 'MissingKey', path: 'rules[0].rulePriority', shown: '{"selection"' },
  'a priority of 0': { service: MINIMUM, document: onlyRule({ rulePriority: 0 }), code: 'InvalidPriority', path: 'rules[0].rulePriority', shown: '0', wayOut: 'at least 1' },
  'a negative priority': { service: MINIMUM, document: onlyRule({ rulePriority: -7 }), code: 'InvalidPriority', path: 'rules[0].rulePriority', shown: '-7' },
  'a fractional priority': { document: onlyRule({ rulePriority: 1.5 }), code: 'InvalidPriority', path: 'rules[0].rulePriority', shown: '1.5' },
  'a priority beyond what numbers hold': { document: onlyRule({ rulePriority: 1e300 }), code: 'InvalidPriority', path: 'rules[0].rulePriority', shown: '1e+300' },
  'a priority as text': { document: onlyRule({ rulePriority: '1' }), code: 'WrongType', path: 'rules[0].rulePriority', shown: '"1"' },
  'a description that is no text': { document: onlyRule({ description: 5 }), code: 'WrongType', path: 'rules[0].description', shown: '5' },
  'a description that is null': { service: NULL, document: onlyRule({ description: null }), code: 'NullValue', path: 'rules[0].description', shown: 'null', wayOut: 'leave it out' },
  'no action type': { document: onlyRule({ action: { type: undefined } }), code: 'MissingKey', path: 'rules[0].action.type', shown: '{}' },
  'an unknown action type': { document: onlyRule({ action: { type: 'delete' } }), code: 'UnknownActionType', path: 'rules[0].action.type', shown: '"delete"', wayOut: '"expire"' },
  'an action type in upper case': { document: onlyRule({ action: { type: 'EXPIRE' } }), code: 'UnknownActionType', path: 'rules[0].action.type', shown: '"EXPIRE"', wayOut: 'did you mean "expire"?' },
  'a transition to nowhere': {
    service: SCHEMA, document: onlyRule({ action: { type: 'transition' } }), code: 'MissingKey', path: 'rules[0].action.targetStorageClass',
    shown: '{"type":"transition"}', wayOut: 'add "archive"',
  },
  'a transition to an unknown class': {
    document: onlyRule({ action: { type: 'transition', targetStorageClass: 'glacier' } }), code: 'UnknownTargetStorageClass',
    path: 'rules[0].action.targetStorageClass', shown: '"glacier"', wayOut: '"archive"',
  },
  'an expiry with a target': {
    service: SCHEMA, document: onlyRule({ action: { targetStorageClass: 'archive' } }), code: 'UnexpectedTargetStorageClass',
    path: 'rules[0].action.targetStorageClass', shown: '"archive"', wayOut: 'leave targetStorageClass out',
  },
  'expiry by last pull': {
    service: SCHEMA, document: onlyRule({ selection: PULLED }), code: 'ConditionForbidsAction', path: 'rules[0].action.type', shown: '"expire"', wayOut: 'write "transition"',
  },
  'a transition by time in the archive': {
    service: SCHEMA, document: onlyRule({ selection: ARCHIVED, action: TO_ARCHIVE }), code: 'ConditionForbidsAction',
    path: 'rules[0].action.type', shown: '"transition"', wayOut: 'write "expire"',
  },
};

const SELECTION: Record<string, Refusal> = {
  'no tagStatus': { document: onlyRule({ selection: { tagStatus: undefined } }), code: 'MissingKey', path: 'tagStatus', shown: '{"tagPatternList"' },
  'an unknown tagStatus': { document: onlyRule({ selection: { tagStatus: 'some' } }), code: 'UnknownTagStatus', path: 'tagStatus', shown: '"some"', wayOut: '"untagged"' },
  'a tagStatus in upper case': { document: onlyRule({ selection: { tagStatus: 'TAGGED' } }), code: 'UnknownTagStatus', path: 'tagStatus', shown: '"TAGGED"', wayOut: 'did you mean "tagged"?' },
  'a tagStatus that is no text': { document: onlyRule({ selection: { tagStatus: true } }), code: 'WrongType', path: 'tagStatus', shown: 'true' },
  'tagged without a list': {
    service: 'Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.', document: onlyRule({ selection: TAGS_ABSENT }),
    code: 'MissingTagList', path: 'tagPatternList', shown: '"tagged"', wayOut: '["*"]',
  },
  'tagged with both lists': { service: ONE_LIST, document: onlyRule({ selection: { tagPrefixList: ['v'] } }), code: 'TwoTagLists', path: 'tagPrefixList', shown: '["v"]', wayOut: 'leave one out' },
  'any with patterns': { service: SCHEMA, document: onlyRule({ selection: { tagStatus: 'any' } }), code: 'UnexpectedTagList', path: 'tagPatternList', shown: '["v*"]', wayOut: 'leave tagPatternList out' },
  'untagged with prefixes': {
    service: 'Cannot specify tagPrefixList with tagStatus …', document: onlyRule({ selection: { tagStatus: 'untagged', ...prefixes('v') } }),
    code: 'UnexpectedTagList', path: 'tagPrefixList', shown: '["v"]', wayOut: 'leave tagPrefixList out',
  },
  'an empty list of patterns': { document: onlyRule({ selection: patterns() }), code: 'EmptyList', path: 'tagPatternList', shown: '[]', wayOut: 'leave it out' },
  'an empty list of prefixes': { document: onlyRule({ selection: prefixes() }), code: 'EmptyList', path: 'tagPrefixList', shown: '[]', wayOut: 'leave it out' },
  'an empty list where none belongs': { document: onlyRule({ selection: { ...ANY, tagPrefixList: [] } }), code: 'EmptyList', path: 'tagPrefixList', shown: '[]', wayOut: 'leave it out' },
  'a list that is null': { service: NULL, document: onlyRule({ selection: { tagPrefixList: null } }), code: 'NullValue', path: 'tagPrefixList', shown: 'null', wayOut: 'leave it out' },
  'patterns that are no list': { document: onlyRule({ selection: { tagPatternList: 'v*' } }), code: 'WrongType', path: 'tagPatternList', shown: '"v*"', wayOut: '["release-*"]' },
  'an empty prefix': { document: onlyRule({ selection: prefixes('a', '') }), code: 'EmptyTag', path: 'tagPrefixList[1]', shown: '""' },
  'an empty pattern': { document: onlyRule({ selection: patterns('') }), code: 'EmptyTag', path: 'tagPatternList[0]', shown: '""' },
  'a pattern that is no text': { document: onlyRule({ selection: patterns('a', 5) }), code: 'WrongType', path: 'tagPatternList[1]', shown: '5' },
  'a prefix that is null': { service: NULL, document: onlyRule({ selection: prefixes(null) }), code: 'NullValue', path: 'tagPrefixList[0]', shown: 'null' },
  'five wildcards': {
    service: 'Invalid tag pattern provided. Total number of * must not exceed 4',
    document: onlyRule({ selection: patterns('a*b*c*d*', '*a*b*c*d*') }), code: 'TooManyWildcards', path: 'tagPatternList[1]', shown: '"*a*b*c*d*"', wayOut: '4',
  },
  'an unknown storage class': { document: onlyRule({ selection: { storageClass: 'cold' } }), code: 'UnknownStorageClass', path: 'storageClass', shown: '"cold"', wayOut: '"archive"' },
  'a storage class in upper case': { document: onlyRule({ selection: { ...ARCHIVED, storageClass: 'ARCHIVE' } }), code: 'UnknownStorageClass', path: 'storageClass', shown: '"ARCHIVE"', wayOut: 'did you mean "archive"?' },
  'the standard class written out': { document: onlyRule({ selection: { storageClass: 'standard' } }), code: 'StandardClassWritten', path: 'storageClass', shown: '"standard"', wayOut: 'leave it out' },
  'time in the archive, of no class': { service: SCHEMA, document: onlyRule({ selection: { ...ARCHIVED, storageClass: undefined } }), code: 'ArchiveClassRequired', path: 'storageClass', shown: '"sinceImageTransitioned"', wayOut: 'write "archive"' },
  'time in the archive, of the standard class': { service: SCHEMA, document: onlyRule({ selection: { ...ARCHIVED, storageClass: 'standard' } }), code: 'ArchiveClassRequired', path: 'storageClass', shown: '"standard"', wayOut: 'write "archive"' },
  'a count of archived images': { service: STANDARD_ONLY, document: onlyRule({ selection: { storageClass: 'archive' } }), code: 'StandardClassRequired', path: 'storageClass', shown: '"archive"', wayOut: 'leave storageClass out' },
  'push age of archived images': { service: STANDARD_ONLY, document: onlyRule({ selection: { ...PUSHED, storageClass: 'archive' } }), code: 'StandardClassRequired', path: 'storageClass', shown: '"archive"' },
  'pull age of archived images': { service: STANDARD_ONLY, document: onlyRule({ selection: { ...PULLED, storageClass: 'archive' }, action: TO_ARCHIVE }), code: 'StandardClassRequired', path: 'storageClass', shown: '"archive"' },
  'no countType': { document: onlyRule({ selection: { countType: undefined } }), code: 'MissingKey', path: 'countType', shown: '{"tagStatus"' },
  'an unknown countType': { document: onlyRule({ selection: { countType: 'olderThan' } }), code: 'UnknownCountType', path: 'countType', shown: '"olderThan"', wayOut: '"sinceImagePushed"' },
  'a countType as the API spells it': { document: onlyRule({ selection: { ...PUSHED, countType: 'SINCE_IMAGE_PUSHED' } }), code: 'UnknownCountType', path: 'countType', shown: '"SINCE_IMAGE_PUSHED"', wayOut: 'did you mean "sinceImagePushed"?' },
  'push age without a unit': { service: SCHEMA, document: onlyRule({ selection: { ...PUSHED, countUnit: undefined } }), code: 'MissingKey', path: 'countUnit', shown: '"sinceImagePushed"', wayOut: 'add "days"' },
  'pull age without a unit': { service: SCHEMA, document: onlyRule({ selection: { ...PULLED, countUnit: undefined }, action: TO_ARCHIVE }), code: 'MissingKey', path: 'countUnit', shown: '"sinceImagePulled"', wayOut: 'add "days"' },
  'time in the archive without a unit': { service: SCHEMA, document: onlyRule({ selection: { ...ARCHIVED, countUnit: undefined } }), code: 'MissingKey', path: 'countUnit', shown: '"sinceImageTransitioned"', wayOut: 'add "days"' },
  'an unknown unit': { document: onlyRule({ selection: { ...PUSHED, countUnit: 'day' } }), code: 'UnknownCountUnit', path: 'countUnit', shown: '"day"', wayOut: 'did you mean "days"?' },
  'a count with a unit': { service: SCHEMA, document: onlyRule({ selection: { countUnit: 'days' } }), code: 'UnexpectedCountUnit', path: 'countUnit', shown: '"days"', wayOut: 'leave countUnit out' },
  'a count with a wrong unit': { service: SCHEMA, document: onlyRule({ selection: { countUnit: 'images' } }), code: 'UnexpectedCountUnit', path: 'countUnit', shown: '"images"', wayOut: 'leave countUnit out' },
  'no countNumber': { document: onlyRule({ selection: { countNumber: undefined } }), code: 'MissingKey', path: 'countNumber', shown: '{"tagStatus"' },
  'a countNumber of 0': { service: MINIMUM, document: onlyRule({ selection: { countNumber: 0 } }), code: 'InvalidCountNumber', path: 'countNumber', shown: '0', wayOut: 'at least 1' },
  'a negative countNumber': { service: MINIMUM, document: onlyRule({ selection: { ...PUSHED, countNumber: -3 } }), code: 'InvalidCountNumber', path: 'countNumber', shown: '-3' },
  'a fractional countNumber': { document: onlyRule({ selection: { countNumber: 2.5 } }), code: 'InvalidCountNumber', path: 'countNumber', shown: '2.5' },
  'a countNumber as text': { document: onlyRule({ selection: { countNumber: '14' } }), code: 'WrongType', path: 'countNumber', shown: '"14"' },
  'a countNumber that is null': { service: NULL, document: onlyRule({ selection: { countNumber: null } }), code: 'NullValue', path: 'countNumber', shown: 'null' },
  '89 days in the archive': { service: MINIMUM, document: onlyRule({ selection: { ...ARCHIVED, countNumber: 89 } }), code: 'TooSoonAfterTransition', path: 'countNumber', shown: '89', wayOut: '90' },
  'no day in the archive': { service: MINIMUM, document: onlyRule({ selection: { ...ARCHIVED, countNumber: 0 } }), code: 'InvalidCountNumber', path: 'countNumber', shown: '0', wayOut: 'at least 90' },
};

const ACROSS: Record<string, Refusal> = {
  'the same priority twice': { service: 'Duplicate priority in multiple rules', document: twoRules({}, { rulePriority: 1 }), code: 'DuplicatePriority', path: 'rules[1].rulePriority', shown: '1', wayOut: 'its own' },
  'any twice in the standard class': { service: 'Only one rule can specify tagStatus=ANY', document: twoRules({ selection: ANY }, { selection: ANY }), code: 'DuplicateAny', path: 'rules[1].selection.tagStatus', shown: '"any"', wayOut: 'keep one' },
  'any twice in the archive class': {
    service: 'Only one rule can specify tagStatus=ANY', document: twoRules({ selection: { ...ARCHIVED, ...ANY } }, { selection: { ...ARCHIVED, ...ANY } }),
    code: 'DuplicateAny', path: 'rules[1].selection.tagStatus', shown: '"any"',
  },
  'any before another rule': {
    service: 'Rule for tagStatus=ANY must have the lowest priority per storage class', document: twoRules({ selection: ANY }, {}),
    code: 'AnyNotLast', path: 'rules[0].rulePriority', shown: '1', wayOut: 'give it 3 or more',
  },
  'any before another rule of the archive class': {
    service: 'Rule for tagStatus=ANY must have the lowest priority per storage class',
    document: twoRules({ rulePriority: 9, selection: ARCHIVED }, { selection: { ...ARCHIVED, ...ANY } }),
    code: 'AnyNotLast', path: 'rules[1].rulePriority', shown: '2', wayOut: 'give it 10 or more',
  },
  'untagged twice': {
    service: 'Only one rule can select Untagged images per storage class.', document: twoRules({ selection: UNTAGGED }, { selection: UNTAGGED }),
    code: 'DuplicateUntagged', path: 'rules[1].selection.tagStatus', shown: '"untagged"', wayOut: 'keep one',
  },
  'the same prefix in two rules': {
    document: twoRules({ selection: prefixes('dev', 'v') }, { selection: prefixes('w', 'v') }),
    code: 'DuplicatePrefix', path: 'rules[1].selection.tagPrefixList[1]', shown: '"v"', wayOut: 'rules[0]',
  },
};

const inSelection = (refusals: Record<string, Refusal>): Record<string, Refusal> => Object.fromEntries(
  Object.entries(refusals).map(([name, refusal]) => [name, { ...refusal, path: `rules[0].selection.${refusal.path}` }]),
);
/** Every refusal, each in a policy that is valid but for it. */
export const REFUSALS: Record<string, Refusal> = { ...STRUCTURE, ...RULE, ...inSelection(SELECTION), ...ACROSS };
