import { createHash } from 'crypto';
import { Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { explainWildcards } from './nag-reasons';
import { documentOf, longest, MANAGED_SIZE, Statement } from './role-policies';

interface Page {
  readonly resources: string[];
  size: number;
}

/**
 * What a role may do to many resources, each for as long as somebody relies on it.
 *
 * CloudFormation changes a policy before it deletes what is no longer in the template: a statement that is just taken out is
 * missing when the Delete comes that needs it. So each policy is named after what it says. A change makes another one beside
 * it, and the former one goes last.
 */
export class RetainedPolicies {
  private readonly stack: Stack;
  private readonly pages: Page[] = [];

  /**
   * @param id of the policies, below the role
   * @param actions what is allowed on each of the resources
   * @param always what is allowed as long as there is any resource
   */
  constructor(
    private readonly role: iam.Role, private readonly id: string,
    private readonly actions: readonly string[], private readonly always: iam.PolicyStatement,
  ) {
    this.stack = Stack.of(role);
  }

  /** Allows the actions on one more resource. */
  public allowOn(resource: string): void {
    const size = longest(this.stack.resolve(resource)) + 1;
    const last = this.pages[this.pages.length - 1];
    const page = last && last.size + size <= MANAGED_SIZE ? last : this.addPage();
    page.resources.push(resource);
    page.size += size;
  }

  /** Below the role in the tree, so that a function of this role waits for its policies. */
  private addPage(): Page {
    const resources: string[] = [];
    const always: Statement = this.always.toStatementJson();
    const document = () => documentOf([{ Effect: 'Allow', Action: this.actions, Resource: resources }, always]);
    const policy = new iam.CfnManagedPolicy(this.role, `${this.id}${this.pages.length + 1}`, {
      policyDocument: Lazy.uncachedAny({ produce: document }),
      roles: [this.role.roleName],
    });
    const logicalId: string = this.stack.resolve(policy.logicalId);
    const hash = () => createHash('sha256').update(JSON.stringify(this.stack.resolve(document()))).digest('hex').slice(0, 8);
    policy.overrideLogicalId(Lazy.uncachedString({ produce: () => logicalId + hash() }));
    explainWildcards(policy, new Set(), [always.Sid]);
    const page = { resources, size: longest(this.stack.resolve(document())) };
    this.pages.push(page);
    return page;
  }
}
