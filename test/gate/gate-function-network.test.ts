import { NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { ENV, gatedStack, newApp, written } from './function-fixtures';
import { synthesize } from './gated-app';
import { GatedRepository, LifecycleGateFunction, LifecyclePreviewGates } from '../../src';

const RULES = [{ maxImageCount: 5 }];
const imported = (stack: Stack) => ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-1', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-a', 'subnet-b'], publicSubnetIds: ['subnet-p', 'subnet-q'],
});

describe('the function in a VPC', () => {
  test('in the private subnets, with a security group of its own and the permissions for network interfaces', () => {
    const stack = gatedStack(newApp());
    LifecycleGateFunction.of(stack).configure({ vpc: imported(stack) });
    const { function: { Properties, DependsOn }, ofType, statement } = written(stack);
    const [[group, { Properties: { VpcId, SecurityGroupEgress } }]] = ofType('AWS::EC2::SecurityGroup');
    expect(VpcId).toBe('vpc-1');
    expect(SecurityGroupEgress).toHaveLength(1);
    expect(Properties.VpcConfig).toEqual({ SubnetIds: ['subnet-a', 'subnet-b'], SecurityGroupIds: [{ 'Fn::GetAtt': [group, 'GroupId'] }] });
    expect(statement('VpcAccess').Action).toContain('ec2:CreateNetworkInterface');
    // Lambda checks the permissions when the function is created.
    const [[policy]] = ofType('AWS::IAM::Policy');
    expect(DependsOn).toContain(policy);
  });

  test('in other subnets and with other security groups', () => {
    const stack = gatedStack(newApp());
    const vpc = imported(stack);
    const group = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1');
    LifecycleGateFunction.of(stack).configure({ vpc, securityGroups: [group], vpcSubnets: { subnets: [ec2.Subnet.fromSubnetId(stack, 'Subnet', 'subnet-x')] } });
    const { function: { Properties }, ofType } = written(stack);
    expect(Properties.VpcConfig).toEqual({ SubnetIds: ['subnet-x'], SecurityGroupIds: ['sg-1'] });
    expect(ofType('AWS::EC2::SecurityGroup')).toEqual([]);
  });

  test('of the same stack: it exists after the routes and endpoints, and is deleted before them', () => {
    const stack = gatedStack(newApp());
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, restrictDefaultSecurityGroup: false });
    vpc.addInterfaceEndpoint('Ecr', { service: ec2.InterfaceVpcEndpointAwsService.ECR });
    LifecycleGateFunction.of(stack).configure({ vpc });
    const { function: { DependsOn }, ofType } = written(stack);
    for (const type of ['AWS::EC2::Route', 'AWS::EC2::VPCEndpoint', 'AWS::EC2::SubnetRouteTableAssociation']) {
      expect(DependsOn).toEqual(expect.arrayContaining(ofType(type).map(([id]) => id)));
    }
  });

  test('of another stack, of the stack around a nested stack, and set on the app after the gates', () => {
    const app = newApp();
    const network = new Stack(app, 'Network', { env: ENV });
    const vpc = new ec2.Vpc(network, 'Vpc', { maxAzs: 2, restrictDefaultSecurityGroup: false });
    const outer = gatedStack(app, 'Shop', { env: ENV });
    new GatedRepository(new NestedStack(outer, 'Nested'), 'Web', { lifecycleRules: RULES });
    LifecycleGateFunction.of(app).configure({ vpc });
    const functions = synthesize(app).flatMap((resources) => Object.values(resources)).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    const configs = functions.map(({ Properties }) => JSON.stringify(Properties.VpcConfig.SubnetIds));
    expect(configs).toHaveLength(2);
    for (const config of configs) expect(config).toMatch(/Fn::ImportValue.*VpcPrivateSubnet1.*VpcPrivateSubnet2/);
  });

  test('for gates that an aspect adds to a whole app', () => {
    const app = newApp();
    const stack = new Stack(app, 'Shop');
    new ecr.Repository(stack, 'Web', { lifecycleRules: RULES });
    LifecyclePreviewGates.of(app).add();
    LifecycleGateFunction.of(app).configure({ vpc: imported(stack) });
    const [resources] = synthesize(app);
    const [fn] = Object.values(resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
    expect(fn.Properties.VpcConfig.SubnetIds).toEqual(['subnet-a', 'subnet-b']);
  });

  test('of an outer scope, without it in an inner one: the options of each scope are independent', () => {
    const app = newApp();
    const prod = new Stage(app, 'Prod', { env: ENV });
    const stack = gatedStack(prod, 'Shop', { env: ENV });
    const other = gatedStack(app, 'Other', { env: ENV });
    LifecycleGateFunction.of(prod).configure({ vpc: imported(stack) });
    expect(written(stack).function.Properties.VpcConfig).toBeDefined();
    expect(written(other).function.Properties).not.toHaveProperty('VpcConfig');
  });
});

describe('misuse', () => {
  test('subnets or security groups without a VPC', () => {
    const stack = gatedStack(newApp());
    LifecycleGateFunction.of(stack).configure({ vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
    expect(() => written(stack)).toThrow(/MissingVpc: LifecycleGateFunction sets vpcSubnets, but no vpc/);
  });

  test('subnets that the VPC does not have', () => {
    const stack = gatedStack(newApp());
    LifecycleGateFunction.of(stack).configure({ vpc: imported(stack), vpcSubnets: { subnetGroupName: 'Databases' } });
    expect(() => written(stack)).toThrow(/InvalidSubnets: the function of the gates cannot run in Shop\/Vpc: .*Databases/);
  });

  test('public subnets get a warning', () => {
    const stack = gatedStack(newApp());
    LifecycleGateFunction.of(stack).configure({ vpc: imported(stack), vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC } });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('functionInPublicSubnets'));
  });
});
