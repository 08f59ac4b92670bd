/** Approves an intended change that the gate has blocked: exactly the images of that preview may expire. */
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ExpireWhen, GatedRepository, ImageSelection, LifecycleGuard, LifecyclePolicy, LifecycleRule } from 'cdk-ecr-lifecycle';

export class ApprovedCleanupStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    new GatedRepository(this, 'Batch', {
      lifecyclePolicy: LifecyclePolicy.fromRules(
        LifecycleRule.keep({ images: ImageSelection.tagged('release-*') }),
        LifecycleRule.expire({ images: ImageSelection.tagged('nightly-*'), when: ExpireWhen.sinceImagePushed(Duration.days(30)) }),
      ),
      guards: [LifecycleGuard.maxImages(10)],
      // The deployment failed with this fingerprint in its message, and an engineer has read the report. The guards judge any other
      // set of images, so one more image would block the deployment. Remove this line after the deployment.
      gateApprovedPreview: 'e50b9e34539304c9',
    });
  }
}
