import { CheckContext, Need, ObjectReader, Reading } from './object-reader';
import type { CountType, RuleSelection, StorageClass, TagStatus } from './policy-document';
import { nameOf, Path } from './policy-problems';
import { show } from '../text/show';

/** The valid parts of a selection, for the checks that go beyond it. */
export interface SelectionFacts {
  readonly tagStatus?: TagStatus;
  readonly storageClass?: StorageClass;
  readonly countType?: CountType;
  /** The valid prefixes, with their positions in the list. */
  readonly prefixes?: ReadonlyMap<string, number>;
}

export type SelectionReader = ObjectReader<keyof RuleSelection>;

const TAG_STATUSES: readonly TagStatus[] = ['tagged', 'untagged', 'any'];
const STORAGE_CLASSES: readonly StorageClass[] = ['standard', 'archive'];
const COUNT_TYPES: readonly CountType[] = [
  'imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled', 'sinceImageTransitioned',
];
export const MAX_WILDCARDS = 4;
const MIN_DAYS_IN_ARCHIVE = 90;

export function checkSelection(selection: SelectionReader, at: Path, context: CheckContext): SelectionFacts {
  const hasList = selection.states('tagPatternList') || selection.states('tagPrefixList');
  const tagStatus = selection.word('tagStatus', 'required', TAG_STATUSES, 'UnknownTagStatus', hasList ? { expected: '"tagged"', words: ['tagged'] } : {});
  const patterns = selection.list('tagPatternList', needOfList(selection, tagStatus.value, 'tagPrefixList'));
  const prefixes = selection.list('tagPrefixList', needOfList(selection, tagStatus.value, 'tagPatternList'));
  checkTagLists(selection, tagStatus.value);
  checkTags(patterns, [...at, 'tagPatternList'], context, checkWildcards);
  const soundPrefixes = checkTags(prefixes, [...at, 'tagPrefixList'], context);

  const countType = readCountType(selection);
  const written = selection.word('storageClass', needOfClass(countType), STORAGE_CLASSES, 'UnknownStorageClass', { words: ['archive'] });
  const storageClass = checkStorageClass(selection, written, countType);
  checkCountUnit(selection, countType);
  checkCountNumber(selection, countType);

  const usesPrefixes = (tagStatus.value ?? 'tagged') === 'tagged' && !selection.states('tagPatternList');
  return { tagStatus: tagStatus.value, storageClass, countType, prefixes: usesPrefixes ? soundPrefixes : undefined };
}

/** A rule for tagged images needs one of the two lists, and other rules none. */
function needOfList(selection: SelectionReader, tagStatus: TagStatus | undefined, other: 'tagPatternList' | 'tagPrefixList'): Need {
  if (tagStatus === undefined) return 'optional';
  return tagStatus === 'tagged' && !selection.states(other) ? 'needed' : 'unwanted';
}

function readCountType(selection: SelectionReader): CountType | undefined {
  const ofClass: CountType[] = ['sinceImageTransitioned'];
  const suggestion = selection.has('storageClass', 'archive') ? { expected: show(ofClass[0]), words: ofClass } : {};
  return selection.word('countType', 'required', COUNT_TYPES, 'UnknownCountType', suggestion).value;
}

function needOfClass(countType: CountType | undefined): Need {
  if (countType === undefined) return 'optional';
  return countType === 'sinceImageTransitioned' ? 'needed' : 'unwanted';
}

function checkTagLists(selection: SelectionReader, tagStatus: TagStatus | undefined): void {
  if (tagStatus === undefined) return;
  if (tagStatus !== 'tagged') {
    const because = `tagStatus is ${show(tagStatus)}, and only "tagged" supports a list`;
    for (const key of ['tagPatternList', 'tagPrefixList'] as const) {
      if (selection.states(key)) {
        selection.report('UnexpectedTagList', key, `${key} is ${selection.show(key)}, but ${because}: leave ${key} out`);
      }
    }
  } else if (selection.states('tagPatternList') && selection.states('tagPrefixList')) {
    selection.report('TwoTagLists', 'tagPrefixList',
      `tagPrefixList is ${selection.show('tagPrefixList')} in addition to a tagPatternList, but ECR accepts only one of the two: ` +
      'leave one out; the prefix "a" is the pattern "a*"');
  } else if (selection.lacks('tagPatternList') && selection.lacks('tagPrefixList')) {
    selection.report('MissingTagList', 'tagPatternList',
      'tagStatus is "tagged" without a list of tags: add a tagPatternList, ["*"] for every tagged image');
  }
}

type TagCheck = (tag: string, at: Path, context: CheckContext) => void;

/** Returns the valid tags of a list with their positions. */
function checkTags(
  list: Reading<readonly unknown[]>, at: Path, context: CheckContext, check?: TagCheck,
): Map<string, number> {
  const sound = new Map<string, number>();
  const entries = Array.from(list.value ?? []);
  const isUsable = (tag: unknown) => context.isUnresolved(tag) || (typeof tag === 'string' && tag !== '');
  // Without a usable entry, the list would be empty next.
  const hint = `write text of at least 1 character${entries.some(isUsable) ? ', or leave the entry out' : ''}`;
  entries.forEach((tag, i) => {
    if (context.isUnresolved(tag)) return;
    const here = [...at, i];
    if (typeof tag !== 'string') {
      const code = tag === null ? 'NullValue' : 'WrongType';
      context.problems.add(code, here, `${nameOf(here)} is ${show(tag)}, which is not text: ${hint}`);
    } else if (tag === '') {
      context.problems.add('EmptyTag', here, `${nameOf(here)} is "", which ECR rejects: ${hint}`);
    } else {
      check?.(tag, here, context);
      if (!sound.has(tag)) sound.set(tag, i);
    }
  });
  return sound;
}

function checkWildcards(pattern: string, at: Path, { problems }: CheckContext): void {
  const wildcards = pattern.split('*').length - 1;
  if (wildcards > MAX_WILDCARDS) {
    problems.add('TooManyWildcards', at,
      `${nameOf(at)} is ${show(pattern)} with ${wildcards} wildcards: use at most ${MAX_WILDCARDS} *`);
  }
}

/** Returns the storage class that the rule applies to, or undefined if the rule contradicts itself about it. */
function checkStorageClass(
  selection: SelectionReader, written: Reading<StorageClass>, countType: CountType | undefined,
): StorageClass | undefined {
  if (written.is === 'broken' || written.is === 'unresolved') return undefined;
  const storageClass = written.value ?? 'standard';
  if (countType === 'sinceImageTransitioned' && storageClass !== 'archive') {
    const is = written.is === 'absent' ? 'missing' : show(written.value);
    selection.report('MissingArchiveClass', 'storageClass',
      `storageClass is ${is}, but "sinceImageTransitioned" applies to archived images only: write "archive"`);
    return undefined;
  }
  if (countType !== undefined && countType !== 'sinceImageTransitioned' && storageClass === 'archive') {
    selection.report('UnexpectedArchiveClass', 'storageClass',
      `storageClass is "archive", but ${show(countType)} applies to images of the standard class only: ` +
      'leave storageClass out, or use "sinceImageTransitioned"');
    return undefined;
  }
  if (written.value === 'standard') {
    selection.report('ExplicitStandardClass', 'storageClass',
      'storageClass is "standard", and ECR is not known to accept that: leave it out, which means the same');
  }
  return storageClass;
}

function checkCountUnit(selection: SelectionReader, countType: CountType | undefined): void {
  if (countType === 'imageCountMoreThan') {
    selection.forbid('countUnit', 'UnexpectedCountUnit', 'countType is "imageCountMoreThan", which counts images');
    return;
  }
  const countUnit = selection.word('countUnit', countType === undefined ? 'optional' : 'needed', ['days'], 'UnknownCountUnit');
  if (countType !== undefined && countUnit.is === 'absent') {
    selection.demand('countUnit', `countType is ${show(countType)}`);
  }
}

function checkCountNumber(selection: SelectionReader, countType: CountType | undefined): void {
  const isArchived = countType === 'sinceImageTransitioned';
  const expected = isArchived ? `an integer of at least ${MIN_DAYS_IN_ARCHIVE}` : undefined;
  const number = selection.positiveInteger('countNumber', 'InvalidCountNumber', expected).value;
  if (isArchived && number !== undefined && number < MIN_DAYS_IN_ARCHIVE) {
    selection.report('PrematureArchiveExpiry', 'countNumber',
      `countNumber is ${number}, but archived images are kept at least ${MIN_DAYS_IN_ARCHIVE} days: ` +
      `write ${MIN_DAYS_IN_ARCHIVE} or more`);
  }
}
