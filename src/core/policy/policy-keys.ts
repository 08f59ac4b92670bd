import type { PolicyDocument, PolicyRule, RuleAction, RuleSelection } from './policy-document';

// All keys of a policy text, in the order of ECR's documentation.

export const DOCUMENT_KEYS = ['rules'] as const satisfies readonly (keyof PolicyDocument)[];
export const RULE_KEYS = ['rulePriority', 'description', 'selection', 'action'] as const satisfies readonly (keyof PolicyRule)[];
export const SELECTION_KEYS = [
  'tagStatus', 'tagPatternList', 'tagPrefixList', 'storageClass', 'countType', 'countUnit', 'countNumber',
] as const satisfies readonly (keyof RuleSelection)[];
export const ACTION_KEYS = ['type', 'targetStorageClass'] as const satisfies readonly (keyof RuleAction)[];

/** Returns the document with its known keys in ECR's order. Absent and undefined keys remain absent. */
export function inKeyOrder(document: PolicyDocument): PolicyDocument {
  return {
    rules: document.rules.map((rule) => pick(
      { ...rule, selection: pick(rule.selection, SELECTION_KEYS), action: pick(rule.action, ACTION_KEYS) },
      RULE_KEYS,
    )),
  };
}

function pick<T extends object>(source: T, keys: readonly (keyof T)[]): T {
  const picked: Partial<T> = {};
  for (const key of keys) {
    if (source[key] !== undefined) picked[key] = source[key];
  }
  return picked as T;
}
