import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { findingsIn, findingsInFiles } from './cloudformation-validator';
import { assemblyOf, EXAMPLES } from './examples';
import {
  ArchiveWhen, ExpireWhen, LifecycleGuard, GatedRepository, GateEnforcement, ImageSelection, InUseSource, LifecyclePolicy, LifecyclePolicyAttachment,
  LifecyclePreviewGates, LifecycleRule, RepositoryCreationScenario, RepositoryCreationTemplate, RepositoryPolicy,
} from '../../src';

const ACCOUNT = '111122223333';
const LIFECYCLE_POLICY = LifecyclePolicy.fromRules(
  LifecycleRule.keepForEachPattern(['release-*', 'prod']),
  LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)), maxExpiring: 9 }),
  LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(90)) }),
  LifecycleRule.expireArchived({ images: ImageSelection.all(), sinceImageTransitioned: Duration.days(365) }),
);
const REPOSITORY_POLICY = RepositoryPolicy.combine(
  RepositoryPolicy.crossAccountPull(ACCOUNT),
  RepositoryPolicy.crossAccountPush(ACCOUNT),
  RepositoryPolicy.organizationPull('o-exampleorgid'),
  RepositoryPolicy.organizationalUnitPull('o-exampleorgid/r-root/ou-root-exampleid/*'),
  RepositoryPolicy.lambdaPull(ACCOUNT),
  RepositoryPolicy.codeBuildPull({ projectNames: ['web'] }),
  RepositoryPolicy.denyInsecureTransport(),
  RepositoryPolicy.denyDeletion({ exemptRoleArns: [`arn:aws:iam::${ACCOUNT}:role/deploy`] }),
  RepositoryPolicy.fromStatements(new iam.PolicyStatement({ actions: ['ecr:DescribeImages'], principals: [new iam.AccountPrincipal(ACCOUNT)] })),
);

/** Creates an app with every construct of the library, and every property of them that is part of a template. */
function appWithEverything(): App {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Everything', { env: { account: '444455556666', region: 'eu-west-1' } });
  const encryptionKey = new kms.Key(stack, 'Key');
  const mutability = {
    imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
    imageTagMutabilityExclusionFilters: [ecr.ImageTagMutabilityExclusionFilter.wildcard('latest*')],
  };
  new GatedRepository(stack, 'Repository', {
    ...mutability,
    repositoryName: 'team/everything',
    encryption: ecr.RepositoryEncryption.KMS_DSSE,
    encryptionKey,
    imageScanOnPush: true,
    removalPolicy: RemovalPolicy.DESTROY,
    emptyOnDelete: true,
    lifecyclePolicy: LIFECYCLE_POLICY,
    repositoryPolicy: REPOSITORY_POLICY,
    guards: [
      LifecycleGuard.maxImages(9), LifecycleGuard.maxPercent(10), LifecycleGuard.maxArchived(9), LifecycleGuard.protectTags('prod'),
      LifecycleGuard.protectDigests(`sha256:${'0'.repeat(64)}`), LifecycleGuard.protectPushedWithin(Duration.days(1)),
      LifecycleGuard.protectPulledWithin(Duration.days(1)), LifecycleGuard.protectNewest(3), LifecycleGuard.keepAtLeast(3),
      LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda(), InUseSource.inspector()),
    ],
    gateEnforcement: GateEnforcement.WARN,
    gateApprovedPreview: 'e50b9e34539304c9',
    gateTimeout: Duration.minutes(5),
    gateReportBucket: new s3.Bucket(stack, 'Reports'),
    gateTrigger: 'abc',
  });
  new RepositoryCreationTemplate(stack, 'Template', {
    ...mutability,
    prefix: RepositoryCreationTemplate.ROOT,
    appliedFor: Object.values(RepositoryCreationScenario),
    description: 'Everything',
    encryption: ecr.RepositoryEncryption.KMS_DSSE,
    encryptionKey,
    lifecyclePolicy: LIFECYCLE_POLICY,
    repositoryPolicy: REPOSITORY_POLICY,
    resourceTags: { team: 'everything' },
  });
  new LifecyclePolicyAttachment(stack, 'Attachment', {
    repository: ecr.Repository.fromRepositoryName(stack, 'Imported', 'team/by-hand'), lifecyclePolicy: LIFECYCLE_POLICY, approvedPreview: 'e50b9e34539304c9',
  });
  new ecr.Repository(stack, 'Plain', { lifecycleRules: [{ maxImageCount: 5 }] });
  LifecyclePreviewGates.of(stack).add({ guards: [LifecycleGuard.maxImages(1)] });
  return app;
}

test.each(EXAMPLES)('CloudFormation finds nothing in %s', (file) => {
  expect(findingsIn(assemblyOf(file))).toEqual([]);
});

describe('with everything that the library can declare', () => {
  let templatePath: string;
  beforeAll(() => {
    [{ templateFullPath: templatePath }] = appWithEverything().synth().stacks;
  });

  test('CloudFormation finds nothing', () => {
    expect(findingsInFiles([templatePath])).toEqual([]);
  });

  test.each<[string, (resources: any[]) => void, RegExp]>([
    ['a wrong type', (resources) => { of(resources, 'AWS::ECR::Repository').EmptyOnDelete = { not: 'a boolean' }; }, /EmptyOnDelete/],
    ['an unknown property', (resources) => { of(resources, 'AWS::ECR::RepositoryCreationTemplate').Prefixes = ['x']; }, /Prefixes/],
    ['an unknown value', (resources) => { of(resources, 'AWS::ECR::RepositoryCreationTemplate').AppliedFor = ['NOW_AND_THEN']; }, /NOW_AND_THEN/],
    ['a missing property', (resources) => { delete of(resources, 'AWS::ECR::RepositoryCreationTemplate').Prefix; }, /Prefix/],
    ['a reference without a target', (resources) => { of(resources, 'AWS::ECR::Repository').RepositoryName = { Ref: 'Nothing' }; }, /Nothing/],
  ])('CloudFormation finds %s', (_, breakIt, finding) => {
    const template = JSON.parse(fs.readFileSync(templatePath, 'utf8'));
    breakIt(Object.values(template.Resources));
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'broken-'));
    const broken = path.join(directory, 'broken.template.json');
    fs.writeFileSync(broken, JSON.stringify(template));
    expect(findingsInFiles([broken])).toEqual([expect.stringMatching(finding)]);
    fs.rmSync(directory, { recursive: true });
  });
});

const of = (resources: any[], type: string): any => resources.find(({ Type }) => Type === type).Properties;
