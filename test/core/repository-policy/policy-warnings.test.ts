import * as sdk from '@aws-sdk/client-ecr';
import { ECR_ACTIONS } from '../../../src/core/repository-policy/ecr-actions';
import { UNKNOWN } from '../../../src/core/repository-policy/known-text';
import { findRepositoryPolicyWarnings } from '../../../src/core/repository-policy/policy-warnings';
import type { PolicyStatementJson } from '../../../src/core/repository-policy/statement';

const allow = (rest: PolicyStatementJson): PolicyStatementJson => ({ Effect: 'Allow', Principal: { AWS: '111122223333' }, ...rest });
const messages = (rest: PolicyStatementJson) => findRepositoryPolicyWarnings([allow(rest)]).map(({ message }) => message);

test.each([
  ['ecr:BatchCheckLaterAvailability', 'ecr:BatchCheckLayerAvailability'],
  ['ecr:BatchGetImages', 'ecr:BatchGetImage'],
  ['ecr:GetImage', 'ecr:BatchGetImage'],
  ['ecr:PullImage', 'ecr:BatchGetImage'],
  ['ecr:PushImage', 'ecr:PutImage'],
  ['ecr:DeleteImage', 'ecr:BatchDeleteImage'],
  ['ECR:ListImage', 'ecr:ListImages'],
  ['ecr:GetDownloadURLForLayers', 'ecr:GetDownloadUrlForLayer'],
  ['ecr:PutImageTagMutabilty', 'ecr:PutImageTagMutability'],
  ['ecr:UpdateImageStorageClas', 'ecr:UpdateImageStorageClass'],
  ['ecr:BatchGett*', 'ecr:BatchGetImage'],
])('%s probably means %s', (action, meant) => {
  expect(messages({ Action: action })).toEqual([expect.stringContaining(`"${action}"`)]);
  expect(messages({ Action: action })[0]).toMatch(new RegExp(`^statements\\[0\\]\\.Action: .*so it has no effect; did you mean "${meant}"\\?$`));
});

test.each(['ecr:Banana', 'ecr:Batch*Imge', 'ecr:?', 'ecr:*Layers'])('%s matches no action, and none is similar', (action) => {
  expect(messages({ Action: action })).toEqual([expect.stringContaining('check the spelling')]);
});

test('a pattern that matches only actions without a repository has no effect', () => {
  expect(messages({ Action: 'ecr:*RegistryPolicy' })).toEqual([expect.stringContaining('matches only actions that do not apply to a repository')]);
});

test('a misspelled exception of a Deny is not excepted', () => {
  const [message] = messages({ Effect: 'Deny', NotAction: ['ecr:BatchGetImage', 'ecr:SetRepositoryPolcy'] });
  expect(message).toMatch(/^statements\[0\]\.NotAction\[1\]: .*so the statement does not except it; did you mean "ecr:SetRepositoryPolicy"\?$/);
});

test('a canonical user ID is a principal of S3', () => {
  expect(findRepositoryPolicyWarnings([allow({ Action: 'ecr:PutImage', Principal: { CanonicalUser: ['79a59d'] } })])).toEqual([
    { id: 'canonicalUserPrincipal', message: expect.stringContaining('statements[0].Principal.CanonicalUser[0]: "79a59d"') },
  ]);
});

test('names every misspelled action with its statement', () => {
  const found = findRepositoryPolicyWarnings([allow({ Action: ['ecr:PutImage', 'ecr:PutImag', 'ecr:Lst*'] }), allow({ Action: 'ecr:ListImag' })]);
  expect(found.map(({ id, message }) => [id, message.split(':')[0]])).toEqual([
    ['unknownEcrAction', 'statements[0].Action[1]'], ['unknownEcrAction', 'statements[0].Action[2]'], ['unknownEcrAction', 'statements[1].Action'],
  ]);
});

test.each<[PolicyStatementJson]>([
  [{ Action: ['ecr:*', '*', 'ecr:Batch*', 'ecr:?atchGetImage', 'ecr:batchgetimage', UNKNOWN, `ecr:${UNKNOWN}`] }],
  [{ Action: ['ecr:BatchImportUpstreamImage', 'ecr:ReplicateImage', 'ecr:GetImageCopyStatus', 'ecr:ListImageReferrers', 'ecr:UpdateImageStorageClass'] }],
  [{ NotAction: ['sts:GetCallerIdentity', 'ecr:GetAuthorizationToken'] }],
  [{ Action: 'ecr:PutImage', Principal: '*' }],
])('has no warning about %j', (statement) => {
  expect(messages(statement)).toEqual([]);
});

test('the list of actions has every operation of the SDK', () => {
  const operations = Object.keys(sdk).filter((name) => /^[A-Z].*Command$/.test(name)).map((name) => name.replace(/Command$/, ''));
  expect(operations.length).toBeGreaterThan(50);
  expect(operations.filter((name) => !ECR_ACTIONS.includes(name))).toEqual([]);
  expect(new Set(ECR_ACTIONS).size).toBe(ECR_ACTIONS.length);
});
