import { NestedStack, Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ENV, gatedStack, newApp, written } from './function-fixtures';
import { synthesize } from './gated-app';
import { GatedRepository, InUseSource, LifecycleGateFunction, LifecycleGateFunctionOptions, LifecycleGuard } from '../../src';

const RULES = [{ maxImageCount: 5 }];
const configure = (scope: Stack, options: LifecycleGateFunctionOptions) => LifecycleGateFunction.of(scope).configure(options);
function writtenWith(options: (stack: Stack) => LifecycleGateFunctionOptions) {
  const stack = gatedStack(newApp());
  configure(stack, options(stack));
  return written(stack);
}

describe('the log', () => {
  test('keeps its entries for another time, encrypted with a key', () => {
    const { ofType } = writtenWith((stack) => ({ logRetention: logs.RetentionDays.TEN_YEARS, logEncryptionKey: new kms.Key(stack, 'Key') }));
    const [[, { Properties }]] = ofType('AWS::Logs::LogGroup');
    expect(Properties).toEqual({ RetentionInDays: 3653, KmsKeyId: { 'Fn::GetAtt': [expect.stringContaining('Key'), 'Arn'] } });
  });

  test('never expires', () => {
    const { ofType } = writtenWith(() => ({ logRetention: logs.RetentionDays.INFINITE }));
    expect(ofType('AWS::Logs::LogGroup')[0][1].Properties ?? {}).not.toHaveProperty('RetentionInDays');
  });

  test('is a group of the user, of the same or another stack, and the function may write to this group only', () => {
    for (const isRemote of [true, false]) {
      const app = newApp();
      const stack = gatedStack(app, 'Shop', { env: ENV });
      const group = new logs.LogGroup(isRemote ? new Stack(app, 'Central', { env: ENV }) : stack, 'Log');
      configure(stack, { logGroup: group });
      const { ofType, function: fn, statement } = written(stack);
      expect(ofType('AWS::Logs::LogGroup')).toHaveLength(isRemote ? 0 : 1);
      const name = JSON.stringify(fn.Properties.LoggingConfig.LogGroup);
      expect(name).toMatch(isRemote ? /Fn::ImportValue.*RefLog/ : /"Ref":"Log/);
      expect(JSON.stringify(statement('OwnLog').Resource)).toMatch(isRemote ? /Fn::ImportValue.*GetAttLog/ : /"Fn::GetAtt":\["Log/);
    }
  });
});

describe('the role', () => {
  const roles = (ofType: ReturnType<typeof written>['ofType']) => ofType('AWS::IAM::Role').map(([id]) => id);

  test('of the user gets the policies, and no other role exists', () => {
    const { ofType, function: fn } = writtenWith((stack) => ({ role: new iam.Role(stack, 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }) }));
    const [id, ...more] = roles(ofType);
    expect(more).toEqual([]);
    expect(fn.Properties.Role).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    expect(ofType('AWS::IAM::Policy').map(([, { Properties }]) => Properties.Roles)).toEqual([[{ Ref: id }]]);
  });

  test('of another stack gets the policies of this stack', () => {
    const app = newApp();
    const stack = gatedStack(app, 'Shop', { env: ENV }, [LifecycleGuard.protectInUse(InUseSource.ecs())]);
    configure(stack, { role: new iam.Role(new Stack(app, 'Roles', { env: ENV }), 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }) });
    const { ofType, function: fn } = written(stack);
    expect(roles(ofType)).toEqual([]);
    expect(fn.Properties.Role).toEqual({ 'Fn::ImportValue': expect.stringContaining('GetAttMine') });
    expect(ofType('AWS::IAM::Policy')[0][1].Properties.Roles).toEqual([{ 'Fn::ImportValue': expect.stringContaining('RefMine') }]);
    // Its pulls are excluded, not those of a role that does not exist.
    expect(ofType('AWS::ECR::PullTimeUpdateExclusion')[0][1].Properties.PrincipalArn).toEqual(fn.Properties.Role);
  });

  test.each([[true, 1], [false, 0]])('that is imported with mutable: %p gets %p policies', (mutable, count) => {
    const { ofType, function: fn } = writtenWith((stack) => ({ role: iam.Role.fromRoleName(stack, 'Imported', 'gates', { mutable }) }));
    expect(roles(ofType)).toEqual([]);
    expect(JSON.stringify(fn.Properties.Role)).toContain('role/gates');
    expect(ofType('AWS::IAM::Policy').map(([, { Properties }]) => Properties.Roles)).toEqual(Array(count).fill(['gates']));
    expect(fn.DependsOn ?? []).toHaveLength(count);
  });

  test('of another account is rejected', () => {
    const stack = gatedStack(newApp(), 'Shop', { env: ENV });
    configure(stack, { role: iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::999999999999:role/gates') });
    expect(() => written(stack)).toThrow(/RemoteRole: the role Shop\/.*Imported is in account 999999999999/);
  });

  test('of the user may use the key of a report bucket', () => {
    const stack = new Stack(newApp(), 'Shop');
    const reportBucket = new s3.Bucket(stack, 'Reports', { encryptionKey: new kms.Key(stack, 'Key') });
    new GatedRepository(stack, 'Web', { lifecycleRules: RULES, gateReportBucket: reportBucket });
    const role = new iam.Role(stack, 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    configure(stack, { role });
    const { ofType, json } = written(stack);
    const using = ofType('AWS::IAM::Policy').filter(([, { Properties }]) => JSON.stringify(Properties).includes('kms:GenerateDataKey'));
    const [[id]] = ofType('AWS::IAM::Role');
    expect(using.map(([, { Properties }]) => Properties.Roles)).toEqual([[{ Ref: id }]]);
    expect(JSON.stringify(json)).not.toMatch(/"(Ref|Fn::GetAtt)":\[?"\w*ProviderRole/);
  });

  test('that the stack creates has a permissions boundary; one of an aspect takes precedence', () => {
    const boundary = (stack: Stack, name: string) => iam.ManagedPolicy.fromManagedPolicyName(stack, name, name);
    const { ofType } = writtenWith((stack) => ({ permissionsBoundary: boundary(stack, 'option') }));
    expect(JSON.stringify(ofType('AWS::IAM::Role')[0][1].Properties.PermissionsBoundary)).toContain('policy/option');
    const stack = gatedStack(newApp());
    configure(stack, { permissionsBoundary: boundary(stack, 'option') });
    iam.PermissionsBoundary.of(stack).apply(boundary(stack, 'aspect'));
    expect(JSON.stringify(written(stack).ofType('AWS::IAM::Role')[0][1].Properties.PermissionsBoundary)).toContain('policy/aspect');
  });
});

describe('the function', () => {
  test('has the properties of its options', () => {
    const { function: { Properties }, statement, functionId } = writtenWith((stack) => ({
      memorySize: 1024,
      reservedConcurrentExecutions: 10,
      architecture: lambda.Architecture.ARM_64,
      tracing: lambda.Tracing.ACTIVE,
      environment: { HTTPS_PROXY: 'http://proxy:3128', NODE_EXTRA_CA_CERTS: '/opt/ca.pem' },
      layers: [lambda.LayerVersion.fromLayerVersionArn(stack, 'Layer', 'arn:aws:lambda:eu-central-1:123456789012:layer:ca:1')],
      deadLetterQueue: sqs.Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-central-1:123456789012:dead'),
      eventBus: events.EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:eu-central-1:123456789012:event-bus/ops'),
    }));
    expect(Properties).toMatchObject({
      MemorySize: 1024,
      ReservedConcurrentExecutions: 10,
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      Layers: ['arn:aws:lambda:eu-central-1:123456789012:layer:ca:1'],
      DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-central-1:123456789012:dead' },
      Environment: {
        Variables: {
          HTTPS_PROXY: 'http://proxy:3128',
          NODE_EXTRA_CA_CERTS: '/opt/ca.pem',
          LIFECYCLE_GATE_EVENT_BUS: 'arn:aws:events:eu-central-1:123456789012:event-bus/ops',
        },
      },
    });
    expect(statement('Tracing')).toMatchObject({ Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' });
    expect(statement('DeadLetters')).toMatchObject({ Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:eu-central-1:123456789012:dead' });
    expect(statement('FailureEvents')).toMatchObject({ Action: 'events:PutEvents', Resource: 'arn:aws:events:eu-central-1:123456789012:event-bus/ops' });
    expect(functionId).toBe('cdkecrlifecycleLifecyclePreviewGateProviderHandler76ACA42A');
  });

  test('has none of them without options', () => {
    const { function: { Properties }, statement } = writtenWith(() => ({ environment: {}, layers: [], tracing: lambda.Tracing.DISABLED }));
    expect(Object.keys(Properties).sort()).toEqual(['Code', 'Description', 'Handler', 'LoggingConfig', 'MemorySize', 'Role', 'Runtime', 'Timeout']);
    for (const sid of ['Tracing', 'DeadLetters', 'FailureEvents', 'VpcAccess']) expect(statement(sid)).toBeUndefined();
  });

  test('has the variables of the options, of CDK and of others', () => {
    const stack = gatedStack(newApp(), 'Shop', {}, [LifecycleGuard.protectInUse(InUseSource.ecs())]);
    configure(stack, { environment: { NO_PROXY: 'localhost' } });
    const handler = stack.node.findAll().find((construct) => construct instanceof lambda.Function) as lambda.Function;
    handler.addEnvironment('TRACER', 'on');
    expect(Object.keys(written(stack).function.Properties.Environment.Variables)).toEqual(['NO_PROXY', 'PULL_TIME_UPDATE_EXCLUSION', 'TRACER']);
  });

  test('and its role and log have the tags of the option, which take precedence over those of the app', () => {
    const app = newApp();
    const stack = gatedStack(app);
    Tags.of(app).add('team', 'all');
    Tags.of(app).add('stage', 'prod');
    configure(stack, { tags: { team: 'platform' } });
    const { ofType } = written(stack);
    for (const type of ['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::Logs::LogGroup']) {
      expect(ofType(type)[0][1].Properties.Tags).toEqual([{ Key: 'stage', Value: 'prod' }, { Key: 'team', Value: 'platform' }]);
    }
    expect(ofType('AWS::ECR::Repository')[0][1].Properties.Tags).toContainEqual({ Key: 'team', Value: 'all' });
  });

  test('has each option of the innermost scope that sets it', () => {
    const app = newApp();
    const outer = gatedStack(app);
    const nested = new NestedStack(outer, 'Nested');
    new GatedRepository(nested, 'Web', { lifecycleRules: RULES });
    LifecycleGateFunction.of(app).configure({ memorySize: 1024, reservedConcurrentExecutions: 5 });
    LifecycleGateFunction.of(nested).configure({ memorySize: 2048 });
    const functions = synthesize(app).flatMap((resources) => Object.values(resources)).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    expect(functions.map(({ Properties: { MemorySize, ReservedConcurrentExecutions } }) => [MemorySize, ReservedConcurrentExecutions]).sort())
      .toEqual([[1024, 5], [2048, 5]]);
  });
});

test('Control Tower\'s proactive controls: a VPC, and a log with a key and a retention', () => {
  const { function: fn, ofType } = writtenWith((stack) => ({
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-a'] }),
    logEncryptionKey: new kms.Key(stack, 'Key'),
  }));
  expect(fn.Properties.VpcConfig).toMatchObject({ SubnetIds: ['subnet-a'], SecurityGroupIds: [expect.anything()] });
  expect(ofType('AWS::Logs::LogGroup')[0][1].Properties).toMatchObject({ KmsKeyId: expect.anything(), RetentionInDays: 365 });
});

describe('misuse', () => {
  test('all options that are not valid are reported at once', () => {
    const stack = gatedStack(newApp());
    const options = { memorySize: 64, reservedConcurrentExecutions: 0, environment: { 'AWS_REGION': 'x', 'PULL_TIME_UPDATE_EXCLUSION': 'x', 'a-b': 'x' }, securityGroups: [] };
    expect(() => configure(stack, options)).toThrow([
      'InvalidFunctionOptions: LifecycleGateFunction of Shop has 6 problems:',
      '  - InvalidFunctionOption at memorySize: must be a whole number from 256 to 10240, got 64',
      '  - InvalidFunctionOption at reservedConcurrentExecutions: must be a whole number from 1 to 1000, got 0',
      '  - ReservedVariable at environment.AWS_REGION: Lambda reserves this variable; leave it out',
      '  - ReservedVariable at environment.PULL_TIME_UPDATE_EXCLUSION: the library sets this variable; choose another name',
      '  - InvalidFunctionOption at environment.a-b: the name of a variable must have at least two letters, digits or underscores, and begin with a letter',
      '  - InvalidFunctionOption at securityGroups: must not be empty; leave it out for a security group that the stack creates',
    ].join('\n'));
  });

  test('options that have no effect on a log group of the user', () => {
    const stack = gatedStack(newApp());
    expect(() => configure(stack, { logGroup: new logs.LogGroup(stack, 'Log'), logRetention: logs.RetentionDays.ONE_DAY })).toThrow('ConflictingLogOptions');
  });
});
