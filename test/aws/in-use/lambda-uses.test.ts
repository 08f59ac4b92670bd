import { A, B, failureOf, FOREIGN_IMAGES, REPOSITORY, Stage, summary, WEB } from './fixtures';
import type { FunctionVersion } from '../../../rehearsal/in-use/account';
import { lambdaUses } from '../../../src/aws/in-use/lambda-uses';

/* Lambda over HTTP, with the real SDK. */

const stage = new Stage();
const read = async () => summary(await lambdaUses(stage.clients.lambda, stage.call, REPOSITORY));
const add = (...versions: FunctionVersion[]) => stage.account.functions.push(...versions);

test('the latest code and every published version count, by the deployed digest', async () => {
  add(
    { name: 'thumbnailer', version: '$LATEST', imageUri: `${WEB}:latest`, resolvedImageUri: `${WEB}@${B}` },
    { name: 'thumbnailer', version: '7', imageUri: `${WEB}:latest`, resolvedImageUri: `${WEB}@${A}` },
  );
  expect(await read()).toEqual(['sha256:aaaa <- Lambda function thumbnailer version 7', 'sha256:bbbb <- Lambda function thumbnailer']);
});

test('without a resolved digest, the image URI counts', async () => {
  add({ name: 'a', version: '$LATEST', imageUri: `${WEB}:1` }, { name: 'b', version: '$LATEST', imageUri: `${WEB}@${A}` });
  expect(await read()).toEqual([':1 <- Lambda function a', 'sha256:aaaa <- Lambda function b']);
});

test('functions from zip files are not read', async () => {
  add({ name: 'zip', version: '$LATEST' }, { name: 'zip', version: '1' });
  expect(await read()).toEqual([]);
  expect(stage.calls).toEqual(['ListFunctions']);
});

test('functions from other repositories are ignored', async () => {
  add(...FOREIGN_IMAGES.map((imageUri, i) => ({ name: `f${i}`, version: '$LATEST', imageUri, resolvedImageUri: imageUri })));
  expect(await read()).toEqual([]);
});

test('all pages are read, for any page size', async () => {
  add(...Array.from({ length: 60 }, (_, i) => ({ name: 'f', version: `${i}`, resolvedImageUri: `${WEB}:${i}` })));
  expect(await read()).toHaveLength(60);
  expect(stage.calls.filter((call) => call === 'ListFunctions')).toHaveLength(2);
  stage.runtimes.pageSize = 7;
  expect(await read()).toHaveLength(60);
  expect(stage.calls.filter((call) => call === 'ListFunctions')).toHaveLength(2 + 9);
});

test('a version that is deleted during the read does not use an image', async () => {
  add({ name: 'f', version: '1', resolvedImageUri: `${WEB}@${A}` }, { name: 'f', version: '2', resolvedImageUri: `${WEB}@${B}` });
  stage.meanwhile('lambda:GetFunction', () => { stage.account.functions = []; });
  expect(await read()).toEqual([]);
});

test('a function without an image in the answer fails', async () => {
  add({ name: 'f', version: '3', resolvedImageUri: `${WEB}@${A}` });
  stage.runtimes.faults.add({ operation: 'lambda:GetFunction', fault: { kind: 'respond', body: { Code: { RepositoryType: 'ECR' } } } });
  expect(await failureOf(read())).toContain('UnknownImageUse: lambda:GetFunction did not return the image of the Lambda function f version 3; try again');
});

test.each(['lambda:ListFunctions', 'lambda:GetFunction'])('%s denied: the message names the action', async (action) => {
  add({ name: 'f', version: '1', resolvedImageUri: `${WEB}@${A}` });
  stage.deny(action);
  expect(await failureOf(read())).toContain(`AccessDenied: ${action}: access denied; allow it`);
});

test('throttling is retried, other errors fail', async () => {
  add({ name: 'f', version: '1', resolvedImageUri: `${WEB}@${A}` });
  stage.runtimes.faults.add({ operation: 'lambda:GetFunction', fault: { kind: 'error', code: 'TooManyRequestsException', status: 429 } });
  expect(await read()).toHaveLength(1);
  stage.runtimes.faults.add({ operation: 'lambda:ListFunctions', fault: { kind: 'error', code: 'InvalidParameterValueException', message: 'no' } });
  expect(await failureOf(read())).toContain('UnknownImageUse: lambda:ListFunctions failed with InvalidParameterValueException: no, so the images in use are unknown; try again');
});
