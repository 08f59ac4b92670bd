/** A first gated repository: releases and what production runs stay, previews of pull requests and untagged images go, and never more than expected. */
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule } from 'cdk-ecr-lifecycle';

export class FirstRepositoryStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    new GatedRepository(this, 'Web', {
      repositoryName: 'shop/web',
      lifecyclePolicy: LifecyclePolicy.fromRules(
        LifecycleRule.keepForEachPattern(['release-*', 'prod']),
        LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(20) }),
        LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }),
      ),
      // A deployment that would expire more than 40 images, or one of these, fails before the repository is touched.
      guards: [LifecycleGuard.maxImages(40), LifecycleGuard.protectTags('release-*', 'prod')],
    });
  }
}
