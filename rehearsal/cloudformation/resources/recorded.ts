import type { Json, JsonObject } from '../json';
import type { Names } from '../names';
import { alreadyExists, anyDiffers, type Account, type Provisioned, type ResourceHandler, type ResourceRequest, type UpdateRequest } from './handler';

interface RecordedType {
  /** The property with the name of the resource; a change of the name replaces the resource. */
  readonly nameProperty?: string;
  readonly maxLength?: number;
  readonly lowerCase?: boolean;
  readonly describe: (name: string, properties: JsonObject, account: Account) => Provisioned;
}

/** Resource types that are only recorded: other resources can refer to them, and tests can make them fail. */
const RECORDED_TYPES: Readonly<Record<string, RecordedType>> = {
  'AWS::CDK::Metadata': { describe: (name) => ({ physicalId: name, attributes: {} }) },
  'AWS::CloudFormation::WaitConditionHandle': {
    describe: (name, _, { region }) => ({
      physicalId: `https://cloudformation-waitcondition-${region}.s3.amazonaws.com/${name}`,
      attributes: {},
    }),
  },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    maxLength: 128,
    describe: (name, { Path }, { accountId }) => {
      const arn = `arn:aws:iam::${accountId}:policy${pathOf(Path)}${name}`;
      return { physicalId: arn, attributes: { PolicyArn: arn } };
    },
  },
  'AWS::IAM::Policy': { maxLength: 128, describe: (name) => ({ physicalId: name, attributes: { Id: name } }) },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    maxLength: 64,
    describe: (name, { Path }, { accountId }) => ({
      physicalId: name,
      attributes: { Arn: `arn:aws:iam::${accountId}:role${pathOf(Path)}${name}`, RoleId: `AROA${name.slice(-12).toUpperCase()}` },
    }),
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    maxLength: 512,
    describe: (name, _, { region, accountId }) => ({
      physicalId: name,
      attributes: { Arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}:*` },
    }),
  },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    maxLength: 63,
    lowerCase: true,
    describe: (name, _, { region }) => ({
      physicalId: name,
      attributes: {
        Arn: `arn:aws:s3:::${name}`,
        DomainName: `${name}.s3.amazonaws.com`,
        RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      },
    }),
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    maxLength: 256,
    describe: (name, _, { region, accountId }) => {
      const arn = `arn:aws:sns:${region}:${accountId}:${name}`;
      return { physicalId: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
  },
  'AWS::SSM::Parameter': {
    nameProperty: 'Name',
    maxLength: 1011,
    describe: (name, { Type, Value }) => ({ physicalId: name, attributes: { Type, Value } }),
  },
};

export function recordedHandlers(account: Account, names: Names): Array<[type: string, handler: ResourceHandler]> {
  return Object.entries(RECORDED_TYPES).map(([type, recorded]) => [type, handlerOf(recorded, account, names)]);
}

function handlerOf(recorded: RecordedType, account: Account, names: Names): ResourceHandler {
  const generatedNames = new Map<string, string>(); // by physical id, because an update keeps the name
  const nameOf = (request: ResourceRequest): string => {
    const given = recorded.nameProperty ? request.properties[recorded.nameProperty] : undefined;
    if (typeof given === 'string') return given;
    const generated = names.physicalName(request.stackName, request.logicalId, recorded.maxLength ?? 255);
    return recorded.lowerCase ? generated.toLowerCase() : generated;
  };
  return {
    replaces: (before, after) => recorded.nameProperty !== undefined && anyDiffers([recorded.nameProperty], before, after),
    create: async (request: ResourceRequest) => {
      const name = nameOf(request);
      const provisioned = recorded.describe(name, request.properties, account);
      // A retained resource still exists and keeps its name.
      if (recorded.nameProperty !== undefined && generatedNames.has(provisioned.physicalId)) {
        throw alreadyExists(request.type, recorded.nameProperty, name);
      }
      generatedNames.set(provisioned.physicalId, name);
      return provisioned;
    },
    update: async (request: UpdateRequest) => recorded.describe(
      generatedNames.get(request.physicalId) ?? request.physicalId, request.properties, account,
    ),
    delete: async ({ physicalId }) => {
      generatedNames.delete(physicalId);
    },
  };
}

function pathOf(path: Json | undefined): string {
  return typeof path === 'string' ? path : '/';
}
