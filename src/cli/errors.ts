import { UnresolvedValueError } from './assembly/template-values';
import { isConnectionError } from '../aws/call';
import { GateError } from '../aws/errors';
import { oneLine } from '../core/text/one-line';
import type { Problem } from '../core/text/problem';
import { show } from '../core/text/show';

/** The hint for a value that is unknown before the deployment. */
export const UNRESOLVED_VALUE_HINT = 'set parameters with --parameters, and the region with --region';

/** Returns an error with a stable code. A command that throws it ends with exit code 2. */
export function commandError(code: string, message: string, cause?: unknown): GateError {
  return new GateError(code, message, { cause });
}

/** Returns an error that lists all problems of one input on one line, without a second code. */
export function problemsError(code: string, subject: string, problems: readonly Problem[]): GateError {
  const texts = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const count = problems.length === 1 ? '' : ` has ${problems.length} problems`;
  return commandError(code, oneLine(`${subject}${count}: ${texts.join('; ')}`));
}

/** Returns the code and the message of any error, errors of the AWS SDK included. */
export function problemOf(error: unknown): { readonly code: string; readonly message: string } {
  const known = asGateError(error);
  return { code: known.code, message: known.message };
}

const CREDENTIALS_ERRORS = [
  'ExpiredTokenException', 'ExpiredToken', 'UnrecognizedClientException', 'InvalidSignatureException', 'InvalidClientTokenId',
  'IncompleteSignature', 'MissingAuthenticationTokenException',
];

function asGateError(error: unknown): GateError {
  if (error instanceof GateError) return error;
  if (!(error instanceof Error)) return commandError('FailedJudgment', String(error));
  const { name, message } = error;
  if (message.startsWith('Region is missing')) {
    return commandError('MissingRegion', 'no AWS region is set; give --region, or set AWS_REGION', error);
  }
  if (['CredentialsProviderError', 'TokenProviderError', 'ProviderError'].includes(name)) {
    return commandError('MissingCredentials', `no AWS credentials found: ${message}; log in, give --profile, or plan with --images`, error);
  }
  if (CREDENTIALS_ERRORS.includes(name)) {
    return commandError('RejectedCredentials', `AWS rejects the credentials (${name}): ${message}; log in again`, error);
  }
  if (error instanceof UnresolvedValueError) {
    return commandError('UnknownProperties', `${show(error.expression)} ${message}; ${UNRESOLVED_VALUE_HINT}`, error);
  }
  const { code } = error as { readonly code?: string };
  if (isConnectionError(error) || ['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code ?? '')) {
    return commandError('UnreachableAws', `cannot connect to AWS: ${message || code || name}; check the network, the region and AWS_ENDPOINT_URL`, error);
  }
  return commandError('FailedJudgment', `${name}: ${message}`, error);
}
