import { App, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { LaterResource } from './later-resource';
import { policyOf } from './policies';
import { LifecycleGuard, LifecyclePolicyAttachment } from '../../../src';

/* A policy for a manually created repository, and a resource that depends on it. */

const app = new App();
const stack = new Stack(app, 'Tidy');
const attachment = new LifecyclePolicyAttachment(stack, 'Attachment', {
  repository: ecr.Repository.fromRepositoryName(stack, 'Repository', 'by-hand'),
  lifecyclePolicy: policyOf(app),
  guards: [LifecycleGuard.maxImages(40), LifecycleGuard.protectTags('release-*')],
});
new LaterResource(stack, 'Later', attachment);
app.synth();
