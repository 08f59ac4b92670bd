import { OWN_ACCOUNT, UNKNOWN } from '../../../src/core/repository-policy/known-text';
import { lockOutProblem } from '../../../src/core/repository-policy/lock-out';
import type { PolicyStatementJson } from '../../../src/core/repository-policy/statement';

const OWNER = '111122223333';
const OTHER = '444455556666';
const ROLE = `arn:aws:iam::${OWNER}:role/Admin`;
const deny = (rest: PolicyStatementJson): PolicyStatementJson => ({ Effect: 'Deny', Principal: '*', Action: 'ecr:*', ...rest });
const allExcept = (rest: PolicyStatementJson) => deny({ Principal: undefined, ...rest });
const when = (operator: string, key: string, value: unknown) => deny({ Condition: { [operator]: { [key]: value } } });

describe('a Deny that locks the owner out', () => {
  test.each<[string, PolicyStatementJson]>([
    ['all actions for all principals', deny({})],
    ['the action by name', deny({ Action: ['ecr:PutImage', 'ecr:SetRepositoryPolicy'] })],
    ['the action in lower case', deny({ Action: 'ECR:deleterepositorypolicy' })],
    ['reading the policy only', deny({ Action: 'ecr:GetRepositoryPolicy' })],
    ['a wildcard before', deny({ Action: 'ecr:*RepositoryPolicy' })],
    ['a wildcard behind', deny({ Action: 'ecr:Set*' })],
    ['a wildcard for one character', deny({ Action: 'ecr:?etRepositoryPolicy' })],
    ['all services', deny({ Action: '*' })],
    ['all actions except others', deny({ Action: undefined, NotAction: ['ecr:BatchGetImage', 'ecr:Describe*'] })],
    ['all actions except two of the three', deny({ Action: undefined, NotAction: ['ecr:Get*', 'ecr:Set*'] })],
    ['AWS: *', deny({ Principal: { AWS: '*' } })],
    ['* among others', deny({ Principal: { AWS: [OTHER, '*'] } })],
    ['the own account by ID', deny({ Principal: { AWS: OWNER } })],
    ['the own account by ARN', deny({ Principal: { AWS: [`arn:${UNKNOWN}:iam::${OWNER}:root`] } })],
    ['all principals except another account', allExcept({ NotPrincipal: { AWS: [OTHER] } })],
    ['all principals except a role of the own account', allExcept({ NotPrincipal: { AWS: [ROLE] } })],
    ['all principals except a service', allExcept({ NotPrincipal: { Service: 'lambda.amazonaws.com' } })],
    ['all accounts except another', when('StringNotEquals', 'aws:PrincipalAccount', OTHER)],
    ['the own account, by condition', when('StringEquals', 'aws:PrincipalAccount', [OTHER, OWNER])],
    ['all accounts, by condition', when('StringLike', 'AWS:principalaccount', '*')],
    ['all principals except a role of another account', when('ArnNotLike', 'aws:PrincipalArn', `arn:aws:iam::${OTHER}:role/*`)],
    ['all principals of the own account', when('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${OWNER}:*`)],
    ['all calls over TLS', when('Bool', 'aws:SecureTransport', 'true')],
    ['all calls over TLS, negated', when('StringNotEquals', 'aws:SecureTransport', 'false')],
    ['all principals except services', when('BoolIfExists', 'aws:PrincipalIsAWSService', 'false')],
    ['all principals with an ARN', when('Null', 'aws:PrincipalArn', 'false')],
    ['two conditions that do not exempt', deny({
      Condition: { StringNotEquals: { 'aws:PrincipalAccount': OTHER }, Bool: { 'aws:PrincipalIsAWSService': false } },
    })],
    ['an empty condition', deny({ Condition: {} })],
  ])('%s', (_, statement) => {
    expect(lockOutProblem(statement, OWNER)).toContain('the policy could not be changed again');
  });
});

describe('a statement that does not lock the owner out', () => {
  test.each<[string, PolicyStatementJson]>([
    ['an Allow', { ...deny({}), Effect: 'Allow' }],
    ['other actions', deny({ Action: ['ecr:BatchDeleteImage', 'ecr:Put*', 'ecr:GetRepository'] })],
    ['all actions except those that manage the policy', deny({ Action: undefined, NotAction: ['ecr:*RepositoryPolicy'] })],
    ['all actions except an unknown one', deny({ Action: undefined, NotAction: [UNKNOWN] })],
    ['an unknown action', deny({ Action: UNKNOWN })],
    ['another account', deny({ Principal: { AWS: OTHER } })],
    ['an unknown principal', deny({ Principal: { AWS: UNKNOWN } })],
    ['one role of the own account', deny({ Principal: { AWS: ROLE } })],
    ['a service', deny({ Principal: { Service: 'lambda.amazonaws.com' } })],
    ['all principals except the own account by ID', allExcept({ NotPrincipal: { AWS: [OWNER] } })],
    ['all principals except the own account by ARN and a role', allExcept({ NotPrincipal: { AWS: [ROLE, `arn:aws:iam::${OWNER}:root`] } })],
    ['all principals except an unknown one', allExcept({ NotPrincipal: { AWS: [UNKNOWN] } })],
    ['all accounts except the own', when('StringNotEquals', 'aws:PrincipalAccount', OWNER)],
    ['all accounts except a pattern that matches the own', when('StringNotLike', 'aws:PrincipalAccount', '1111*')],
    ['another account, by condition', when('StringEquals', 'aws:PrincipalAccount', OTHER)],
    ['all principals except a role of the own account, by condition', when('ArnNotLike', 'aws:PrincipalArn', [ROLE])],
    ['all principals except a role of any account, by condition', when('StringNotLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/Deploy')],
    ['all principals except a role by name', when('StringNotLike', 'aws:PrincipalArn', '*:role/Deploy')],
    ['one role, by condition', when('ArnEquals', 'aws:PrincipalArn', ROLE)],
    ['all accounts except an unknown one', when('StringNotEquals', 'aws:PrincipalAccount', UNKNOWN)],
    ['all accounts except the own, by a variable', when('StringNotEquals', 'aws:PrincipalAccount', [OTHER, '${aws:ResourceAccount}'])],
    ['calls without TLS, negated', when('StringNotEquals', 'aws:SecureTransport', 'true')],
    ['an unknown value of TLS', when('StringNotEqualsIgnoreCase', 'aws:SecureTransport', UNKNOWN)],
    ['calls without TLS', when('Bool', 'aws:SecureTransport', 'false')],
    ['calls of services', when('Bool', 'aws:PrincipalIsAWSService', true)],
    ['calls from other networks', when('NotIpAddress', 'aws:SourceIp', '10.0.0.0/8')],
    ['other organizations', when('StringNotEquals', 'aws:PrincipalOrgID', 'o-exampleorgid')],
    ['callers without an ARN', when('Null', 'aws:PrincipalArn', 'true')],
    ['a property of JavaScript objects as key', when('StringEquals', 'constructor', 'x')],
    ['a condition that is known only at deployment', deny({ Condition: UNKNOWN })],
    ['an operator with keys that are known only at deployment', deny({ Condition: { StringNotEquals: UNKNOWN } })],
    ['two conditions, one of which exempts the owner', deny({
      Condition: { StringNotEquals: { 'aws:PrincipalAccount': OTHER }, Bool: { 'aws:SecureTransport': 'false' } },
    })],
  ])('%s', (_, statement) => {
    expect(lockOutProblem(statement, OWNER)).toBeUndefined();
  });
});

test('an account that the template does not name is recognized by its placeholder only', () => {
  expect(lockOutProblem(deny({ Principal: { AWS: `arn:${UNKNOWN}:iam::${OWN_ACCOUNT}:root` } }), OWN_ACCOUNT)).toContain('ecr:SetRepositoryPolicy');
  expect(lockOutProblem(when('StringEquals', 'aws:PrincipalAccount', OWN_ACCOUNT), OWN_ACCOUNT)).toContain('ecr:SetRepositoryPolicy');
  expect(lockOutProblem(deny({ Principal: { AWS: OTHER } }), OWN_ACCOUNT)).toBeUndefined();
  expect(lockOutProblem(when('StringNotEquals', 'aws:PrincipalAccount', OWN_ACCOUNT), OWN_ACCOUNT)).toBeUndefined();
  expect(lockOutProblem(when('StringNotEquals', 'aws:PrincipalAccount', OTHER), OWN_ACCOUNT)).toBeUndefined();
});

test('if the repository is unknown, only statements that lock out every owner are found', () => {
  expect(lockOutProblem(deny({}))).toContain('"aws:PrincipalAccount"');
  expect(lockOutProblem(deny({ Principal: { AWS: OTHER } }))).toBeUndefined();
  expect(lockOutProblem(allExcept({ NotPrincipal: { AWS: OTHER } }))).toBeUndefined();
  expect(lockOutProblem(when('StringNotEquals', 'aws:PrincipalAccount', OTHER))).toBeUndefined();
});

test('the message names the actions and the condition to add', () => {
  expect(lockOutProblem(deny({ Action: ['ecr:Set*', 'ecr:DeleteRepositoryPolicy'] }), OWNER)).toBe(
    'the Deny covers ecr:SetRepositoryPolicy, ecr:DeleteRepositoryPolicy for all principals in the account of the repository, so the policy ' +
    'could not be changed again; ECR rejects that, and CloudFormation cannot force it: leave out these actions, or exempt the account ' +
    'with the condition {"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}');
});
