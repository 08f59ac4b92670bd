import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { history, Rehearsal, STACK } from './fixture';

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await Rehearsal.start();
});
afterEach(() => rehearsal.stop());

/** Options of an SDK client that calls as the given function, or as another caller. */
function clientOptions(accessKeyId: string): object {
  return {
    endpoint: rehearsal.cloudFormation.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'x' },
    maxAttempts: 1,
  };
}
const cloudFormation = (accessKeyId = 'user'): CloudFormation => new CloudFormation(clientOptions(accessKeyId));

interface Shop {
  readonly statements?: iam.PolicyStatement[];
  readonly role?: (stack: Stack) => iam.Role;
}

/** A repository, and a function with these permissions. The name of the function is also its access key. */
function shop({ statements = [], role }: Shop = {}): (stack: Stack) => void {
  return (stack) => {
    const repository = new ecr.CfnRepository(stack, 'Images', { repositoryName: 'shop' });
    const caller = new lambda.Function(stack, 'Caller', {
      functionName: 'caller',
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async (event) => ({ hello: event.name })'),
      role: role?.(stack),
    });
    statements.forEach((statement) => caller.addToRolePolicy(statement));
    new CfnOutput(stack, 'Name', { value: `<${repository.ref} & "more">` });
  };
}

describe('CloudFormation, called with the SDK', () => {
  test('DescribeStacks by name, by id, and all', async () => {
    await rehearsal.deploy(shop());
    const { id } = rehearsal.cloudFormation.stack(STACK)!;
    const expected = {
      StackId: id,
      StackName: STACK,
      StackStatus: 'CREATE_COMPLETE',
      Outputs: [{ OutputKey: 'Name', OutputValue: '<shop & "more">' }],
    };
    for (const StackName of [STACK, id, undefined]) {
      expect((await cloudFormation().describeStacks({ StackName })).Stacks).toEqual([expect.objectContaining(expected)]);
    }
  });

  test('a deleted stack is found only by its id', async () => {
    await rehearsal.deploy(shop());
    const { id } = rehearsal.cloudFormation.stack(STACK)!;
    await rehearsal.cloudFormation.destroy(STACK);
    expect((await cloudFormation().describeStacks({ StackName: id })).Stacks![0].StackStatus).toBe('DELETE_COMPLETE');
    await expect(cloudFormation().describeStacks({ StackName: STACK })).rejects.toMatchObject({
      name: 'ValidationError', message: 'Stack with id Shop does not exist', $metadata: { httpStatusCode: 400 },
    });
  });

  test('DescribeStackResource', async () => {
    await rehearsal.deploy(shop());
    const { StackResourceDetail } = await cloudFormation().describeStackResource({ StackName: STACK, LogicalResourceId: 'Images' });
    expect(StackResourceDetail).toMatchObject({
      LogicalResourceId: 'Images', PhysicalResourceId: 'shop', ResourceType: 'AWS::ECR::Repository', ResourceStatus: 'CREATE_COMPLETE',
    });
    await expect(cloudFormation().describeStackResource({ StackName: STACK, LogicalResourceId: 'Wrong' })).rejects.toMatchObject({
      name: 'ValidationError', message: 'Resource Wrong does not exist for stack Shop', $metadata: { httpStatusCode: 400 },
    });
    await expect(cloudFormation().describeStackResource({ StackName: 'Wrong', LogicalResourceId: 'Images' })).rejects.toMatchObject({
      name: 'ValidationError', message: 'Stack with id Wrong does not exist',
    });
  });

  test('an unsupported operation fails', async () => {
    await expect(cloudFormation().listStacks({})).rejects.toMatchObject({ name: 'InvalidAction' });
  });

  test('faults happen in order, each as often as requested, and calls are recorded', async () => {
    await rehearsal.deploy(shop());
    rehearsal.cloudFormation.faults.add({ operation: 'DescribeStacks', times: 2, code: 'Throttling', message: 'Rate exceeded' });
    rehearsal.cloudFormation.faults.add({ operation: 'DescribeStacks', code: 'InternalFailure', status: 500 });
    rehearsal.cloudFormation.faults.add({ operation: 'DescribeStacks', latencyMs: 1 });
    const call = () => cloudFormation().describeStacks({ StackName: STACK }).then(() => 'fine', (error: Error) => `${error.name}: ${error.message}`);
    const answers = [await call(), await call(), await call(), await call(), await call()];
    expect(answers).toEqual([
      'Throttling: Rate exceeded', 'Throttling: Rate exceeded', 'InternalFailure: InternalFailure', 'fine', 'fine',
    ]);
    expect(rehearsal.cloudFormation.calls).toEqual(['Throttling', 'Throttling', 'InternalFailure', undefined, undefined].map((error) => ({
      service: 'cloudformation', operation: 'DescribeStacks', accessKeyId: 'user', parameters: { StackName: STACK }, ...(error && { error }),
    })));
  });
});

describe('functions', () => {
  test('are invoked by name or ARN', async () => {
    await rehearsal.deploy(shop());
    for (const name of ['caller', 'arn:aws:lambda:us-east-1:111122223333:function:caller:$LATEST']) {
      expect((await rehearsal.cloudFormation.invoke(name, { name: 'you' })).payload).toBe('{"hello":"you"}');
    }
    await expect(rehearsal.cloudFormation.invoke('wrong', {})).rejects.toThrow('Function not found: wrong');
  });
});

describe('permissions', () => {
  const REPOSITORY = 'arn:aws:ecr:us-east-1:111122223333:repository/shop';
  const describeImages = (effect = iam.Effect.ALLOW, resource = REPOSITORY): iam.PolicyStatement =>
    new iam.PolicyStatement({ effect, actions: ['ecr:DescribeImages'], resources: [resource] });
  const mayDescribe = (): boolean => rehearsal.cloudFormation.authorize('caller', 'ecr:DescribeImages', REPOSITORY);

  test('callers other than functions may perform all actions', async () => {
    await rehearsal.deploy(shop());
    expect(rehearsal.cloudFormation.authorize('cloudformation', 'ecr:DeleteRepository', REPOSITORY)).toBe(true);
    expect(rehearsal.cloudFormation.authorize('user', 'ecr:DeleteRepository', REPOSITORY)).toBe(true);
  });

  test('a function may perform the actions that its role allows', async () => {
    await rehearsal.deploy(shop());
    expect(mayDescribe()).toBe(false);
    await rehearsal.deploy(shop({ statements: [describeImages()] }));
    expect(mayDescribe()).toBe(true);
    await rehearsal.deploy(shop({ statements: [describeImages(iam.Effect.ALLOW, `${REPOSITORY}-*`)] }));
    expect(mayDescribe()).toBe(false);
  });

  test.each<[string, (stack: Stack, role: iam.Role) => void]>([
    ['inline in the role', (_, role) => {
      (role.node.defaultChild as iam.CfnRole).policies = [{
        policyName: 'p', policyDocument: { Statement: { Effect: 'Allow', Action: 'ecr:*', Resource: '*' } },
      }];
    }],
    ['a managed policy that names the role', (stack, role) => {
      new iam.ManagedPolicy(stack, 'Managed', { statements: [describeImages()], roles: [role] });
    }],
    ['a managed policy that the role names', (stack, role) => {
      role.addManagedPolicy(new iam.ManagedPolicy(stack, 'Managed', { statements: [describeImages()] }));
    }],
  ])('%s', async (_, grant) => {
    await rehearsal.deploy(shop({
      role: (stack) => {
        const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
        grant(stack, role);
        return role;
      },
    }));
    expect(mayDescribe()).toBe(true);
  });

  test('Deny overrides Allow', async () => {
    await rehearsal.deploy(shop({ statements: [describeImages(iam.Effect.ALLOW, '*'), describeImages(iam.Effect.DENY)] }));
    expect(mayDescribe()).toBe(false);
  });

  test('AWS managed policies are ignored', async () => {
    await rehearsal.deploy(shop({
      role: (stack) => new iam.Role(stack, 'Role', {
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
        managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess')],
      }),
    }));
    expect(mayDescribe()).toBe(false);
  });

  test('apply to the API of CloudFormation', async () => {
    await rehearsal.deploy(shop());
    const { id } = rehearsal.cloudFormation.stack(STACK)!;
    await expect(cloudFormation('caller').describeStacks({ StackName: STACK })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`is not authorized to perform: cloudformation:DescribeStacks on resource: ${id}`),
      $metadata: { httpStatusCode: 403 },
    });
    await expect(cloudFormation('caller').describeStackResource({ StackName: id, LogicalResourceId: 'Images' })).rejects.toMatchObject({ name: 'AccessDenied' });

    const statement = new iam.PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: [id] });
    await rehearsal.deploy(shop({ statements: [statement] }));
    expect((await cloudFormation('caller').describeStacks({ StackName: STACK })).Stacks).toHaveLength(1);
  });

  test('a result that depends on a condition is an error', async () => {
    await rehearsal.deploy(shop({
      statements: [new iam.PolicyStatement({ actions: ['*'], resources: ['*'], conditions: { Bool: { 'aws:SecureTransport': 'true' } } })],
    }));
    expect(mayDescribe).toThrow('unsupported: IAM statement with a Condition');
    await expect(cloudFormation('caller').describeStacks({ StackName: STACK })).rejects.toMatchObject({
      message: expect.stringContaining('unsupported: IAM statement with a Condition'),
    });
  });

  test('apply to the embedded ECR, called by a function', async () => {
    const code = `
      exports.handler = async () => {
        const response = await fetch(process.env.AWS_ENDPOINT_URL_ECR, {
          method: 'POST',
          headers: {
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories',
            authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/ecr/aws4_request',
          },
          body: JSON.stringify({ repositoryNames: ['shop'] }),
        });
        return response.json();
      };`;
    const build = (statements: iam.PolicyStatement[]) => (stack: Stack): void => {
      shop({ statements })(stack);
      (stack.node.findChild('Caller').node.defaultChild as lambda.CfnFunction).code = { zipFile: code };
    };
    const invoke = async (): Promise<unknown> => JSON.parse((await rehearsal.cloudFormation.invoke('caller', {})).payload);

    await rehearsal.deploy(build([]));
    expect(await invoke()).toMatchObject({ __type: 'AccessDeniedException', message: expect.stringContaining('ecr:DescribeRepositories') });
    const { events } = await rehearsal.deploy(build([new iam.PolicyStatement({ actions: ['ecr:DescribeRepositories'], resources: [REPOSITORY] })]));
    expect(history(events, STACK).slice(-1)).toEqual(['Shop UPDATE_COMPLETE']);
    expect(await invoke()).toMatchObject({ repositories: [{ repositoryArn: REPOSITORY }] });
  });
});
