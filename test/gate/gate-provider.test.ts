import { App, AppProps, Aspects, NestedStack, Stack, StackProps } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { LifecycleGateFunction, LifecycleGuard, GatedRepository, InUseSource, LifecyclePreviewGate, LifecyclePreviewGates } from '../../src';
import { closureOf } from '../repository/template-graph';

const GATE = 'Custom::LifecyclePreviewGate';
const HANDLER = { Handler: 'index.handler' };
const RULES = [{ maxImageCount: 5 }];

interface Resource {
  readonly Type: string;
  readonly Properties: any;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
}

function synthesize(build: (stack: Stack) => void, props: StackProps = {}, appProps: AppProps = {}) {
  const stack = new Stack(new App({ analyticsReporting: false, ...appProps }), 'Shop', props);
  build(stack);
  const template = Template.fromStack(stack);
  const resources: Record<string, Resource> = template.toJSON().Resources;
  return { stack, template, resources };
}

const addGates = (count: number, guards: LifecycleGuard[] = [], name: (i: number) => string | undefined = () => undefined) => (stack: Stack) => {
  for (let i = 0; i < count; i++) new GatedRepository(stack, `Repository${i}`, { repositoryName: name(i), lifecycleRules: RULES, guards });
};

function countByType(resources: Record<string, Resource>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
}

describe('the resources of a stack', () => {
  const PROVIDER = {
    'AWS::Lambda::Function': 1,
    'AWS::IAM::Role': 1,
    'AWS::IAM::Policy': 1,
    'AWS::Logs::LogGroup': 1,
  };

  test.each([1, 2, 10])('for %p gates: four resources per stack and one per gate', (count) => {
    const { resources } = synthesize(addGates(count));
    expect(countByType(resources)).toEqual({ ...PROVIDER, 'AWS::ECR::Repository': count, [GATE]: count });
  });

  test('all of them exist before the first gate runs, and depend on no repository', () => {
    const { resources } = synthesize(addGates(2));
    const [gate] = Object.entries(resources).filter(([, { Type }]) => Type === GATE).map(([id]) => id);
    const upstream = closureOf({ Resources: resources }, gate).map((id) => resources[id].Type).sort();
    expect(upstream).toEqual(Object.entries(PROVIDER).flatMap(([type, count]) => Array(count).fill(type)).sort());
  });

  /*
   * CloudFormation does not allow a change of the service token of a custom resource. With another logical id, no stack with a gate
   * could be updated. So this literal must never change.
   */
  test('the logical id of the function never changes', () => {
    const FUNCTION = 'cdkecrlifecycleLifecyclePreviewGateProviderHandler76ACA42A';
    const { resources } = synthesize(addGates(1));
    expect(Object.keys(resources).filter((id) => resources[id].Type === 'AWS::Lambda::Function')).toEqual([FUNCTION]);
    const [gate] = Object.values(resources).filter(({ Type }) => Type === GATE);
    expect(gate.Properties.ServiceToken).toEqual({ 'Fn::GetAtt': [FUNCTION, 'Arn'] });
    // An explicit name could require a replacement.
    expect(resources[FUNCTION].Properties).not.toHaveProperty('FunctionName');
    const nested = new NestedStack(new Stack(new App({ analyticsReporting: false }), 'Other'), 'Nested');
    addGates(1)(nested);
    expect(Object.keys(Template.fromStack(nested).findResources('AWS::Lambda::Function'))).toEqual([FUNCTION]);
  });

  test('no resource depends on itself', () => {
    const { resources } = synthesize(addGates(100, [], (i) => `team/${'x'.repeat(200)}-${i}`));
    expect(countByType(resources)['AWS::IAM::ManagedPolicy']).toBeGreaterThan(0);
    for (const id of Object.keys(resources)) expect(closureOf({ Resources: resources }, id)).not.toContain(id);
  });
});

describe('the log', () => {
  test('expires after a year, and is retained with the stack deleted', () => {
    const { template, resources } = synthesize(addGates(1));
    const [[id, group]] = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Logs::LogGroup');
    expect(group).toMatchObject({ Properties: { RetentionInDays: 365 }, DeletionPolicy: 'RetainExceptOnCreate' });
    template.hasResourceProperties('AWS::Lambda::Function', { ...HANDLER, LoggingConfig: { LogGroup: { Ref: id } } });
  });

  test('has no explicit name, because another log group may have the name that Lambda would choose', () => {
    const { resources } = synthesize((stack) => {
      addGates(1)(stack);
      Aspects.of(stack).add({
        visit: (node) => {
          if (!(node instanceof lambda.Function) || node.node.tryFindChild('OrganizationLog')) return;
          new logs.LogGroup(node, 'OrganizationLog', { logGroupName: `/aws/lambda/${node.functionName}` });
        },
      }, { priority: 100 });
    });
    const names = Object.values(resources).filter(({ Type }) => Type === 'AWS::Logs::LogGroup').map(({ Properties }) => Properties.LogGroupName);
    expect(names.filter((name) => name !== undefined)).toHaveLength(1);
    expect(names).toHaveLength(2);
  });

  test('is the only log that the function can write to', () => {
    const { template } = synthesize(addGates(1));
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const writing = statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('logs:')));
    expect(writing).toEqual([{
      Sid: 'OwnLog',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: { 'Fn::GetAtt': [expect.stringContaining('Log'), 'Arn'] },
    }]);
    template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
  });
});

describe('partitions and runtimes', () => {
  test.each([
    ['any region', {}],
    ['China', { env: { account: '123456789012', region: 'cn-north-1' } }],
    ['GovCloud', { env: { account: '123456789012', region: 'us-gov-west-1' } }],
  ])('%s: no ARN of another partition', (_, props) => {
    const guards = [LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda(), InUseSource.inspector())];
    for (const partitionLiterals of [true, false]) {
      const { template } = synthesize((stack) => {
        addGates(1, guards)(stack);
        const reportBucket = new s3.Bucket(stack, 'Reports');
        new LifecyclePreviewGate(stack, 'Gate', { repository: new ecr.Repository(stack, 'Web', { lifecycleRules: RULES }), reportBucket });
      }, props, { context: { '@aws-cdk/core:enablePartitionLiterals': partitionLiterals } });
      expect(JSON.stringify(template.toJSON())).not.toContain('arn:aws:');
    }
  });

  test.each(['eu-central-1', 'cn-north-1', 'us-gov-west-1', undefined])('%p: Node.js 20 or newer', (region) => {
    const { template } = synthesize(addGates(1), region ? { env: { account: '123456789012', region } } : {});
    const runtimes = Object.values(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties.Runtime);
    expect(runtimes).toEqual([expect.stringMatching(/^nodejs2[0-9]\.x$/)]);
  });
});

describe('permissions', () => {
  const documentsOf = (resources: Record<string, Resource>, type: string, marker: string) => Object.values(resources)
    .filter(({ Type, Properties }) => Type === type && JSON.stringify(Properties.Roles).includes(marker))
    .map(({ Properties }) => deployed(Properties.PolicyDocument));

  /** Returns the value as deployed in the region with the longest name. */
  function deployed(document: object): string {
    const values: Record<string, string> = {
      'AWS::Partition': 'aws-us-gov', 'AWS::Region': 'ap-northeast-1', 'AWS::AccountId': '123456789012', 'AWS::StackId': 'x'.repeat(120),
    };
    return JSON.stringify(document, (_key, value) => {
      if (value?.Ref) return values[value.Ref] ?? 'x'.repeat(64);
      if (value?.['Fn::GetAtt']) return 'x'.repeat(140);
      if (!value?.['Fn::Join']) return value;
      return value['Fn::Join'][1].map((part: any) => (typeof part === 'string' ? part : values[part.Ref])).join('');
    });
  }

  const MANY_GUARDS = [
    LifecycleGuard.maxPercent(5), LifecycleGuard.protectNewest(3), LifecycleGuard.keepAtLeast(3),
    LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda(), InUseSource.inspector()),
  ];

  describe.each<[string, LifecycleGuard[], (i: number) => string | undefined]>([
    ['generated names', [], () => undefined],
    ['generated names and all guards', MANY_GUARDS, () => undefined],
    ['short names and all guards', MANY_GUARDS, (i) => `team/service-${i}`],
    ['names of 120 characters', [], (i) => `${'team/'.repeat(22)}service-${i}`],
  ])('of 200 gates, %s', (_, guards, name) => {
    const { resources, stack } = synthesize(addGates(200, guards, name), {});
    const inline = documentsOf(resources, 'AWS::IAM::Policy', 'ProviderRole');
    const managed = documentsOf(resources, 'AWS::IAM::ManagedPolicy', 'ProviderRole');

    test('stay within the limits of IAM', () => {
      expect(inline.join('').length).toBeLessThanOrEqual(10_240);
      expect(Math.max(...managed.map(({ length }) => length))).toBeLessThanOrEqual(6_144);
      expect(managed.length).toBeGreaterThan(0);
      expect(managed.length).toBeLessThanOrEqual(10);
      Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('olicies'));
    });

    test('cover each repository once', () => {
      const text = [...inline, ...managed].join('');
      expect(text.match(/:repository\//g)).toHaveLength(200);
      expect((text.match(/ecs:ListClusters/g) ?? []).length).toBe(guards.length > 0 ? 1 : 0);
    });

    test('exist before a gate runs', () => {
      const [[, handler]] = Object.entries(resources).filter(([, { Properties }]) => Properties?.Handler === HANDLER.Handler);
      const policies = Object.keys(resources).filter((id) => resources[id].Type === 'AWS::IAM::ManagedPolicy');
      expect(handler.DependsOn).toEqual(expect.arrayContaining(policies));
    });
  });

  test('of gates that an aspect adds also stay within the limits', () => {
    const { resources } = synthesize((stack) => {
      new GatedRepository(stack, 'First', { lifecycleRules: RULES });
      for (let i = 0; i < 200; i++) new ecr.Repository(stack, `Repository${i}`);
      // A policy document must accept more statements after an aspect has rendered it.
      Aspects.of(stack).add({ visit: (node) => node instanceof ecr.Repository && node.node.id !== 'First' && node.addLifecycleRule(RULES[0]) });
      LifecyclePreviewGates.of(stack).add();
    });
    const inline = documentsOf(resources, 'AWS::IAM::Policy', 'ProviderRole');
    const managed = documentsOf(resources, 'AWS::IAM::ManagedPolicy', 'ProviderRole');
    expect(inline.join('').length).toBeLessThanOrEqual(10_240);
    expect(Math.max(...managed.map(({ length }) => length))).toBeLessThanOrEqual(6_144);
    expect([...inline, ...managed].join('').match(/:repository\//g)).toHaveLength(201);
  });

  test('rejects a role that exceeds the quota of managed policies, which can be raised', () => {
    const build = addGates(238, [], (i) => `${'team/'.repeat(48)}service-${i}`);
    expect(() => synthesize(build)).toThrow(/ExceededPolicyQuota: the gates of Shop need 1[0-9] managed policies on one role, and the quota of the account is 10/);
    const { resources } = synthesize((stack) => {
      build(stack);
      LifecycleGateFunction.of(stack).configure({ managedPolicyQuota: 20 });
    });
    expect(countByType(resources)['AWS::IAM::ManagedPolicy']).toBeGreaterThan(10);
  });

  test('of a hundred repositories fit into one policy', () => {
    for (const name of [(i: number) => `team/service-${i}`, () => undefined]) {
      expect(countByType(synthesize(addGates(100, [], name)).resources)).toMatchObject({ 'AWS::IAM::Policy': 1, 'AWS::ECR::Repository': 100 });
      expect(countByType(synthesize(addGates(100, [], name)).resources)).not.toHaveProperty('AWS::IAM::ManagedPolicy');
    }
  });

  test('of many repositories are the same in each synthesis, and contain each repository once', () => {
    const documents = () => {
      const { resources } = synthesize(addGates(180, [LifecycleGuard.protectInUse(InUseSource.ecs())], (i) => `team/a${'x'.repeat(i)}-${i}`));
      return [...documentsOf(resources, 'AWS::IAM::Policy', 'ProviderRole'), ...documentsOf(resources, 'AWS::IAM::ManagedPolicy', 'ProviderRole')];
    };
    const first = documents();
    expect(first.length).toBeGreaterThan(2);
    expect(documents()).toEqual(first);
    const named = first.join('').match(/repository\/team\/ax*-\d+"/g)!;
    expect([named.length, new Set(named).size]).toEqual([180, 180]);
  });

  test('rejects names that become too long for a policy after the gates were created', () => {
    expect(() => synthesize((stack) => {
      addGates(100, [], (i) => `r${i}`)(stack);
      Aspects.of(stack).add({
        visit: (node) => {
          if (node instanceof ecr.CfnRepository) node.repositoryName = `${'long/'.repeat(40)}${node.repositoryName}`;
        },
      });
    })).toThrow('OversizedRolePolicy');
  });

  test('of one gate: its repository, the needs of its guards, its stack', () => {
    const { resources } = synthesize((stack) => new LifecyclePreviewGate(stack, 'Gate', {
      repository: new ecr.Repository(stack, 'Web', { repositoryName: 'team/web', lifecycleRules: RULES }),
      guards: [LifecycleGuard.protectNewest(1), LifecycleGuard.keepAtLeast(1)],
    }));
    const [document] = documentsOf(resources, 'AWS::IAM::Policy', 'ProviderRole').filter((text) => text.includes('OwnStack'));
    const statements: any[] = JSON.parse(document).Statement;
    expect(statements.map(({ Sid }) => Sid)).toEqual(['OwnLog', 'OwnStack', undefined]);
    expect(statements[2]).toMatchObject({ Effect: 'Allow', Resource: 'arn:aws-us-gov:ecr:ap-northeast-1:123456789012:repository/team/web' });
    expect(statements[2].Action.slice(0, 4)).toEqual([
      'ecr:StartLifecyclePolicyPreview', 'ecr:GetLifecyclePolicyPreview', 'ecr:GetLifecyclePolicy', 'ecr:DescribeImages',
    ]);
    expect(new Set(statements[2].Action).size).toBe(statements[2].Action.length);
  });

  test('to store reports: new keys in the bucket, and the encryption key of the bucket', () => {
    const { template, resources } = synthesize((stack) => {
      const reportBucket = new s3.Bucket(stack, 'Reports', { encryptionKey: new kms.Key(stack, 'Key') });
      for (const id of ['Web', 'Api']) {
        new LifecyclePreviewGate(stack, `${id}Gate`, { repository: new ecr.Repository(stack, id, { lifecycleRules: RULES }), reportBucket });
      }
    });
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const [bucket] = Object.keys(resources).filter((id) => resources[id].Type === 'AWS::S3::Bucket');
    expect(statements.filter(({ Action }) => JSON.stringify(Action).includes('s3:'))).toEqual([
      { Effect: 'Allow', Action: 's3:PutObject', Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [bucket, 'Arn'] }, '/*']] } },
    ]);
    expect(statements.filter(({ Action }) => JSON.stringify(Action).includes('kms:')).map(({ Action }) => Action)).toEqual(['kms:GenerateDataKey']);
  });
});
