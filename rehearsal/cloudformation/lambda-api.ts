import { ApiError, type ApiRequest, type ApiResponse, type CallGuard } from './api';
import type { FunctionDefinition, FunctionHost } from '../lambda/function-host';

const INVOKE = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const GET_FUNCTION = /^\/2015-03-31\/functions\/([^/]+)(\/configuration)?$/;

/** As much of Lambda's API as the provider framework uses. */
export class LambdaApi {
  constructor(private readonly functions: FunctionHost, private readonly guard: CallGuard) {}

  serves(request: ApiRequest): boolean {
    return request.path.startsWith('/2015-03-31/functions/');
  }

  async handle(request: ApiRequest): Promise<ApiResponse> {
    try {
      const invoke = INVOKE.exec(request.path);
      if (invoke && request.method === 'POST') return await this.invoke(decodeURIComponent(invoke[1]), request);
      const get = GET_FUNCTION.exec(request.path);
      if (get && request.method === 'GET') return await this.getFunction(decodeURIComponent(get[1]), get[2] !== undefined, request);
      throw new ApiError('UnknownOperationException', 404, `${request.method} ${request.path} is not served by the stand-in`);
    } catch (error) {
      const { code, status, message } = error instanceof ApiError ? error : new ApiError('ServiceException', 500, (error as Error).message);
      const type = status >= 500 ? 'Service' : 'User';
      return { status, headers: { 'content-type': 'application/json', 'x-amzn-errortype': code }, body: JSON.stringify({ Type: type, Message: message }) };
    }
  }

  private invoke(name: string, request: ApiRequest): Promise<ApiResponse> {
    return this.serve('Invoke', 'lambda:InvokeFunction', name, request, async (definition) => {
      if (request.headers['x-amz-invocation-type'] === 'Event') {
        void this.functions.invoke(definition.name, request.body || '{}');
        return { status: 202, body: '' };
      }
      const { payload, functionError, requestId } = await this.functions.invoke(definition.name, request.body || '{}');
      return {
        status: 200,
        headers: {
          'content-type': 'application/json',
          'x-amz-executed-version': '$LATEST',
          'x-amzn-requestid': requestId,
          ...(functionError && { 'x-amz-function-error': functionError }),
        },
        body: payload,
      };
    });
  }

  private getFunction(name: string, configurationOnly: boolean, request: ApiRequest): Promise<ApiResponse> {
    const operation = configurationOnly ? 'GetFunctionConfiguration' : 'GetFunction';
    return this.serve(operation, `lambda:${operation}`, name, request, async (definition) => {
      const configuration = {
        FunctionName: definition.name,
        FunctionArn: definition.arn,
        Role: definition.roleArn,
        Handler: definition.handler,
        Timeout: definition.timeoutSeconds,
        MemorySize: definition.memoryMb,
        PackageType: 'Zip',
        Version: '$LATEST',
        State: 'Active',
        LastUpdateStatus: 'Successful',
      };
      const body = configurationOnly ? configuration : { Configuration: configuration, Code: { RepositoryType: 'S3' } };
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    });
  }

  private serve(
    operation: string, action: string, name: string, request: ApiRequest, work: (definition: FunctionDefinition) => Promise<ApiResponse>,
  ): Promise<ApiResponse> {
    const definition = this.functions.find(name);
    const call = { service: 'lambda', operation, accessKeyId: request.accessKeyId, parameters: { FunctionName: name } } as const;
    return this.guard.serve(call, action, definition?.arn ?? name, async () => {
      if (!definition) throw new ApiError('ResourceNotFoundException', 404, `Function not found: ${name}`);
      return work(definition);
    });
  }
}
