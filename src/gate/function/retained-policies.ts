import { createHash } from 'crypto';
import { Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { GateRole } from './gate-role';
import { includeIf } from './late-decisions';
import { acknowledgePolicy, explainPolicy } from './nag-reasons';
import type { Statement } from './policy-layout';
import { documentOf, maxLength } from './policy-size';

/** The size up to which a policy is filled, in characters. IAM allows 6,144, and names can change until synthesis. */
const MANAGED_SIZE = 5_800;

interface Page {
  readonly resources: string[];
  size: number;
}

/**
 * Managed policies of a role that are kept until the resources that need them are deleted.
 *
 * CloudFormation changes a policy before it deletes the resources that are no longer in the template. A statement that is removed
 * from a policy would be missing for their Delete events. So the logical id of each policy contains a hash of its document: a change
 * creates another policy, and CloudFormation deletes the former one last.
 */
export class RetainedPolicies {
  private readonly stack: Stack;
  private readonly pages: Page[] = [];

  /**
   * @param id The prefix of the ids of the policies, below the role.
   * @param actions The actions that are allowed on each of the resources.
   * @param always The statement that is added to each policy.
   */
  constructor(
    private readonly role: GateRole, private readonly id: string,
    private readonly actions: readonly string[], private readonly always: iam.PolicyStatement,
  ) {
    this.stack = Stack.of(role);
  }

  /** Allows the actions on one more resource. */
  public allowOn(resource: string): void {
    const size = maxLength(this.stack.resolve(resource)) + 1;
    const last = this.pages[this.pages.length - 1];
    const page = last && last.size + size <= MANAGED_SIZE ? last : this.addPage();
    page.resources.push(resource);
    page.size += size;
  }

  /** Adds a policy below the role in the tree, so that a function of this role depends on its policies. */
  private addPage(): Page {
    const resources: string[] = [];
    const always: Statement = this.always.toStatementJson();
    const document = () => documentOf([{ Effect: 'Allow', Action: this.actions, Resource: resources }, always]);
    const policy = new iam.CfnManagedPolicy(this.role, `${this.id}${this.pages.length + 1}`, {
      policyDocument: Lazy.uncachedAny({ produce: document }),
      roles: [this.role.usedName],
    });
    const logicalId: string = this.stack.resolve(policy.logicalId);
    const hash = () => createHash('sha256').update(JSON.stringify(this.stack.resolve(document()))).digest('hex').slice(0, 8);
    policy.overrideLogicalId(Lazy.uncachedString({ produce: () => logicalId + hash() }));
    includeIf(policy, () => this.role.acceptsPolicies);
    explainPolicy(policy, false, () => [{ names: [always.Sid], isNeeded: () => true }]);
    let isReported = false;
    policy.node.addValidation({
      validate: () => {
        if (this.role.acceptsPolicies) acknowledgePolicy(policy, false, this.stack.resolve(document()).Statement);
        else if (!isReported) this.role.report(document().Statement);
        isReported = true;
        return [];
      },
    });
    const page = { resources, size: maxLength(this.stack.resolve(document())) };
    this.pages.push(page);
    return page;
  }
}
