import { App, CfnParameter, Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as servicecatalog from 'aws-cdk-lib/aws-servicecatalog';
import { newApp, ofType, synthesize } from './gated-app';
import {
  ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, InUseSource, LifecyclePolicy, LifecyclePolicyAttachment, LifecyclePreviewGates,
  LifecycleRule,
} from '../../src';

const ENV = { account: '111122223333', region: 'eu-central-1' };
const POLICY = () => LifecyclePolicy.fromRules(LifecycleRule.expire({
  images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)), maxExpiring: 7,
}));

let app: App;
beforeEach(() => {
  app = newApp(true);
});

const stackIn = (id: string, props: StackProps = { env: ENV }) => new Stack(app, id, props);

function attach(stack: Stack, id: string, name = 'team/app', lifecyclePolicy = POLICY(), guards?: LifecycleGuard[]) {
  const repository = ecr.Repository.fromRepositoryName(stack, `${id}Imported`, name);
  return new LifecyclePolicyAttachment(stack, id, { repository, lifecyclePolicy, guards });
}

const attachmentsIn = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('Custom::LifecyclePolicyAttachment'));

test('the custom resource has the policy, the guards and the budgets of the final rules', () => {
  const stack = stackIn('Shop');
  const policy = POLICY();
  attach(stack, 'Attachment', 'team/app', policy, [LifecycleGuard.maxImages(3)]);
  policy.addRule(LifecycleRule.keep({ images: ImageSelection.tagged('prod') }));
  const [{ Properties }] = attachmentsIn(stack);
  expect(Properties).toMatchObject({
    Purpose: 'ATTACHMENT',
    RepositoryName: 'team/app',
    Guards: [{ Id: 'max-images', Limit: '3' }, { Id: 'max-expiring', RulePriority: 1, Limit: '7' }],
    Enforcement: 'FAIL',
  });
  expect(JSON.parse(Properties.LifecyclePolicyText).rules).toHaveLength(2);
});

test('accepts a repository that is imported by ARN', () => {
  const stack = stackIn('Shop');
  const repository = ecr.Repository.fromRepositoryArn(stack, 'Imported', 'arn:aws:ecr:eu-central-1:111122223333:repository/team/app');
  new LifecyclePolicyAttachment(stack, 'Attachment', { repository, lifecyclePolicy: POLICY() });
  expect(attachmentsIn(stack)[0].Properties.RepositoryName).toBe('team/app');
});

test('two syntheses are identical to the byte', () => {
  const text = () => {
    app = newApp(true);
    attach(stackIn('Shop'), 'Attachment', 'team/app', POLICY(), [LifecycleGuard.protectInUse(InUseSource.ecs())]);
    return JSON.stringify(synthesize(app));
  };
  expect(text()).toBe(text());
});

test('another repository is another resource, and another policy of the role', () => {
  const idsOf = (...names: string[]) => {
    app = newApp(true);
    const stack = stackIn('Shop');
    names.forEach((name, i) => attach(stack, `Attachment${i}`, name));
    const template = Template.fromStack(stack);
    return ['Custom::LifecyclePolicyAttachment', 'AWS::IAM::ManagedPolicy'].map((type) => Object.keys(template.findResources(type)));
  };
  const [[one], [policy]] = idsOf('team/app');
  const [[other], [otherPolicy]] = idsOf('team/other');
  expect([other === one, otherPolicy === policy]).toEqual([false, false]);
  expect(idsOf('team/app')).toEqual([[one], [policy]]);
  expect(idsOf('team/app', 'team/other')[0][0]).toBe(one);
});

test('a hundred attachments stay within the limits of IAM', () => {
  const stack = stackIn('Shop');
  for (let i = 0; i < 100; i++) attach(stack, `Attachment${i}`, `team/a-repository-with-a-name-of-some-length-${i}`);
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
  expect(policies.length).toBeLessThanOrEqual(10);
  for (const { Properties } of policies) expect(JSON.stringify(Properties.PolicyDocument).length).toBeLessThan(6_144 * 1.5);
});

test.each([[100, false], [200, true]])('%i attachments exceed the quota of managed policies during an update: %s', (count, warned) => {
  const stack = stackIn('Shop');
  for (let i = 0; i < count; i++) attach(stack, `Attachment${i}`, `team/a-repository-with-a-name-of-some-length-${i}`);
  const warnings = app.synth().getStackByName('Shop').messages.map(({ entry }) => String(entry.data));
  expect(warnings).toEqual(warned ? [expect.stringMatching(/need up to \d+ managed policies on one role.*manyManagedPolicies/)] : []);
});

test('a name that only the deployment knows', () => {
  const stack = stackIn('Shop');
  attach(stack, 'Attachment', new CfnParameter(stack, 'Name').valueAsString);
  expect(attachmentsIn(stack)[0].Properties.RepositoryName).toEqual({ Ref: 'Name' });
});

test('its parameters are below the name of the deployed stack, also in a Service Catalog product', () => {
  class Product extends servicecatalog.ProductStack {
    constructor(scope: Stack, id: string) {
      super(scope, id, { assetBucket: new s3.Bucket(scope, 'Assets', { bucketName: 'assets' }) });
      attach(this, 'Attachment');
    }
  }
  new Product(stackIn('Catalog'), 'Product');
  const [[, { Properties: { PolicyDocument } }]] = synthesize(app).flatMap((resources) => ofType('AWS::IAM::ManagedPolicy', resources));
  const [, memory] = PolicyDocument.Statement;
  expect(memory.Resource['Fn::Join'][1].slice(-3)).toEqual([':parameter/cdk-ecr-lifecycle/', { Ref: 'AWS::StackName' }, '/*']);
});

test('adds the warnings of the policy, and gates for the whole app do not change it', () => {
  const stack = stackIn('Shop');
  LifecyclePreviewGates.of(app).add();
  attach(stack, 'Attachment', 'team/app', LifecyclePolicy.fromRules(
    LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) })));
  const { messages } = app.synth().getStackByName('Shop');
  expect(messages.map(({ entry }) => String(entry.data))).toEqual([expect.stringContaining('cdk-ecr-lifecycle:ageCatchAll')]);
});

describe('rejects', () => {
  test('a second attachment to a repository, in any stack of the app', () => {
    attach(stackIn('One'), 'Attachment');
    expect(() => attach(stackIn('Two'), 'Again'))
      .toThrow('DuplicateAttachment: Two/Again is a second attachment to the repository "team/app", which already has One/Attachment');
  });

  test('a second attachment in an environment-agnostic stack, by name and by ARN', () => {
    const stack = stackIn('Shop', {});
    attach(stack, 'ByName');
    const repository = ecr.Repository.fromRepositoryArn(stack, 'Imported', 'arn:aws:ecr:eu-central-1:111122223333:repository/team/app');
    expect(() => new LifecyclePolicyAttachment(stack, 'ByArn', { repository, lifecyclePolicy: POLICY() })).toThrow('DuplicateAttachment: Shop/ByArn');
    const named = ecr.Repository.fromRepositoryArn(stack, 'Named', 'arn:aws:ecr:eu-central-1:111122223333:repository/team/named');
    new LifecyclePolicyAttachment(stack, 'ToOwn', { repository: named, lifecyclePolicy: POLICY() });
    new ecr.Repository(stack, 'Own', { repositoryName: 'team/named' });
    expect(() => app.synth()).toThrow('OwnedRepository');
  });

  test.each([
    ['of another name', ENV, 'team/other'],
    ['in another region', { ...ENV, region: 'us-east-1' }, 'team/app'],
    ['in another account', { ...ENV, account: '444455556666' }, 'team/app'],
  ])('no attachment to a repository %s', (_, env, name) => {
    attach(stackIn('One'), 'Attachment');
    expect(attachmentsIn(attach(stackIn('Two', { env }), 'Attachment', name).node.scope as Stack)).toHaveLength(1);
  });

  test('no names that are known only at deployment, of two stacks', () => {
    for (const id of ['One', 'Two']) {
      const stack = stackIn(id);
      attach(stack, 'Attachment', new CfnParameter(stack, 'Name').valueAsString);
    }
    expect(app.synth().stacks).toHaveLength(2);
  });

  test.each<[string, (stack: Stack) => ecr.IRepository]>([
    ['plain', (stack) => new ecr.Repository(stack, 'Own')],
    ['gated', (stack) => new GatedRepository(stack, 'Own')],
  ])('a %s repository of this app', (_, make) => {
    const stack = stackIn('Shop');
    expect(() => new LifecyclePolicyAttachment(stack, 'Attachment', { repository: make(stack), lifecyclePolicy: POLICY() }))
      .toThrow(/^OwnedRepository: Shop\/Attachment attaches a policy to Shop\/Own, which this app declares/);
  });

  test.each(['Shop', 'Owner'])('a repository that is imported by a token for the name in the stack %s', (owner) => {
    const stack = stackIn('Shop');
    const { repositoryName } = new ecr.Repository(owner === 'Shop' ? stack : stackIn(owner), 'Own');
    expect(() => attach(stack, 'Attachment', repositoryName)).toThrow(`OwnedRepository: Shop/Attachment attaches a policy to ${owner}/Own/Resource`);
  });

  test('a repository that is imported by the name that it has in another stack of this app', () => {
    new ecr.Repository(stackIn('Owner'), 'Own', { repositoryName: 'team/app' });
    attach(stackIn('Shop'), 'Attachment');
    expect(() => app.synth()).toThrow('OwnedRepository: Shop/Attachment attaches a policy to Owner/Own/Resource');
  });

  test('a repository of another account or region', () => {
    const stack = stackIn('Shop');
    const repository = ecr.Repository.fromRepositoryArn(stack, 'Imported', 'arn:aws:ecr:us-east-1:111122223333:repository/team/app');
    expect(() => new LifecyclePolicyAttachment(stack, 'Attachment', { repository, lifecyclePolicy: POLICY() }))
      .toThrow('RemoteRepository: Shop/Attachment is in 111122223333/eu-central-1, but its repository is in 111122223333/us-east-1');
  });

  test('an invalid fingerprint', () => {
    const stack = stackIn('Shop');
    const repository = ecr.Repository.fromRepositoryName(stack, 'Imported', 'team/app');
    expect(() => new LifecyclePolicyAttachment(stack, 'Attachment', { repository, lifecyclePolicy: POLICY(), approvedPreview: 'yes' }))
      .toThrow('InvalidFingerprint');
  });
});
