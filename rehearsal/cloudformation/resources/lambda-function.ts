import type { FunctionDefinition, FunctionHost } from '../../lambda/function-host';
import type { AssetStore } from '../asset-store';
import { ResourceFailure } from '../errors';
import { isObject, mapValues, type Json, type JsonObject } from '../json';
import type { Names } from '../names';
import { alreadyExists, anyDiffers, type Account, type ExistingResourceRequest, type Provisioned, type ResourceHandler, type ResourceRequest, type UpdateRequest } from './handler';

const MAX_NAME_LENGTH = 64;

/** AWS::Lambda::Function. Runs the code of the asset in a process. */
export class LambdaFunctionHandler implements ResourceHandler {
  constructor(
    private readonly functions: FunctionHost,
    private readonly assets: AssetStore,
    private readonly account: Account,
    private readonly names: Pick<Names, 'physicalName'>,
  ) {}

  replaces(before: JsonObject, after: JsonObject): boolean {
    return anyDiffers(['FunctionName'], before, after);
  }

  async create(request: ResourceRequest): Promise<Provisioned> {
    const given = request.properties.FunctionName;
    const name = typeof given === 'string' ? given : this.names.physicalName(request.stackName, request.logicalId, MAX_NAME_LENGTH);
    if (this.functions.find(name)) throw alreadyExists(request.type, 'FunctionName', name);
    return this.deploy(name, request.properties);
  }

  async update(request: UpdateRequest): Promise<Provisioned> {
    return this.deploy(request.physicalId, request.properties);
  }

  async delete({ physicalId }: ExistingResourceRequest): Promise<void> {
    await this.functions.remove(physicalId);
  }

  private async deploy(name: string, properties: JsonObject): Promise<Provisioned> {
    const { region, accountId } = this.account;
    const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
    await this.functions.deploy(this.definition(name, arn, properties));
    return { physicalId: name, attributes: { Arn: arn } };
  }

  private definition(name: string, arn: string, properties: JsonObject): FunctionDefinition {
    const { Role, Handler, Runtime, Timeout, MemorySize, Environment, LoggingConfig } = properties;
    if (!String(Runtime).startsWith('nodejs')) {
      throw new ResourceFailure(`function ${name}: the stand-in runs Node.js functions only, not ${JSON.stringify(Runtime)}`);
    }
    if (typeof Handler !== 'string' || typeof Role !== 'string') {
      throw new ResourceFailure(`function ${name}: Handler and Role are required`);
    }
    const variables = isObject(Environment) && isObject(Environment.Variables) ? mapValues(Environment.Variables, String) : {};
    return {
      name,
      arn,
      roleArn: Role,
      handler: Handler,
      codeDirectory: this.codeDirectory(name, properties.Code),
      timeoutSeconds: Number(Timeout ?? 3),
      memoryMb: Number(MemorySize ?? 128),
      logGroupName: isObject(LoggingConfig) && typeof LoggingConfig.LogGroup === 'string' ? LoggingConfig.LogGroup : `/aws/lambda/${name}`,
      variables: variables as Record<string, string>,
    };
  }

  private codeDirectory(name: string, code: Json): string {
    if (isObject(code) && typeof code.ZipFile === 'string') return this.assets.inlineCode(code.ZipFile);
    if (isObject(code) && typeof code.S3Bucket === 'string' && typeof code.S3Key === 'string') {
      const directory = this.assets.find(code.S3Bucket, code.S3Key);
      if (directory) return directory;
      throw new ResourceFailure(`function ${name}: no directory asset was published as s3://${code.S3Bucket}/${code.S3Key}`);
    }
    throw new ResourceFailure(`function ${name}: Code ${JSON.stringify(code)} is not supported by the stand-in`);
  }
}
