import { isAllowed } from './iam';
import { isObject, type Json } from './json';
import type { Stack, StackResource } from './stack';
import type { FunctionHost } from '../lambda/function-host';

/** What the roles of functions may do, by the policies that the stacks hold now. */
export class Permissions {
  constructor(private readonly functions: FunctionHost, private readonly stacks: () => Iterable<Stack>) {}

  /**
   * Whether the caller may do this. Whoever is no function (a person, CloudFormation itself) may do everything.
   *
   * @throws UnsupportedStatement when the answer hangs on a condition
   */
  isAuthorized(accessKeyId: string, action: string, resourceArn: string): boolean {
    const caller = this.functions.find(accessKeyId);
    return caller === undefined || isAllowed(this.policiesOf(caller.roleArn), action, resourceArn);
  }

  /** The ARN of the role under which the function with this access key calls; undefined if the caller is not a function. */
  roleOf(accessKeyId: string): string | undefined {
    return this.functions.find(accessKeyId)?.roleArn;
  }

  private policiesOf(roleArn: string): Json[] {
    const resources = [...this.stacks()].flatMap((stack) => [...stack.resources.values()]);
    const role = resources.find(({ type, attributes }) => type === 'AWS::IAM::Role' && attributes.Arn === roleArn);
    if (role?.physicalId === undefined) return []; // not of these stacks: nothing is known to be allowed
    const inline = listOf(role.properties.Policies).filter(isObject);
    const attached = resources.filter((policy) => isAttached(policy, role));
    return [...inline, ...attached.map(({ properties }) => properties)].map(({ PolicyDocument }) => PolicyDocument);
  }
}

/** AWS's own managed policies are not among the resources and contribute nothing. */
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
