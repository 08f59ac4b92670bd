import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { LaterResource } from './later-resource';
import { policyOf } from './policies';
import { LifecycleGuard, LifecyclePreviewGate } from '../../../src';

/* The same stack with and without a gate (`-c gated=yes`), to measure the time that the gate adds. */

const app = new App();
const gated = app.node.tryGetContext('gated') === 'yes';
const stack = new Stack(app, gated ? 'TimedWithGate' : 'TimedWithout');
const repository = new ecr.Repository(stack, 'Web', {
  repositoryName: gated ? 'timed/gated' : 'timed/plain', removalPolicy: RemovalPolicy.DESTROY, emptyOnDelete: true,
});
policyOf(app).applyTo(repository);
// A resource that always takes a moment, because the command line polls a stack only every few seconds.
new LaterResource(stack, 'Later', repository);
if (gated) new LifecyclePreviewGate(stack, 'Gate', { repository, guards: [LifecycleGuard.maxImages(40)] });
app.synth();
