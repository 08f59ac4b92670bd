/** A change that the gate has blocked, and that is meant: let exactly the images of that preview go. */
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule } from 'cdk-ecr-lifecycle';

export class ApprovedCleanupStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    new GatedRepository(this, 'Batch', {
      lifecyclePolicy: LifecyclePolicy.fromRules(
        LifecycleRule.keep({ images: ImageSelection.tagged('release-*') }),
        LifecycleRule.expire({ images: ImageSelection.tagged('nightly-*'), when: ExpireWhen.sinceImagePushed(Duration.days(30)) }),
      ),
      guards: [LifecycleGuard.maxImages(10)],
      // The deployment failed, with this fingerprint in its message, and somebody has read the report. Any other set of images
      // is held against the guards again, so one more image blocks the deployment. Take the line away afterwards.
      gateApprovedPreview: 'e50b9e34539304c9',
    });
  }
}
