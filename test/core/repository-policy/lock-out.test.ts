import { OWN_ACCOUNT, UNKNOWN } from '../../../src/core/repository-policy/known-text';
import { lockOutProblem } from '../../../src/core/repository-policy/lock-out';
import type { PolicyStatementJson } from '../../../src/core/repository-policy/statement';

const OWNER = '111122223333';
const OTHER = '444455556666';
const ROLE = `arn:aws:iam::${OWNER}:role/Admin`;
const deny = (rest: PolicyStatementJson): PolicyStatementJson => ({ Effect: 'Deny', Principal: '*', Action: 'ecr:*', ...rest });
const nobodyBut = (rest: PolicyStatementJson) => deny({ Principal: undefined, ...rest });
const when = (operator: string, key: string, value: unknown) => deny({ Condition: { [operator]: { [key]: value } } });

describe('locks the owner out', () => {
  test.each<[string, PolicyStatementJson]>([
    ['everything, for everybody', deny({})],
    ['the action by name', deny({ Action: ['ecr:PutImage', 'ecr:SetRepositoryPolicy'] })],
    ['the action in other letters', deny({ Action: 'ECR:deleterepositorypolicy' })],
    ['reading alone', deny({ Action: 'ecr:GetRepositoryPolicy' })],
    ['a wildcard before', deny({ Action: 'ecr:*RepositoryPolicy' })],
    ['a wildcard behind', deny({ Action: 'ecr:Set*' })],
    ['a wildcard for one character', deny({ Action: 'ecr:?etRepositoryPolicy' })],
    ['all services', deny({ Action: '*' })],
    ['all but some action', deny({ Action: undefined, NotAction: ['ecr:BatchGetImage', 'ecr:Describe*'] })],
    ['all but two of the three', deny({ Action: undefined, NotAction: ['ecr:Get*', 'ecr:Set*'] })],
    ['AWS: *', deny({ Principal: { AWS: '*' } })],
    ['* among others', deny({ Principal: { AWS: [OTHER, '*'] } })],
    ['the own account by id', deny({ Principal: { AWS: OWNER } })],
    ['the own account by ARN', deny({ Principal: { AWS: [`arn:${UNKNOWN}:iam::${OWNER}:root`] } })],
    ['all but another account', nobodyBut({ NotPrincipal: { AWS: [OTHER] } })],
    ['all but a role of the own account', nobodyBut({ NotPrincipal: { AWS: [ROLE] } })],
    ['all but a service', nobodyBut({ NotPrincipal: { Service: 'lambda.amazonaws.com' } })],
    ['all accounts but another', when('StringNotEquals', 'aws:PrincipalAccount', OTHER)],
    ['the own account, by condition', when('StringEquals', 'aws:PrincipalAccount', [OTHER, OWNER])],
    ['all accounts, by condition', when('StringLike', 'AWS:principalaccount', '*')],
    ['all but a role of another account', when('ArnNotLike', 'aws:PrincipalArn', `arn:aws:iam::${OTHER}:role/*`)],
    ['all principals of the own account', when('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${OWNER}:*`)],
    ['all who use TLS', when('Bool', 'aws:SecureTransport', 'true')],
    ['all who use TLS, said the other way round', when('StringNotEquals', 'aws:SecureTransport', 'false')],
    ['all who are no service', when('BoolIfExists', 'aws:PrincipalIsAWSService', 'false')],
    ['all who have an ARN', when('Null', 'aws:PrincipalArn', 'false')],
    ['two conditions, none of which exempts', deny({
      Condition: { StringNotEquals: { 'aws:PrincipalAccount': OTHER }, Bool: { 'aws:PrincipalIsAWSService': false } },
    })],
    ['an empty condition', deny({ Condition: {} })],
  ])('%s', (_, statement) => {
    expect(lockOutProblem(statement, OWNER)).toContain('nobody could change the policy again');
  });
});

describe('leaves the owner a way', () => {
  test.each<[string, PolicyStatementJson]>([
    ['an Allow', { ...deny({}), Effect: 'Allow' }],
    ['other actions', deny({ Action: ['ecr:BatchDeleteImage', 'ecr:Put*', 'ecr:GetRepository'] })],
    ['all but what manages the policy', deny({ Action: undefined, NotAction: ['ecr:*RepositoryPolicy'] })],
    ['all but something unknown', deny({ Action: undefined, NotAction: [UNKNOWN] })],
    ['an unknown action', deny({ Action: UNKNOWN })],
    ['another account', deny({ Principal: { AWS: OTHER } })],
    ['an unknown principal', deny({ Principal: { AWS: UNKNOWN } })],
    ['one role of the own account', deny({ Principal: { AWS: ROLE } })],
    ['a service', deny({ Principal: { Service: 'lambda.amazonaws.com' } })],
    ['all but the own account by id', nobodyBut({ NotPrincipal: { AWS: [OWNER] } })],
    ['all but the own account by ARN, and a role', nobodyBut({ NotPrincipal: { AWS: [ROLE, `arn:aws:iam::${OWNER}:root`] } })],
    ['all but something unknown', nobodyBut({ NotPrincipal: { AWS: [UNKNOWN] } })],
    ['all accounts but the own', when('StringNotEquals', 'aws:PrincipalAccount', OWNER)],
    ['all accounts but some like the own', when('StringNotLike', 'aws:PrincipalAccount', '1111*')],
    ['another account, by condition', when('StringEquals', 'aws:PrincipalAccount', OTHER)],
    ['all but a role of the own account, by condition', when('ArnNotLike', 'aws:PrincipalArn', [ROLE])],
    ['all but a role of any account, by condition', when('StringNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/Deploy')],
    ['all but a role by name', when('StringNotLike', 'aws:PrincipalArn', '*:role/Deploy')],
    ['one role, by condition', when('ArnEquals', 'aws:PrincipalArn', ROLE)],
    ['all accounts but an unknown one', when('StringNotEquals', 'aws:PrincipalAccount', UNKNOWN)],
    ['all accounts but the own, by a variable', when('StringNotEquals', 'aws:PrincipalAccount', [OTHER, '${aws:ResourceAccount}'])],
    ['calls without TLS, said the other way round', when('StringNotEquals', 'aws:SecureTransport', 'true')],
    ['an unknown value of TLS', when('StringNotEqualsIgnoreCase', 'aws:SecureTransport', UNKNOWN)],
    ['calls without TLS', when('Bool', 'aws:SecureTransport', 'false')],
    ['calls of services', when('Bool', 'aws:PrincipalIsAWSService', true)],
    ['calls from elsewhere', when('NotIpAddress', 'aws:SourceIp', '10.0.0.0/8')],
    ['other organizations', when('StringNotEquals', 'aws:PrincipalOrgID', 'o-exampleorgid')],
    ['callers without an ARN', when('Null', 'aws:PrincipalArn', 'true')],
    ['a key of JavaScript\'s own', when('StringEquals', 'constructor', 'x')],
    ['when only the deployment knows', deny({ Condition: UNKNOWN })],
    ['an operator of which only the deployment knows the keys', deny({ Condition: { StringNotEquals: UNKNOWN } })],
    ['two conditions, one of which exempts', deny({
      Condition: { StringNotEquals: { 'aws:PrincipalAccount': OTHER }, Bool: { 'aws:SecureTransport': 'false' } },
    })],
  ])('%s', (_, statement) => {
    expect(lockOutProblem(statement, OWNER)).toBeUndefined();
  });
});

test('an account that the template leaves open is recognised by its own mark only', () => {
  expect(lockOutProblem(deny({ Principal: { AWS: `arn:${UNKNOWN}:iam::${OWN_ACCOUNT}:root` } }), OWN_ACCOUNT)).toContain('ecr:SetRepositoryPolicy');
  expect(lockOutProblem(when('StringEquals', 'aws:PrincipalAccount', OWN_ACCOUNT), OWN_ACCOUNT)).toContain('ecr:SetRepositoryPolicy');
  expect(lockOutProblem(deny({ Principal: { AWS: OTHER } }), OWN_ACCOUNT)).toBeUndefined();
  expect(lockOutProblem(when('StringNotEquals', 'aws:PrincipalAccount', OWN_ACCOUNT), OWN_ACCOUNT)).toBeUndefined();
  expect(lockOutProblem(when('StringNotEquals', 'aws:PrincipalAccount', OTHER), OWN_ACCOUNT)).toBeUndefined();
});

test('before the repository is known, only what locks every owner out is found', () => {
  expect(lockOutProblem(deny({}))).toContain('"aws:PrincipalAccount"');
  expect(lockOutProblem(deny({ Principal: { AWS: OTHER } }))).toBeUndefined();
  expect(lockOutProblem(nobodyBut({ NotPrincipal: { AWS: OTHER } }))).toBeUndefined();
  expect(lockOutProblem(when('StringNotEquals', 'aws:PrincipalAccount', OTHER))).toBeUndefined();
});

test('says what it covers, and the condition to add', () => {
  expect(lockOutProblem(deny({ Action: ['ecr:Set*', 'ecr:DeleteRepositoryPolicy'] }), OWNER)).toBe(
    'the Deny covers ecr:SetRepositoryPolicy, ecr:DeleteRepositoryPolicy for everybody in the account of the repository, so that nobody ' +
    'could change the policy again; ECR refuses that, and CloudFormation cannot force it: leave these actions out, or exempt the account ' +
    'with the condition {"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}');
});
