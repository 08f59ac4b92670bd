import type { PolicyDocument } from '../../src/core/policy/policy-document';
import { parsePolicyText } from '../../src/core/policy/policy-text';
import { describeProblems } from '../../src/core/text/problem';
import { invalidParameter } from '../http/errors';

/** A lifecycle policy's text and what it says. */
export interface LifecyclePolicy {
  readonly text: string;
  readonly document: PolicyDocument;
}

/** Refuses what ECR would refuse, in the form that ECR uses; the wording of the single problems is this project's. */
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
