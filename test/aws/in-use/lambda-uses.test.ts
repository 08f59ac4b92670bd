import { A, B, FOREIGN_IMAGES, REPOSITORY, Stage, summary, WEB } from './fixtures';
import type { FunctionVersion } from '../../../rehearsal/in-use/account';
import { lambdaUses } from '../../../src/aws/in-use/lambda-uses';

/* Lambda over HTTP, with the real SDK. */

const stage = new Stage();
const read = async () => summary(await lambdaUses(stage.clients.lambda, stage.call, REPOSITORY));
const add = (...versions: FunctionVersion[]) => stage.account.functions.push(...versions);

test('the latest code and every published version, by the digest that was deployed', async () => {
  add(
    { name: 'thumbnailer', version: '$LATEST', imageUri: `${WEB}:latest`, resolvedImageUri: `${WEB}@${B}` },
    { name: 'thumbnailer', version: '7', imageUri: `${WEB}:latest`, resolvedImageUri: `${WEB}@${A}` },
  );
  expect(await read()).toEqual(['sha256:aaaa <- Lambda function thumbnailer version 7', 'sha256:bbbb <- Lambda function thumbnailer']);
});

test('without a digest, what the URI names', async () => {
  add({ name: 'a', version: '$LATEST', imageUri: `${WEB}:1` }, { name: 'b', version: '$LATEST', imageUri: `${WEB}@${A}` });
  expect(await read()).toEqual([':1 <- Lambda function a', 'sha256:aaaa <- Lambda function b']);
});

test('functions from zip files are not asked about', async () => {
  add({ name: 'zip', version: '$LATEST' }, { name: 'zip', version: '1' });
  expect(await read()).toEqual([]);
  expect(stage.calls).toEqual(['ListFunctions']);
});

test('functions from other repositories are none of ours', async () => {
  add(...FOREIGN_IMAGES.map((imageUri, i) => ({ name: `f${i}`, version: '$LATEST', imageUri, resolvedImageUri: imageUri })));
  expect(await read()).toEqual([]);
});

test('every page is read, whatever its size', async () => {
  add(...Array.from({ length: 60 }, (_, i) => ({ name: 'f', version: `${i}`, resolvedImageUri: `${WEB}:${i}` })));
  expect(await read()).toHaveLength(60);
  expect(stage.calls.filter((call) => call === 'ListFunctions')).toHaveLength(2);
  stage.runtimes.pageSize = 7;
  expect(await read()).toHaveLength(60);
  expect(stage.calls.filter((call) => call === 'ListFunctions')).toHaveLength(2 + 9);
});

test('a version that goes while it is asked for uses nothing', async () => {
  add({ name: 'f', version: '1', resolvedImageUri: `${WEB}@${A}` }, { name: 'f', version: '2', resolvedImageUri: `${WEB}@${B}` });
  stage.meanwhile('lambda:GetFunction', () => { stage.account.functions = []; });
  expect(await read()).toEqual([]);
});

test('a function that does not tell its image might be made of ours: it fails', async () => {
  add({ name: 'f', version: '3', resolvedImageUri: `${WEB}@${A}` });
  stage.runtimes.faults.add({ operation: 'lambda:GetFunction', fault: { kind: 'respond', body: { Code: { RepositoryType: 'ECR' } } } });
  await expect(read()).rejects.toThrow('UnknownImageUse: lambda:GetFunction does not say which image the Lambda function f version 3 is made of; try again');
});

test.each(['lambda:ListFunctions', 'lambda:GetFunction'])('%s denied: the message names it', async (action) => {
  add({ name: 'f', version: '1', resolvedImageUri: `${WEB}@${A}` });
  stage.deny(action);
  await expect(read()).rejects.toThrow(`AccessDenied: ${action}: access denied; allow it`);
});

test('throttling is tried again; other errors fail', async () => {
  add({ name: 'f', version: '1', resolvedImageUri: `${WEB}@${A}` });
  stage.runtimes.faults.add({ operation: 'lambda:GetFunction', fault: { kind: 'error', code: 'TooManyRequestsException', status: 429 } });
  expect(await read()).toHaveLength(1);
  stage.runtimes.faults.add({ operation: 'lambda:ListFunctions', fault: { kind: 'error', code: 'InvalidParameterValueException', message: 'no' } });
  await expect(read()).rejects.toThrow('UnknownImageUse: lambda:ListFunctions failed with InvalidParameterValueException: no; without it nobody knows what is in use');
});
