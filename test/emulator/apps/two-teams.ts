import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { policyOf } from './policies';
import { LifecycleGuard, LifecyclePreviewGates } from '../../../src';

/* Two stacks without gates of their own, with an L1 and an L2 repository. One line adds gates to both. */

const app = new App();
const teamA = new ecr.Repository(new Stack(app, 'TeamA'), 'Api', {
  repositoryName: 'team-a/api', removalPolicy: RemovalPolicy.DESTROY, emptyOnDelete: true,
});
policyOf(app).applyTo(teamA);
// CloudFormation generates the name. The logical id of an L1 is its path.
new ecr.CfnRepository(new Stack(app, 'TeamB'), 'Batch', {
  lifecyclePolicy: { lifecyclePolicyText: policyOf(app).toText() }, emptyOnDelete: true,
});

LifecyclePreviewGates.of(app).add({ guards: [LifecycleGuard.maxImages(40), LifecycleGuard.protectTags('release-*')] });
app.synth();
