import { KnownAtDeployment } from './assembly/template-values';
import { isConnectionError } from '../aws/call';
import { GateError } from '../aws/errors';
import { show } from '../core/text/show';

/** What a command could not do, as one line with a stable code. Throwing it makes the exit code 2. */
export function refusal(code: string, message: string, cause?: unknown): GateError {
  return new GateError(code, message, { cause });
}

/** The code and the sentence of whatever went wrong, the SDK's own errors among them. */
export function problemOf(error: unknown): { readonly code: string; readonly message: string } {
  const known = asGateError(error);
  return { code: known.code, message: known.message };
}

const REFUSED_CREDENTIALS = [
  'ExpiredTokenException', 'ExpiredToken', 'UnrecognizedClientException', 'InvalidSignatureException', 'InvalidClientTokenId',
  'IncompleteSignature', 'MissingAuthenticationTokenException',
];

function asGateError(error: unknown): GateError {
  if (error instanceof GateError) return error;
  if (!(error instanceof Error)) return refusal('FailedJudgment', String(error));
  const { name, message } = error;
  if (message.startsWith('Region is missing')) {
    return refusal('MissingRegion', 'no AWS region is set; give --region, or set AWS_REGION', error);
  }
  if (['CredentialsProviderError', 'TokenProviderError', 'ProviderError'].includes(name)) {
    return refusal('MissingCredentials', `no AWS credentials could be had: ${message}; log in, give --profile, or plan with --images`, error);
  }
  if (REFUSED_CREDENTIALS.includes(name)) {
    return refusal('RejectedCredentials', `AWS does not take the credentials: ${name}: ${message}; log in again`, error);
  }
  if (error instanceof KnownAtDeployment) {
    return refusal('UnknownProperties', `${show(error.expression)} ${error.message}; give parameters with --parameters, and the region with --region`);
  }
  const { code } = error as { readonly code?: string };
  if (isConnectionError(error) || ['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code ?? '')) {
    return refusal('UnreachableAws', `AWS cannot be reached: ${message || code || name}; look at the network, the region and AWS_ENDPOINT_URL`, error);
  }
  return refusal('FailedJudgment', `${name}: ${message}`, error);
}
