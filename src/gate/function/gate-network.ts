import { CfnResource, Lazy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, Dependable, IConstruct, IDependable } from 'constructs';
import { gateFunctionOption } from './gate-function-options';
import { includeIf } from './late-decisions';
import { MisuseError } from '../../construct/errors';
import { addWarning } from '../../construct/warnings';

/**
 * The resources of a VPC that give the function access to AWS services. Without them, a gate could not respond to CloudFormation,
 * for example while its stack is deleted.
 */
const ACCESS_TYPES = ['Route', 'SubnetRouteTableAssociation', 'VPCEndpoint', 'VPCGatewayAttachment'].map((type) => `AWS::EC2::${type}`);

/** The place of the function in a VPC. Without the option, it has no resources. */
export class GateNetwork extends Construct {
  /** The resources that the function needs for its access to AWS services. */
  public readonly access: IDependable = {};

  private readonly ownGroup: ec2.CfnSecurityGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.ownGroup = new ec2.CfnSecurityGroup(this, 'SecurityGroup', {
      groupDescription: 'Functions of lifecycle preview gates',
      securityGroupEgress: [{ cidrIp: '0.0.0.0/0', ipProtocol: '-1', description: 'Allow all outbound traffic' }],
      vpcId: Lazy.uncachedString({ produce: () => this.vpc?.vpcId }),
    });
    includeIf(this.ownGroup, () => this.isUsed && this.groups === undefined);
    const roots = () => this.accessResources();
    Dependable.implement(this.access, { get dependencyRoots() { return roots(); } });
    this.node.addValidation({ validate: () => this.validate() });
  }

  public get isUsed(): boolean {
    return this.vpc !== undefined;
  }

  /** The property of the function. Undefined without a VPC. */
  public get config(): VpcConfig | undefined {
    const { vpc, groups } = this;
    if (vpc === undefined) return undefined;
    return {
      subnetIds: this.subnetsOf(vpc).subnetIds,
      securityGroupIds: groups?.map(({ securityGroupId }) => securityGroupId) ?? [this.ownGroup.attrGroupId],
    };
  }

  /** Lambda needs these actions for the network interfaces of the function, and AWS defines no narrower resource for most of them. */
  public statement(): iam.PolicyStatement {
    return new iam.PolicyStatement({
      sid: 'VpcAccess',
      actions: [
        'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
    });
  }

  private get vpc(): ec2.IVpc | undefined {
    return gateFunctionOption(this, 'vpc');
  }

  private get groups(): readonly ec2.ISecurityGroup[] | undefined {
    return gateFunctionOption(this, 'securityGroups');
  }

  private subnetsOf(vpc: ec2.IVpc): ec2.SelectedSubnets {
    try {
      return vpc.selectSubnets(gateFunctionOption(this, 'vpcSubnets'));
    } catch (error) {
      throw new MisuseError('InvalidSubnets', `the function of the gates cannot run in ${vpc.node.path}: ${error instanceof Error ? error.message : String(error)}; pass other vpcSubnets`);
    }
  }

  private accessResources(): IConstruct[] {
    const { vpc, groups = [] } = this;
    if (vpc === undefined) return [];
    const isAccess = (construct: IConstruct) => CfnResource.isCfnResource(construct) && ACCESS_TYPES.includes(construct.cfnResourceType);
    return [...vpc.node.findAll().filter(isAccess), ...groups];
  }

  private validate(): string[] {
    const { vpc } = this;
    if (vpc === undefined) {
      const set = (['vpcSubnets', 'securityGroups'] as const).filter((name) => gateFunctionOption(this, name) !== undefined);
      return set.length === 0 ? [] : [`MissingVpc: LifecycleGateFunction sets ${set.join(' and ')}, but no vpc, so the function would run outside of it; set vpc as well`];
    }
    if (this.subnetsOf(vpc).hasPublic) {
      addWarning(
        this, 'functionInPublicSubnets',
        `the function of the gates runs in public subnets of ${vpc.node.path}, where a Lambda function has no access to the internet; ` +
        'use private subnets, or create VPC endpoints for all services that the gates call');
    }
    return [];
  }
}

interface VpcConfig {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
}
