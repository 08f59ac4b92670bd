import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { LaterResource } from './later-resource';
import { policyOf } from './policies';

/* A repository and a resource that depends on it, without a gate, to check the emulator itself. */

const app = new App();
const stack = new Stack(app, 'Plain');
const repository = new ecr.Repository(stack, 'Web', { repositoryName: 'plain/web', removalPolicy: RemovalPolicy.DESTROY, emptyOnDelete: true });
policyOf(app).applyTo(repository);
new LaterResource(stack, 'Later', repository);
app.synth();
