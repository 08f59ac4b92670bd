/** Archives images that were not pulled for 90 days, and deletes them after a year in the archive. */
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ArchiveWhen, GatedRepository, ImageSelection, LifecycleGuard, LifecyclePolicy, LifecycleRule } from 'cdk-ecr-lifecycle';

export class ArchiveStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    new GatedRepository(this, 'Reports', {
      lifecyclePolicy: LifecyclePolicy.fromRules(
        LifecycleRule.keepForEachPattern(['release-*', 'prod']),
        LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(90)) }),
        LifecycleRule.expireArchived({ images: ImageSelection.all(), sinceImageTransitioned: Duration.days(365) }),
      ),
      // An archived image cannot be pulled until it is restored, and is deleted a year later, so both limits count it.
      guards: [LifecycleGuard.maxImages(200), LifecycleGuard.maxArchived(200), LifecycleGuard.protectPulledWithin(Duration.days(60))],
    });
  }
}
