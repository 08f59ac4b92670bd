import { App, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  ExpireWhen, LifecycleGuard, GatedRepository, GatedRepositoryProps, ImageSelection, LifecyclePolicy, LifecycleRule, RepositoryPolicy,
} from '../../src';

const POLICY = LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }));

function synthesize(props: GatedRepositoryProps, use: (repository: GatedRepository) => void = () => {}): Template {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  use(new GatedRepository(stack, 'Repository', props));
  return Template.fromStack(stack);
}

const gateOf = (template: Template) => Object.entries(template.findResources('Custom::LifecyclePreviewGate'))[0];
const repositoryOf = (template: Template) => Object.values(template.findResources('AWS::ECR::Repository'))[0];

test('adds the policy, the gate, and the dependency on the gate', () => {
  const template = synthesize({ lifecyclePolicy: POLICY, guards: [LifecycleGuard.maxImages(5)] });
  const [gateId, gate] = gateOf(template);
  const repository = repositoryOf(template);
  expect(repository.DependsOn).toEqual([gateId]);
  expect(repository.Properties.LifecyclePolicy.LifecyclePolicyText).toBe(POLICY.toText());
  expect(gate.Properties.LifecyclePolicyText).toBe(POLICY.toText());
  expect(gate.Properties.Guards).toEqual([{ Id: 'max-images', Limit: '5' }]);
});

test('gates CDK\'s own lifecycle rules as well', () => {
  const template = synthesize({ lifecycleRules: [{ maxImageCount: 5 }] }, (repository) => {
    repository.addLifecycleRule({ maxImageAge: Duration.days(3), tagStatus: ecr.TagStatus.UNTAGGED });
  });
  const text = repositoryOf(template).Properties.LifecyclePolicy.LifecyclePolicyText;
  expect(JSON.parse(text).rules).toHaveLength(2);
  expect(gateOf(template)[1].Properties.LifecyclePolicyText).toBe(text);
});

test('rejects two sources of rules', () => {
  expect(() => synthesize({ lifecyclePolicy: POLICY, lifecycleRules: [{ maxImageCount: 5 }] }))
    .toThrow('DuplicateLifecyclePolicy: Shop/Repository has both lifecyclePolicy and lifecycleRules; put all rules into lifecyclePolicy');
});

test('can be used like any repository', () => {
  const template = synthesize({ lifecyclePolicy: POLICY, repositoryName: 'team/app', imageScanOnPush: true }, (repository) => {
    repository.grantPull(new iam.Role(repository.stack, 'Puller', { assumedBy: new iam.AccountRootPrincipal() }));
  });
  expect(repositoryOf(template).Properties).toMatchObject({
    RepositoryName: 'team/app',
    ImageScanningConfiguration: { ScanOnPush: true },
  });
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain('ecr:BatchGetImage');
});

test('has a repository policy, to which grants are added', () => {
  const template = synthesize({ repositoryPolicy: RepositoryPolicy.denyInsecureTransport() }, (repository) => {
    repository.grantPull(new iam.ServicePrincipal('codebuild.amazonaws.com'));
  });
  expect(repositoryOf(template).Properties.RepositoryPolicyText.Statement).toEqual([
    expect.objectContaining({ Effect: 'Deny', Action: 'ecr:*' }),
    expect.objectContaining({ Effect: 'Allow', Principal: { Service: 'codebuild.amazonaws.com' } }),
  ]);
});

test('has the removal policy, the emptying and the tag mutability of CDK', () => {
  const repository = repositoryOf(synthesize({
    removalPolicy: RemovalPolicy.DESTROY,
    emptyOnDelete: true,
    imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
    imageTagMutabilityExclusionFilters: [ecr.ImageTagMutabilityExclusionFilter.wildcard('dev-*')],
  }));
  expect(repository).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  expect(repository.Properties).toMatchObject({
    EmptyOnDelete: true,
    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    ImageTagMutabilityExclusionFilters: [{ ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: 'dev-*' }],
  });
});

test.each<[string, (stack: Stack) => Partial<GatedRepositoryProps>, unknown]>([
  ['AES256', () => ({ encryption: ecr.RepositoryEncryption.AES_256 }), undefined],
  ['KMS', () => ({ encryption: ecr.RepositoryEncryption.KMS }), { EncryptionType: 'KMS' }],
  ['KMS with a key', (stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }), { EncryptionType: 'KMS', KmsKey: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } }],
  ['KMS_DSSE', () => ({ encryption: ecr.RepositoryEncryption.KMS_DSSE }), { EncryptionType: 'KMS_DSSE' }],
  ['KMS_DSSE with a key', (stack) => ({ encryption: ecr.RepositoryEncryption.KMS_DSSE, encryptionKey: new kms.Key(stack, 'Key') }),
    { EncryptionType: 'KMS_DSSE', KmsKey: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } }],
])('is encrypted: %s', (_, props, expected) => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  new GatedRepository(stack, 'Repository', props(stack));
  expect(repositoryOf(Template.fromStack(stack)).Properties?.EncryptionConfiguration).toEqual(expected);
});

test('rejects a key with AES256, as CDK does', () => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  expect(() => new GatedRepository(stack, 'Repository', { encryption: ecr.RepositoryEncryption.AES_256, encryptionKey: new kms.Key(stack, 'Key') }))
    .toThrow('encryptionKey is specified');
});

test('imports a repository, which has no gate', () => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  const byName = GatedRepository.fromRepositoryName(stack, 'ByName', 'team/app');
  const byArn = GatedRepository.fromRepositoryArn(stack, 'ByArn', 'arn:aws:ecr:eu-west-1:111122223333:repository/team/api');
  expect([byName.repositoryName, byArn.repositoryName]).toEqual(['team/app', 'team/api']);
  expect(byArn.env.account).toBe('111122223333');
  expect(stack.node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
});
