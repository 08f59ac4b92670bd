import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ExpireWhen, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../../src';

const RELEASES_STAY = LifecycleRule.keep({ images: ImageSelection.tagged('release-*') });
const UNTAGGED_GO = LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) });
const newestPullRequests = (count: number) =>
  LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(count) });

/** The policies that the apps here can be deployed with, by the name that `-c policy=NAME` gives. */
export const POLICIES = {
  first: LifecyclePolicy.fromRules(UNTAGGED_GO),
  careless: LifecyclePolicy.fromRules(LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) })),
  careful: LifecyclePolicy.fromRules(RELEASES_STAY, newestPullRequests(3), UNTAGGED_GO),
  careful4: LifecyclePolicy.fromRules(RELEASES_STAY, newestPullRequests(4), UNTAGGED_GO),
};

export type PolicyName = keyof typeof POLICIES;

export function policyOf(scope: Construct): LifecyclePolicy {
  const name: unknown = scope.node.tryGetContext('policy') ?? 'first';
  if (typeof name !== 'string' || !Object.hasOwn(POLICIES, name)) throw new Error(`there is no policy ${JSON.stringify(name)}`);
  return POLICIES[name as PolicyName];
}
