import { CheckContext, ObjectReader } from './object-reader';
import type { CountType, RuleAction } from './policy-document';
import { ACTION_KEYS, RULE_KEYS, SELECTION_KEYS } from './policy-keys';
import type { Path } from './policy-problems';
import { checkSelection, SelectionFacts } from './selection-checks';
import { show } from '../text/show';

/** The valid parts of a rule, for the checks that compare rules. */
export interface RuleFacts extends SelectionFacts {
  readonly at: Path;
  readonly rulePriority?: number;
}

type ActionReader = ObjectReader<keyof RuleAction>;

/** Checks one rule by itself. */
export function checkRule(value: unknown, at: Path, context: CheckContext): RuleFacts {
  const rule = ObjectReader.open(value, at, RULE_KEYS, context);
  if (!rule) return { at };
  const rulePriority = rule.positiveInteger('rulePriority', 'InvalidPriority').value;
  rule.text('description', 'optional');
  const selection = rule.object('selection', SELECTION_KEYS);
  const selected = selection && checkSelection(selection, [...at, 'selection'], context);
  const action = rule.object('action', ACTION_KEYS);
  if (action) checkAction(action, selected?.countType);
  return { at, rulePriority, ...selected };
}

const ACTION_TYPES: readonly RuleAction['type'][] = ['expire', 'transition'];

function checkAction(action: ActionReader, countType: CountType | undefined): void {
  const only = countType && ONLY_ACTION[countType];
  const suggestion = only === undefined ? {} : { expected: show(only), words: [only] };
  const written = action.word('type', 'required', ACTION_TYPES, 'UnknownActionType', suggestion).value;
  // The intended type is unknown if the written one is forbidden, so the target is then checked by itself.
  const type = written === undefined || isLegal(action, written, countType) ? written : undefined;
  if (type === 'expire') {
    action.forbid('targetStorageClass', 'UnexpectedTargetStorageClass', 'the action type is "expire"');
    return;
  }
  const need = type === 'transition' ? 'needed' : 'optional';
  const target = action.word('targetStorageClass', need, ['archive'], 'UnknownTargetStorageClass');
  if (type === 'transition' && target.is === 'absent') {
    action.demand('targetStorageClass', 'the action type is "transition"');
  }
}

/** The conditions that ECR accepts with only one action. The others are valid with both. */
const ONLY_ACTION: Partial<Record<CountType, RuleAction['type']>> = {
  sinceImagePulled: 'transition',
  sinceImageTransitioned: 'expire',
};

function isLegal(action: ActionReader, type: RuleAction['type'], countType: CountType | undefined): boolean {
  const only = countType && ONLY_ACTION[countType];
  if (only === undefined || only === type) return true;
  action.report('IncompatibleAction', 'type',
    `type is ${show(type)}, which ECR rejects with countType ${show(countType)}: ` +
    `write ${show(only)}, or use "sinceImagePushed" or "imageCountMoreThan"`);
  return false;
}
