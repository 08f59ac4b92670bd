import { writeFileSync } from 'node:fs';
import { CfnOutput, CfnResource, CustomResource, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { addGate, history, reasonOf, Rehearsal, STACK, synth, type GateProperties } from './fixture';

let rehearsal: Rehearsal;
afterEach(() => rehearsal.stop());

function gatedRepository(properties: GateProperties = {}): (stack: Stack) => void {
  return (stack) => {
    const gate = addGate(stack, properties);
    const repository = new ecr.Repository(stack, 'Images', {
      lifecycleRules: [{ maxImageCount: 5 }], imageScanOnPush: true, imageTagMutability: ecr.TagMutability.IMMUTABLE,
    });
    repository.node.addDependency(gate);
    new CfnOutput(stack, 'Answer', { value: gate.getAttString('answer') });
    new CfnOutput(stack, 'Uri', { value: repository.repositoryUri });
  };
}

describe('a create that succeeds', () => {
  beforeEach(async () => {
    rehearsal = await Rehearsal.start();
  });

  test('creates resources in the order of their dependencies, and runs the function', async () => {
    const { status, events, outputs } = await rehearsal.deploy(gatedRepository());

    expect(status).toBe('CREATE_COMPLETE');
    expect(history(events, STACK, 'Handler', 'Gate', 'Images')).toEqual([
      'Shop CREATE_IN_PROGRESS',
      'Handler CREATE_IN_PROGRESS', 'Handler CREATE_COMPLETE',
      'Gate CREATE_IN_PROGRESS', 'Gate CREATE_COMPLETE',
      'Images CREATE_IN_PROGRESS', 'Images CREATE_COMPLETE',
      'Shop CREATE_COMPLETE',
    ]);
    const { physicalId } = Object.values(rehearsal.cloudFormation.stack(STACK)!.resources).find(({ type }) => type === 'AWS::ECR::Repository')!;
    expect(physicalId).toMatch(/^shop-images[0-9a-f]{8}-[0-9a-z]{12}$/);
    expect(outputs).toEqual({ Answer: '42', Uri: expect.stringMatching(`/${physicalId}$`) });
    expect(rehearsal.ecr.calls.map(({ operation, accessKeyId }) => `${accessKeyId} ${operation}`)).toEqual([
      'cloudformation CreateRepository', 'cloudformation PutLifecyclePolicy',
    ]);
    expect(rehearsal.ecr.calls[0].input).toMatchObject({
      imageTagMutability: 'IMMUTABLE', imageScanningConfiguration: { scanOnPush: true },
    });
  });

  test('sends the same event as the service, with every scalar as text', async () => {
    await rehearsal.deploy(gatedRepository({ count: 3, deep: { flag: true, list: [1.5, 'a', { no: false }] } }));

    const stack = rehearsal.cloudFormation.stack(STACK)!;
    const serviceToken = stack.resources.Gate.properties.ServiceToken;
    expect(serviceToken).toMatch(/^arn:aws:lambda:us-east-1:111122223333:function:gate-handler$/);
    expect(rehearsal.gateEvents()).toEqual([{
      RequestType: 'Create',
      ServiceToken: serviceToken,
      ResponseURL: expect.stringContaining('/custom-resource-responses/'),
      StackId: stack.id,
      RequestId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      LogicalResourceId: 'Gate',
      ResourceType: 'AWS::CloudFormation::CustomResource',
      ResourceProperties: {
        ServiceToken: serviceToken,
        ServiceTimeout: '30',
        count: '3',
        deep: { flag: 'true', list: ['1.5', 'a', { no: 'false' }] },
      },
    }]);
  });

  test('has the same result in every run', async () => {
    const first = await rehearsal.deploy(gatedRepository());
    const other = await Rehearsal.start();
    const second = await other.deploy(gatedRepository());
    await other.stop();
    expect({ ...second, outputs: {} }).toEqual({ ...first, outputs: {} });
  });

  test('is not repeated without a change', async () => {
    const assemblyDirectory = synth(gatedRepository());
    await rehearsal.cloudFormation.deploy({ assemblyDirectory, stackName: STACK });
    const again = await rehearsal.cloudFormation.deploy({ assemblyDirectory, stackName: STACK });
    expect(again).toMatchObject({ status: 'CREATE_COMPLETE', events: [], outputs: { Answer: '42' } });
    expect(rehearsal.gateEvents()).toHaveLength(1);
  });
});

describe('a create that fails', () => {
  beforeEach(async () => {
    rehearsal = await Rehearsal.start();
  });

  test('only deletes resources, and the repository behind the gate is never created', async () => {
    const { status, events } = await rehearsal.deploy(gatedRepository({ mode: 'fail' }));

    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(history(events, STACK, 'Handler', 'Gate', 'Images')).toEqual([
      'Shop CREATE_IN_PROGRESS',
      'Handler CREATE_IN_PROGRESS', 'Handler CREATE_COMPLETE',
      'Gate CREATE_IN_PROGRESS', 'Gate CREATE_FAILED',
      'Shop ROLLBACK_IN_PROGRESS',
      'Gate DELETE_IN_PROGRESS', 'Gate DELETE_COMPLETE',
      'Handler DELETE_IN_PROGRESS', 'Handler DELETE_COMPLETE',
      'Shop ROLLBACK_COMPLETE',
    ]);
    expect(reasonOf(events, 'CREATE_FAILED'))
      .toMatch(/^Received response status \[FAILED\] from custom resource\. Message returned: careless policy \(RequestId: [0-9a-f-]{36}\)$/);
    expect(reasonOf(events, 'ROLLBACK_IN_PROGRESS')).toContain('failed to create: [Gate]');
    // The failed resource has an id from its response, so it is deleted.
    expect(rehearsal.gateRequests()).toEqual(['Create - ->undefined', 'Delete gate ->undefined']);
    expect(rehearsal.ecr.calls).toEqual([]);
  });

  test('leaves a stack that can be deleted, but not updated', async () => {
    await rehearsal.deploy(gatedRepository({ mode: 'fail' }));
    await expect(rehearsal.deploy(gatedRepository())).rejects.toThrow('is in ROLLBACK_COMPLETE state and can not be updated');
    await rehearsal.cloudFormation.destroy(STACK);
    expect((await rehearsal.deploy(gatedRepository())).status).toBe('CREATE_COMPLETE');
  });

  test('fails on a response of more than 4,096 bytes', async () => {
    const { status, events } = await rehearsal.deploy(gatedRepository({ mode: 'too-long' }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasonOf(events, 'CREATE_FAILED')).toBe('Response object is too long.');
  });

  test('deletes a created repository whose policy is rejected', async () => {
    const { status, events } = await rehearsal.deploy((stack) => {
      const repository = new ecr.CfnRepository(stack, 'Images', { lifecyclePolicy: { lifecyclePolicyText: '{"rules":[]}' } });
      repository.applyRemovalPolicy(RemovalPolicy.DESTROY);
    });
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(reasonOf(events, 'CREATE_FAILED')).toMatch(/^Resource handler returned message: ".*Service: Ecr, Status Code: 400/);
    expect(rehearsal.ecr.calls.map(({ operation }) => operation)).toEqual(['CreateRepository', 'PutLifecyclePolicy', 'DeleteRepository']);
  });

  test.each<[string, string, (stack: Stack, id: string) => void]>([
    ['a log group', 'AWS::Logs::LogGroup', (stack, id) => new CfnResource(stack, id, { type: 'AWS::Logs::LogGroup', properties: { LogGroupName: 'twice' } })],
    ['a role', 'AWS::IAM::Role', (stack, id) => new CfnResource(stack, id, { type: 'AWS::IAM::Role', properties: { RoleName: 'twice', AssumeRolePolicyDocument: {} } })],
    ['a parameter', 'AWS::SSM::Parameter', (stack, id) => new CfnResource(stack, id, { type: 'AWS::SSM::Parameter', properties: { Name: 'twice', Type: 'String', Value: 'x' } })],
    ['a topic', 'AWS::SNS::Topic', (stack, id) => new sns.CfnTopic(stack, id, { topicName: 'twice' })],
    ['a function', 'AWS::Lambda::Function', (stack, id) => new lambda.Function(stack, id, {
      functionName: 'twice', runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = () => 1'),
    })],
  ])('rejects a second resource with the same type and physical name, in one stack or two: %s', async (_, type, add) => {
    const twice = await rehearsal.deploy((stack) => { add(stack, 'One'); add(stack, 'Two'); });
    expect(twice.status).toBe('ROLLBACK_COMPLETE');
    expect(reasonOf(twice.events, 'CREATE_FAILED')).toMatch(new RegExp(`^Resource of type '${type}' with identifier '.*"twice"}' already exists\\.$`));

    await rehearsal.cloudFormation.destroy(STACK);
    expect((await rehearsal.deploy((stack) => add(stack, 'One'))).status).toBe('CREATE_COMPLETE');
    const second = await rehearsal.cloudFormation.deploy({ assemblyDirectory: synth((stack) => add(stack, 'One'), 'Second'), stackName: 'Second' });
    expect(reasonOf(second.events, 'CREATE_FAILED')).toContain('already exists');
  });

  test('does not change a repository that already exists', async () => {
    const named = (stack: Stack): void => {
      new ecr.Repository(stack, 'Images', { repositoryName: 'shop', removalPolicy: RemovalPolicy.DESTROY });
    };
    await rehearsal.deploy(named);
    const second = await rehearsal.cloudFormation.deploy({ assemblyDirectory: synth(named, 'Second'), stackName: 'Second' });
    expect(second.status).toBe('ROLLBACK_COMPLETE');
    expect(reasonOf(second.events, 'CREATE_FAILED')).toContain('already exists');
    expect(rehearsal.ecr.calls.map(({ operation }) => operation)).toEqual(['CreateRepository', 'CreateRepository']);
  });

  test('keeps retained resources', async () => {
    rehearsal.cloudFormation.failOnce(STACK, 'Topic', 'no more topics');
    const { events } = await rehearsal.deploy((stack) => {
      const images = new ecr.Repository(stack, 'Images'); // CDK retains repositories
      const topic = new sns.CfnTopic(stack, 'Topic');
      topic.node.addDependency(images);
    });
    expect(reasonOf(events, 'CREATE_FAILED')).toBe('no more topics');
    expect(history(events, 'Images')).toEqual(['Images CREATE_IN_PROGRESS', 'Images CREATE_COMPLETE', 'Images DELETE_SKIPPED']);
  });
});

test('a custom resource without a response fails, and is then deleted with a generated id', async () => {
  rehearsal = await Rehearsal.start({ serviceTimeoutMs: 1000 });
  const { status, events } = await rehearsal.deploy((stack) => {
    const silent = new lambda.Function(stack, 'Silent', {
      functionName: 'gate-handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline(`
        exports.handler = async (event) => {
          console.log('EVENT ' + JSON.stringify(event));
          if (event.RequestType !== 'Delete') return;
          const { StackId, RequestId, LogicalResourceId, PhysicalResourceId } = event;
          const body = JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId });
          await fetch(event.ResponseURL, { method: 'PUT', body });
        };`),
    });
    new CustomResource(stack, 'Gate', { serviceToken: silent.functionArn, serviceTimeout: Duration.hours(1) });
  });

  expect(status).toBe('ROLLBACK_COMPLETE');
  const [create, deletion] = rehearsal.gateEvents();
  expect(reasonOf(events, 'CREATE_FAILED'))
    .toContain(`CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [${create.RequestId as string}].`);
  expect(create).not.toHaveProperty('PhysicalResourceId');
  expect(deletion).toMatchObject({ RequestType: 'Delete', PhysicalResourceId: expect.stringMatching(/^Shop-Gate-[0-9a-z]{12}$/) });
});

describe('rejected before any resource changes', () => {
  beforeEach(async () => {
    rehearsal = await Rehearsal.start();
  });

  test.each<[string, (stack: Stack) => void, RegExp]>([
    ['an unknown type', (stack) => new CfnResource(stack, 'Queue', { type: 'AWS::SQS::Queue' }), /resource type AWS::SQS::Queue is not supported/],
    ['an unknown function', (stack) => new CfnResource(stack, 'Topic', {
      type: 'AWS::SNS::Topic', properties: { TopicName: { 'Fn::GetAZs': '' } },
    }), /Fn::GetAZs is not supported/],
  ])('%s', async (_, build, message) => {
    await expect(rehearsal.deploy(build)).rejects.toThrow(message);
    expect(rehearsal.cloudFormation.stack(STACK)).toBeUndefined();
  });

  test('a dependency cycle', async () => {
    const assemblyDirectory = synth((stack) => new sns.CfnTopic(stack, 'Topic'));
    const topic = (other: string): object => ({ Type: 'AWS::SNS::Topic', Properties: { DisplayName: { 'Fn::Sub': `of \${${other}}` } } });
    writeFileSync(`${assemblyDirectory}/${STACK}.template.json`, JSON.stringify({ Resources: { A: topic('B'), B: topic('A') } }));
    await expect(rehearsal.cloudFormation.deploy({ assemblyDirectory, stackName: STACK }))
      .rejects.toThrow('Circular dependency between resources: [A, B]');
  });

  test('a stack that is not in the assembly', async () => {
    const assemblyDirectory = synth((stack) => new sns.CfnTopic(stack, 'Topic'));
    await expect(rehearsal.cloudFormation.deploy({ assemblyDirectory, stackName: 'Other' })).rejects.toThrow('has no stack "Other", only ["Shop"]');
  });
});
