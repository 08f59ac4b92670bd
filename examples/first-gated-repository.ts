/** A first gated repository: keeps releases and production images, and expires old images of pull requests and untagged images. */
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ExpireWhen, GatedRepository, ImageSelection, LifecycleGuard, LifecyclePolicy, LifecycleRule } from 'cdk-ecr-lifecycle';

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
      // A deployment that would expire more than 40 images, or an image with one of these tags, fails before it changes the repository.
      guards: [LifecycleGuard.maxImages(40), LifecycleGuard.protectTags('release-*', 'prod')],
    });
  }
}
