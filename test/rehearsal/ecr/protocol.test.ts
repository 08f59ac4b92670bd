import { DeleteRepositoryCommand, DescribePullThroughCacheRulesCommand, DescribeRepositoriesCommand, GetAuthorizationTokenCommand, ListTagsForResourceCommand } from '@aws-sdk/client-ecr';
import { clientOf, failureOf, START, startEcr } from './support';
import type { EmbeddedEcr } from '../../../rehearsal/ecr/embedded-ecr';

const SIGNED = 'AWS4-HMAC-SHA256 Credential=AKIDRAW/20260101/us-east-1/ecr/aws4_request, SignedHeaders=host, Signature=0';

async function post(ecr: EmbeddedEcr, operation: string, body: string, authorization: string | undefined = SIGNED): Promise<Response> {
  return fetch(ecr.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${operation}`,
      ...(authorization && { authorization }),
    },
    body,
  });
}

test('answers and errors are AWS JSON 1.1', async () => {
  const ecr = await startEcr({ now: START + 250 });
  const created = await post(ecr, 'CreateRepository', '{"repositoryName":"app"}');
  expect(created.status).toBe(200);
  expect(created.headers.get('content-type')).toBe('application/x-amz-json-1.1');
  expect(created.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  expect(await created.json()).toMatchObject({ repository: { createdAt: START / 1000 + 0.25 } });

  const again = await post(ecr, 'CreateRepository', '{"repositoryName":"app"}');
  expect(again.status).toBe(400);
  expect(again.headers.get('x-amzn-errortype')).toBe('RepositoryAlreadyExistsException');
  expect(await again.json()).toEqual({ __type: 'RepositoryAlreadyExistsException', message: expect.stringContaining("'app'") });
});

test.each([
  ['an unsupported operation', 'StartImageScan', '{}', SIGNED, 'UnknownOperationException'],
  ["an object's own method", 'toString', '{}', SIGNED, 'UnknownOperationException'],
  ['no signature', 'DescribeImages', '{}', '', 'MissingAuthenticationTokenException'],
  ['a body that is not JSON', 'DescribeImages', '{', SIGNED, 'SerializationException'],
  ['a body that is not an object', 'DescribeImages', '[]', SIGNED, 'SerializationException'],
  ['a member of another type', 'DescribeImages', '{"repositoryName":7}', SIGNED, 'SerializationException'],
  ['a member that is missing', 'DescribeImages', '{"repositoryName":null}', SIGNED, 'InvalidParameterException'],
])('%s is an error', async (_, operation, body, authorization, code) => {
  const ecr = await startEcr();
  const response = await post(ecr, operation, body, authorization);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ __type: code });
});

test('an operation of the SDK that this server does not support is an error', async () => {
  const ecr = await startEcr();
  expect((await failureOf(clientOf(ecr).send(new DescribePullThroughCacheRulesCommand({})))).name).toBe('UnknownOperationException');
});

test('every call is recorded with its access key', async () => {
  const ecr = await startEcr();
  await clientOf(ecr, { accessKeyId: 'AKIDALICE' }).send(new DescribeRepositoriesCommand({ maxResults: 5 }));
  ecr.clock.advance(1000);
  await failureOf(clientOf(ecr, { accessKeyId: 'AKIDBOB' }).send(new DeleteRepositoryCommand({ repositoryName: 'app' })));
  expect(ecr.calls).toEqual([
    { operation: 'DescribeRepositories', input: { maxResults: 5 }, accessKeyId: 'AKIDALICE', at: START },
    { operation: 'DeleteRepository', input: { repositoryName: 'app' }, accessKeyId: 'AKIDBOB', at: START + 1000, error: 'RepositoryNotFoundException' },
  ]);
});

test('an unauthorized caller gets AccessDenied, even for a missing repository', async () => {
  const asked: string[][] = [];
  const ecr = await startEcr({
    accountId: '444455556666',
    region: 'eu-west-1',
    authorize: (...question) => {
      asked.push(question);
      return question[0] === 'AKIDADMIN';
    },
  });
  const client = clientOf(ecr, { accessKeyId: 'AKIDGUEST' });
  const arn = 'arn:aws:ecr:eu-west-1:444455556666:repository/';
  expect(await failureOf(client.send(new DeleteRepositoryCommand({ repositoryName: 'app' })))).toMatchObject({
    name: 'AccessDeniedException',
    message: 'User: arn:aws:sts::444455556666:assumed-role/AKIDGUEST is not authorized to perform: ecr:DeleteRepository ' +
      `on resource: ${arn}app because no identity-based policy allows the ecr:DeleteRepository action`,
    $metadata: { httpStatusCode: 400 },
  });
  const admin = clientOf(ecr, { accessKeyId: 'AKIDADMIN' });
  await admin.send(new GetAuthorizationTokenCommand({}));
  await admin.send(new DescribeRepositoriesCommand({}));
  await failureOf(admin.send(new DescribeRepositoriesCommand({ repositoryNames: ['a1', 'b1'] })));
  await failureOf(admin.send(new ListTagsForResourceCommand({ resourceArn: `${arn}c1` })));
  expect(asked.slice(1)).toEqual([
    ['AKIDADMIN', 'ecr:GetAuthorizationToken', '*'],
    ['AKIDADMIN', 'ecr:DescribeRepositories', `${arn}*`],
    ['AKIDADMIN', 'ecr:DescribeRepositories', `${arn}a1`],
    ['AKIDADMIN', 'ecr:DescribeRepositories', `${arn}b1`],
    ['AKIDADMIN', 'ecr:ListTagsForResource', `${arn}c1`],
  ]);
});
