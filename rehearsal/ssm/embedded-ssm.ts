import { accessKeyIn, type Authorize } from '../http/authorization';
import { ServiceError } from '../http/errors';
import { Faults } from '../http/faults';
import { Input, type JsonObject } from '../http/input';
import { errorAnswer, type JsonAnswer, jsonServer, type ServiceRequest } from '../http/json-server';

const TARGET = 'AmazonSSM.';
/** The limit of the standard tier. */
const MAX_VALUE_LENGTH = 4_096;
const MAX_DESCRIPTION_LENGTH = 1_024;
const MAX_NAME_LENGTH = 1_011;
const MAX_LEVELS = 15;

export interface EmbeddedSsmOptions {
  /** @default all callers may perform all actions */
  readonly authorize?: Authorize;
}

/** AWS Systems Manager for development: plain-text parameters, in memory, over HTTP. */
export class EmbeddedSsm {
  static async start(options: EmbeddedSsmOptions = {}): Promise<EmbeddedSsm> {
    const ssm = new EmbeddedSsm(options);
    await ssm.server.start();
    return ssm;
  }

  /** The values of the parameters, by name. */
  readonly parameters = new Map<string, string>();
  readonly faults = new Faults();
  private readonly authorize: Authorize;
  private readonly server = jsonServer((request) => this.answer(request));

  private constructor({ authorize = () => true }: EmbeddedSsmOptions) {
    this.authorize = authorize;
  }

  get endpoint(): string {
    return this.server.endpoint;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }

  private async answer({ target, authorization, body }: ServiceRequest): Promise<JsonAnswer | 'reset'> {
    const operation = target?.startsWith(TARGET) ? target.slice(TARGET.length) : '';
    const fault = this.faults.take(operation);
    if (fault?.kind === 'reset') return 'reset';
    if (fault?.kind === 'meanwhile') fault.act();
    try {
      if (fault?.kind === 'error') throw new ServiceError(fault.code, fault.message ?? fault.code, fault.status);
      return { status: 200, body: this.serve(operation, accessKeyIn(authorization) ?? '', new Input(JSON.parse(body) as JsonObject)) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return errorAnswer(error);
    }
  }

  private serve(operation: string, accessKeyId: string, input: Input): object {
    const name = nameIn(input);
    const arn = `arn:aws:ssm:us-east-1:111122223333:parameter${name}`;
    if (!this.authorize(accessKeyId, `ssm:${operation}`, arn)) {
      throw new ServiceError('AccessDeniedException', `User is not authorized to perform: ssm:${operation} on resource: ${arn}`);
    }
    switch (operation) {
      case 'GetParameter': return { Parameter: { Name: name, Type: 'String', Value: this.parameters.get(name) ?? notFound(name), ARN: arn } };
      case 'PutParameter': return this.put(name, input);
      case 'DeleteParameter': return this.parameters.delete(name) ? {} : notFound(name);
      default: throw new ServiceError('UnknownOperationException', `${operation} is not supported by the stand-in`);
    }
  }

  private put(name: string, input: Input): object {
    const value = input.text('Value');
    input.optionalText('Description', { max: MAX_DESCRIPTION_LENGTH });
    if (value.length > MAX_VALUE_LENGTH) {
      throw new ServiceError('ValidationException', `Standard tier parameters support a maximum parameter value of ${MAX_VALUE_LENGTH} characters.`);
    }
    if (this.parameters.has(name) && !input.flag('Overwrite')) throw new ServiceError('ParameterAlreadyExists', 'The parameter already exists.');
    this.parameters.set(name, value);
    return { Tier: 'Standard', Version: 1 };
  }
}

function nameIn(input: Input): string {
  const name = input.text('Name', { max: MAX_NAME_LENGTH });
  if (!/^(\/[a-zA-Z0-9_.-]+)+$/.test(name) || name.split('/').length - 1 > MAX_LEVELS) {
    throw new ServiceError('ValidationException', `Parameter name ${name}: only a-zA-Z0-9_.- between slashes, and at most ${MAX_LEVELS} levels.`);
  }
  return name;
}

function notFound(name: string): never {
  throw new ServiceError('ParameterNotFound', `Parameter ${name} not found.`);
}
