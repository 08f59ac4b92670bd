import { isAllowed } from './iam';
import { isObject, type Json } from './json';
import type { Stack, StackResource } from './stack';
import type { FunctionHost } from '../lambda/function-host';

/** Evaluates the permissions of functions, by the current policies of all stacks. */
export class Permissions {
  constructor(private readonly functions: FunctionHost, private readonly stacks: () => Iterable<Stack>) {}

  /**
   * Returns true if the caller may perform the action. Callers other than functions (users, CloudFormation) may perform all actions.
   *
   * @throws UnsupportedStatement if the result depends on a condition
   */
  isAuthorized(accessKeyId: string, action: string, resourceArn: string): boolean {
    const caller = this.functions.find(accessKeyId);
    return caller === undefined || isAllowed(this.policiesOf(caller.roleArn), action, resourceArn);
  }

  /** Returns the ARN of the role of the function with this access key; undefined if the caller is not a function. */
  roleOf(accessKeyId: string): string | undefined {
    return this.functions.find(accessKeyId)?.roleArn;
  }

  private policiesOf(roleArn: string): Json[] {
    const resources = [...this.stacks()].flatMap((stack) => [...stack.resources.values()]);
    const role = resources.find(({ type, attributes }) => type === 'AWS::IAM::Role' && attributes.Arn === roleArn);
    if (role?.physicalId === undefined) return []; // the role is not in these stacks, so no permission is known
    const inline = listOf(role.properties.Policies).filter(isObject);
    const attached = resources.filter((policy) => isAttached(policy, role));
    return [...inline, ...attached.map(({ properties }) => properties)].map(({ PolicyDocument }) => PolicyDocument);
  }
}

/** AWS managed policies are not resources of a stack, so they allow nothing here. */
function isAttached(policy: StackResource, role: StackResource): boolean {
  if (policy.physicalId === undefined) return false;
  const namesRole = listOf(policy.properties.Roles).includes(role.physicalId!);
  if (policy.type === 'AWS::IAM::Policy') return namesRole;
  return policy.type === 'AWS::IAM::ManagedPolicy'
    && (namesRole || listOf(role.properties.ManagedPolicyArns).includes(policy.physicalId));
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
