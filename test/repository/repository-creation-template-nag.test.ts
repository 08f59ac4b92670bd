import { App, Aspects, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { AwsSolutionsChecks, INagLogger } from 'cdk-nag';
import { RepositoryCreationScenario, RepositoryCreationTemplate } from '../../src';

/** Returns the findings of AwsSolutionsChecks on a template whose role has all permissions that it can have, with their reasons. */
function findings() {
  const open: string[] = [];
  const answered: string[] = [];
  const logger: INagLogger = {
    onCompliance() {},
    onNotApplicable() {},
    onNonCompliance: ({ findingId }) => open.push(findingId),
    onSuppressed: ({ findingId }) => answered.push(findingId),
    onError: ({ errorMessage }) => open.push(errorMessage),
    onSuppressedError: ({ errorMessage }) => open.push(errorMessage),
  };
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Registry', { env: { account: '111122223333', region: 'eu-west-1' } });
  new RepositoryCreationTemplate(stack, 'Template', {
    prefix: 'docker-hub',
    appliedFor: [RepositoryCreationScenario.PULL_THROUGH_CACHE],
    encryption: ecr.RepositoryEncryption.KMS,
    resourceTags: { team: 'web' },
  });
  Aspects.of(app).add(new AwsSolutionsChecks({ reports: false, additionalLoggers: [logger] }));
  app.synth();
  return { open, answered };
}

test('every wildcard of the role has its reason', () => {
  expect(findings()).toEqual({
    open: [],
    answered: [
      'Resource::arn:<AWS::Partition>:ecr:eu-west-1:111122223333:repository/docker-hub/*',
      'Resource::arn:<AWS::Partition>:kms:eu-west-1:111122223333:key/*',
    ],
  });
});
