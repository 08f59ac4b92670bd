import type { PolicyDocument } from '../../src/core/policy/policy-document';
import { parsePolicyText } from '../../src/core/policy/policy-text';
import { describeProblems } from '../../src/core/text/problem';
import { invalidParameter } from '../http/errors';

/** The text of a lifecycle policy and its parsed document. */
export interface LifecyclePolicy {
  readonly text: string;
  readonly document: PolicyDocument;
}

/** Parses a policy. Rejects invalid ones in the format of ECR, with the problems in this project's words. */
export function lifecyclePolicyFrom(text: string): LifecyclePolicy {
  if (!isJson(text)) throw invalidParameter('LifecyclePolicyText', 'Lifecycle policy parsing failure: the text is not JSON');
  const parsed = parsePolicyText(text);
  if (!parsed.ok) {
    const problems = describeProblems(parsed.problems).replaceAll('\n', '; ');
    throw invalidParameter('LifecyclePolicyText', `Lifecycle policy validation failure: ${problems}`);
  }
  return { text, document: parsed.value };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
