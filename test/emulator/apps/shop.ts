import { App, Stack } from 'aws-cdk-lib';
import { LaterResource } from './later-resource';
import { policyOf } from './policies';
import { LifecycleGuard, GatedRepository, ImageSelection } from '../../../src';

/* A gated repository and a resource that depends on it. */

const app = new App();
const stack = new Stack(app, 'Shop');
const repository = new GatedRepository(stack, 'Web', {
  repositoryName: 'store/web',
  lifecyclePolicy: policyOf(app),
  // The last guard also makes the gate list all images.
  guards: [LifecycleGuard.maxImages(40), LifecycleGuard.protectTags('release-*'), LifecycleGuard.keepAtLeast(1, ImageSelection.tagged('release-*'))],
  gateApprovedPreview: app.node.tryGetContext('approvedPreview'),
});
new LaterResource(stack, 'Later', repository);
app.synth();
