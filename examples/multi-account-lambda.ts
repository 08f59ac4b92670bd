/** Shares the images of one repository with Lambda functions of other accounts. */
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ExpireWhen, GatedRepository, ImageSelection, LifecycleGuard, LifecyclePolicy, LifecycleRule, RepositoryPolicy } from 'cdk-ecr-lifecycle';

const STAGING = '111122223333';
const PRODUCTION = '444455556666';

export class FunctionImagesStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    new GatedRepository(this, 'Functions', {
      // Declares the permission for Lambda, because one that Lambda adds by itself is lost with the next update of the policy.
      repositoryPolicy: RepositoryPolicy.combine(
        RepositoryPolicy.lambdaPull(STAGING, PRODUCTION),
        RepositoryPolicy.denyInsecureTransport(),
      ),
      lifecyclePolicy: LifecyclePolicy.fromRules(
        LifecycleRule.keepForEachPattern(['staging-*', 'production-*']),
        LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(30)) }),
      ),
      // The gate does not see functions of other accounts, so tags protect their images. Pull times do not help: Lambda does not
      // pull the image of a running function again.
      guards: [LifecycleGuard.maxImages(100), LifecycleGuard.protectTags('staging-*', 'production-*')],
    });
  }
}
