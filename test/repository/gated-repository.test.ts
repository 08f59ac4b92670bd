import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { TagStatus } from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ExpireWhen, ExpiryGuard, GatedRepository, GatedRepositoryProps, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../src';

const POLICY = LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }));

function synthesize(props: GatedRepositoryProps, use: (repository: GatedRepository) => void = () => {}): Template {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  use(new GatedRepository(stack, 'Repository', props));
  return Template.fromStack(stack);
}

const gateOf = (template: Template) => Object.entries(template.findResources('Custom::LifecyclePreviewGate'))[0];
const repositoryOf = (template: Template) => Object.values(template.findResources('AWS::ECR::Repository'))[0];

test('declares the policy, the gate, and the order between them', () => {
  const template = synthesize({ lifecyclePolicy: POLICY, guards: [ExpiryGuard.maxImages(5)] });
  const [gateId, gate] = gateOf(template);
  const repository = repositoryOf(template);
  expect(repository.DependsOn).toEqual([gateId]);
  expect(repository.Properties.LifecyclePolicy.LifecyclePolicyText).toBe(POLICY.toText());
  expect(gate.Properties.LifecyclePolicyText).toBe(POLICY.toText());
  expect(gate.Properties.Guards).toEqual([{ Id: 'max-images', Limit: '5' }]);
});

test('gates CDK\'s own lifecycle rules as well', () => {
  const template = synthesize({ lifecycleRules: [{ maxImageCount: 5 }] }, (repository) => {
    repository.addLifecycleRule({ maxImageAge: Duration.days(3), tagStatus: TagStatus.UNTAGGED });
  });
  const text = repositoryOf(template).Properties.LifecyclePolicy.LifecyclePolicyText;
  expect(JSON.parse(text).rules).toHaveLength(2);
  expect(gateOf(template)[1].Properties.LifecyclePolicyText).toBe(text);
});

test('refuses two sources of rules', () => {
  expect(() => synthesize({ lifecyclePolicy: POLICY, lifecycleRules: [{ maxImageCount: 5 }] }))
    .toThrow('LifecyclePolicyTwice: Shop/Repository has lifecyclePolicy and lifecycleRules; put all rules into lifecyclePolicy');
});

test('is a repository to everything else', () => {
  const template = synthesize({ lifecyclePolicy: POLICY, repositoryName: 'team/app', imageScanOnPush: true }, (repository) => {
    repository.grantPull(new iam.Role(repository.stack, 'Puller', { assumedBy: new iam.AccountRootPrincipal() }));
  });
  expect(repositoryOf(template).Properties).toMatchObject({
    RepositoryName: 'team/app',
    ImageScanningConfiguration: { ScanOnPush: true },
  });
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain('ecr:BatchGetImage');
});
