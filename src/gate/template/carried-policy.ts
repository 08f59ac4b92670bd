import { unpinnedReferences } from './dynamic-references';
import { isExpression, isNoValue } from '../../construct/expression';
import { isObject } from '../../core/text/json';
import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';

/** The policy property of a template, in the form that the gate's own property takes. */
export interface CarriedPolicy {
  /** The text, or the expression that returns it at deployment. Undefined without a policy. */
  readonly text?: unknown;
  readonly problems: readonly Problem[];
}

/**
 * Copies the text of a `LifecyclePolicy` property for the gate, together with the conditions around it.
 *
 * Anything that cannot be copied is a problem: the gate would preview a different policy than CloudFormation applies.
 *
 * @param path The path of the repository in the construct tree.
 * @param account The account of the stack, or undefined if it is known only at deployment.
 */
export function carryPolicy(policy: unknown, path: string, account: string | undefined): CarriedPolicy {
  const problems: Problem[] = [];
  const carry = (value: unknown): unknown => {
    if (value === undefined || isNoValue(value)) return undefined;
    const branches = isObject(value) && Object.keys(value).length === 1 ? value['Fn::If'] : undefined;
    if (Array.isArray(branches) && branches.length === 3) {
      const [condition, whenTrue, whenFalse] = branches;
      const [one, other] = [carry(whenTrue), carry(whenFalse)];
      if (one === undefined && other === undefined) return undefined;
      return { 'Fn::If': [condition, one ?? NO_VALUE, other ?? NO_VALUE] };
    }
    problems.push(...problemsOf(value, path, account));
    return isObject(value) && !isNoValue(value.LifecyclePolicyText) ? value.LifecyclePolicyText : undefined;
  };
  const text = carry(policy);
  return { text, problems };
}

const NO_VALUE = { Ref: 'AWS::NoValue' };

/** Returns the problems of a policy without conditions around it. */
function problemsOf(policy: unknown, path: string, account: string | undefined): Problem[] {
  const unknown = isObject(policy) ? Object.keys(policy).filter((key) => !['LifecyclePolicyText', 'RegistryId'].includes(key)) : [''];
  if (!isObject(policy) || unknown.length > 0) {
    return [{
      code: 'UnreadablePolicy',
      path,
      message: `the LifecyclePolicy ${show(policy)} cannot be read at synthesis, so its gate cannot preview it; `
        + 'set LifecyclePolicyText itself, and put Fn::If around it or in it if it depends on a condition',
    }];
  }
  return [...textProblems(policy.LifecyclePolicyText, path), ...registryProblems(policy.RegistryId, path, account)];
}

function textProblems(text: unknown, path: string): Problem[] {
  if (text !== undefined && typeof text !== 'string' && !isExpression(text)) {
    return [{
      code: 'UnreadablePolicy', path, message: `LifecyclePolicyText takes JSON text, got ${show(text)}; use Stack.toJsonString`,
    }];
  }
  return unpinnedReferences(text).map((reference) => ({
    code: 'UnpinnedPolicy',
    path,
    message: `the lifecycle policy contains ${show(reference)}, whose value can change without a deployment; `
      + 'name a version, or use an SSM parameter type for a CloudFormation parameter',
  }));
}

function registryProblems(registryId: unknown, path: string, account: string | undefined): Problem[] {
  const isOwn = registryId === undefined || isNoValue(registryId) || (isObject(registryId) && registryId.Ref === 'AWS::AccountId')
    || (account !== undefined && registryId === account);
  return isOwn ? [] : [{
    code: 'ForeignRegistry',
    path,
    message: `the lifecycle policy has registryId ${show(registryId)}, but its gate previews the registry of the stack's account `
      + `${account === undefined ? '(known only at deployment)' : show(account)}; leave registryId out`,
  }];
}
