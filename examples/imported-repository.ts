import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { ExpireWhen, ImageSelection, InUseSource, LifecycleGuard, LifecyclePolicy, LifecyclePolicyAttachment, LifecycleRule } from 'cdk-ecr-lifecycle';

/**
 * Attaches a lifecycle policy to a repository that was created by hand.
 *
 * The policy is applied only after its preview has passed the guards. Deleting the stack restores the policy that the repository
 * had before.
 */
export class ImportedRepository extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    new LifecyclePolicyAttachment(this, 'LegacyPolicy', {
      repository: ecr.Repository.fromRepositoryName(this, 'Legacy', 'legacy/web'),
      lifecyclePolicy: LifecyclePolicy.fromRules(
        LifecycleRule.keepForEachPattern(['release-*', 'prod']),
        LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }),
      ),
      guards: [
        LifecycleGuard.maxPercent(30),
        LifecycleGuard.protectTags('release-*', 'prod'),
        LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda()),
      ],
    });
  }
}
