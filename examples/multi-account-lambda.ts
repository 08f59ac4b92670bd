/** Lambda functions of other accounts use the images of one repository. */
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule, RepositoryPolicy } from 'cdk-ecr-lifecycle';

const STAGING = '111122223333';
const PRODUCTION = '444455556666';

export class FunctionImagesStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    new GatedRepository(this, 'Functions', {
      // Declared here, the permission for Lambda stays; one that Lambda adds by itself goes with the next update of the policy.
      repositoryPolicy: RepositoryPolicy.combine(
        RepositoryPolicy.lambdaPull(STAGING, PRODUCTION),
        RepositoryPolicy.denyInsecureTransport(),
      ),
      lifecyclePolicy: LifecyclePolicy.fromRules(
        LifecycleRule.keepForEachPattern(['staging-*', 'production-*']),
        LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(30)) }),
      ),
      // What runs in other accounts is out of the gate's sight, so it is protected by its tags. Pulls say nothing: Lambda does
      // not pull again for a function that runs.
      guards: [LifecycleGuard.maxImages(100), LifecycleGuard.protectTags('staging-*', 'production-*')],
    });
  }
}
