import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ExpireWhen, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../../src';

const KEEP_RELEASES = LifecycleRule.keep({ images: ImageSelection.tagged('release-*') });
const EXPIRE_UNTAGGED = LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) });
const newestPullRequests = (count: number) =>
  LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(count) });

/** The policies of these apps, by the name in `-c policy=NAME`. */
export const POLICIES = {
  first: LifecyclePolicy.fromRules(EXPIRE_UNTAGGED),
  risky: LifecyclePolicy.fromRules(LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) })),
  safe: LifecyclePolicy.fromRules(KEEP_RELEASES, newestPullRequests(3), EXPIRE_UNTAGGED),
  safe4: LifecyclePolicy.fromRules(KEEP_RELEASES, newestPullRequests(4), EXPIRE_UNTAGGED),
};

export type PolicyName = keyof typeof POLICIES;

export function policyOf(scope: Construct): LifecyclePolicy {
  const name: unknown = scope.node.tryGetContext('policy') ?? 'first';
  if (typeof name !== 'string' || !Object.hasOwn(POLICIES, name)) throw new Error(`unknown policy ${JSON.stringify(name)}`);
  return POLICIES[name as PolicyName];
}
