import { UNKNOWN } from '../../../src/core/repository-policy/known-text';
import { REPOSITORY_POLICY_PROBLEM_CODES } from '../../../src/core/repository-policy/problem-codes';
import type { PolicyStatementJson } from '../../../src/core/repository-policy/statement';
import { checkRepositoryPolicy, checkRepositoryPolicyLength } from '../../../src/core/repository-policy/validation';

const ACCOUNT = '111122223333';

const allow = (rest: PolicyStatementJson): PolicyStatementJson =>
  ({ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'ecr:BatchGetImage', ...rest });
const when = (operator: string, key: string, value: unknown) => allow({ Condition: { [operator]: { [key]: value } } });
const problemsOf = (...statements: PolicyStatementJson[]) => checkRepositoryPolicy(statements).map(({ code, path }) => `${code} ${path}`);

const REJECTED: [PolicyStatementJson, string][] = [
  [allow({ Resource: '*' }), 'UnexpectedResource statements[0].Resource'],
  [allow({ NotResource: ['arn:aws:ecr:eu-west-1:111122223333:repository/app'] }), 'UnexpectedResource statements[0].NotResource'],
  [allow({ Principal: undefined }), 'MissingPrincipal statements[0].Principal'],
  [allow({ Principal: { AWS: [] } }), 'MissingPrincipal statements[0].Principal'],
  [allow({ Action: undefined }), 'MissingAction statements[0].Action'],
  [allow({ Action: ['ecr:GetAuthorizationToken'] }), 'IdentityOnlyAction statements[0].Action[0]'],
  [allow({ Action: 'ECR:describeregistry' }), 'IdentityOnlyAction statements[0].Action'],
  [allow({ Action: ['ecr:PutImage', 'kms:Decrypt'] }), 'ForeignAction statements[0].Action[1]'],
  [allow({ Action: 'ecr-public:BatchGetImage' }), 'ForeignAction statements[0].Action'],
  [allow({ Principal: { AWS: ['111122223333', '12345'] } }), 'InvalidAccountId statements[0].Principal.AWS[1]'],
  [allow({ Principal: { AWS: `arn:${UNKNOWN}:iam::12345:root` } }), 'InvalidAccountId statements[0].Principal.AWS'],
  [allow({ Principal: undefined, NotPrincipal: { AWS: 'someone' } }), 'InvalidAccountId statements[0].NotPrincipal.AWS'],
  [when('StringEquals', 'aws:SourceAccount', '1234-5678-9012'), 'InvalidAccountId statements[0].Condition.StringEquals.aws:SourceAccount'],
  [allow({ Principal: { AWS: 'arn:aws:iam::111122223333' } }), 'InvalidArn statements[0].Principal.AWS'],
  [allow({ Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } }), 'WildcardPrincipal statements[0].Principal.AWS'],
  [allow({ Principal: { AWS: ['arn:aws:iam::*:root'] } }), 'WildcardPrincipal statements[0].Principal.AWS[0]'],
  [allow({ Principal: { AWS: 'arn:aws:iam::11122223333:role/name' } }), 'InvalidAccountId statements[0].Principal.AWS'],
  [allow({ Principal: { AWS: `arn:asw:iam::${ACCOUNT}:root` } }), 'InvalidArn statements[0].Principal.AWS'],
  [allow({ Principal: { AWS: `arn:aws:iam:eu-west-1:${ACCOUNT}:root` } }), 'InvalidArn statements[0].Principal.AWS'],
  [allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:group/developers` } }), 'GroupPrincipal statements[0].Principal.AWS'],
  [allow({ Principal: { AWS: `arn:${UNKNOWN}:iam::${UNKNOWN}:group/path/${UNKNOWN}` } }), 'GroupPrincipal statements[0].Principal.AWS'],
  [allow({ Principal: undefined, NotPrincipal: { AWS: [ACCOUNT, `arn:aws:iam::${ACCOUNT}:group/g`] } }), 'GroupPrincipal statements[0].NotPrincipal.AWS[1]'],
  [allow({ Principal: { Service: `arn:aws:iam::${ACCOUNT}:group/developers` } }), 'GroupPrincipal statements[0].Principal.Service'],
  [allow({ Principal: { Service: `arn:aws:iam::${ACCOUNT}:root` } }), 'MisplacedPrincipal statements[0].Principal.Service'],
  [allow({ Principal: { Service: ['lambda.amazonaws.com', `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:f`] } }), 'MisplacedPrincipal statements[0].Principal.Service[1]'],
  [allow({ Principal: { Service: ACCOUNT } }), 'MisplacedPrincipal statements[0].Principal.Service'],
  [allow({ Principal: { Service: `${ACCOUNT}.amazonaws.com` } }), 'MisplacedPrincipal statements[0].Principal.Service'],
  [allow({ Principal: { AWS: 'lambda.amazonaws.com' } }), 'MisplacedPrincipal statements[0].Principal.AWS'],
  [allow({ Principal: { AWS: 'cognito-identity.amazonaws.com' } }), 'MisplacedPrincipal statements[0].Principal.AWS'],
  [allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com` } }), 'MisplacedPrincipal statements[0].Principal.AWS'],
  [allow({ Principal: { Federated: `arn:aws:iam::${ACCOUNT}:role/name` } }), 'MisplacedPrincipal statements[0].Principal.Federated'],
  [allow({ Principal: { Federated: ACCOUNT } }), 'MisplacedPrincipal statements[0].Principal.Federated'],
  [allow({ Principal: { Federated: 'arn:aws:s3:::bucket' } }), 'InvalidPrincipal statements[0].Principal.Federated'],
  [allow({ Principal: { Service: 'lambda' } }), 'InvalidPrincipal statements[0].Principal.Service'],
  [allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:policy/name` } }), 'InvalidPrincipal statements[0].Principal.AWS'],
  [allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/` } }), 'InvalidPrincipal statements[0].Principal.AWS'],
  [allow({ Principal: { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/name` } }), 'InvalidPrincipal statements[0].Principal.AWS'],
  [allow({ Principal: { AWS: `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-1` } }), 'InvalidPrincipal statements[0].Principal.AWS'],
  [allow({ Principal: { User: 'name' } }), 'InvalidPrincipal statements[0].Principal.User'],
  [allow({ Principal: `arn:aws:iam::${ACCOUNT}:root` }), 'InvalidPrincipal statements[0].Principal'],
  [when('ArnLike', 'aws:SourceArn', ['project/web']), 'InvalidArn statements[0].Condition.ArnLike.aws:SourceArn[0]'],
  [when('ArnNotLike', 'aws:PrincipalArn', 'arn:aws:iam:::role/Admin'), 'InvalidAccountId statements[0].Condition.ArnNotLike.aws:PrincipalArn'],
  [when('StringEquals', 'aws:PrincipalOrgID', 'exampleorgid'), 'InvalidOrganizationId statements[0].Condition.StringEquals.aws:PrincipalOrgID'],
  [when('StringEquals', 'aws:PrincipalOrgID', ['o-SHOUTING00']), 'InvalidOrganizationId statements[0].Condition.StringEquals.aws:PrincipalOrgID[0]'],
  [when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-exampleorgid/r-root/ou-root-exampleid'),
    'InvalidOrganizationPath statements[0].Condition.ForAnyValue:StringLike.aws:PrincipalOrgPaths'],
  [when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', ['ou-root-exampleid/*']),
    'InvalidOrganizationPath statements[0].Condition.ForAnyValue:StringLike.aws:PrincipalOrgPaths[0]'],
  [allow({ Effect: 'Deny', Principal: '*', Action: 'ecr:*' }), 'LockedOutOwner statements[0]'],
];

test.each(REJECTED)('rejects %j', (statement, problem) => {
  expect(problemsOf(statement)).toEqual([problem]);
});

test.each<[PolicyStatementJson]>([
  [allow({})],
  [allow({ Principal: '*' })],
  [allow({ Principal: { Service: 'lambda.amazonaws.com' } })],
  [allow({ Principal: { AWS: '*' } })],
  [allow({ Principal: { Service: ['codebuild.amazonaws.com.cn', 'logs.eu-west-1.amazonaws.com', UNKNOWN] } })],
  [allow({ Principal: { Federated: [`arn:aws:iam::${ACCOUNT}:saml-provider/name`, 'accounts.google.com', UNKNOWN] } })],
  [allow({ Principal: { CanonicalUser: '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be' } })],
  [allow({ Principal: { AWS: [`arn:aws:iam::${ACCOUNT}:${UNKNOWN}`, `arn:aws:sts::${ACCOUNT}:federated-user/name`, 'AROAEXAMPLEEXAMPLE12'] } })],
  [allow({ Principal: { Federated: 'cognito-identity.amazonaws.com' } })],
  [allow({ Principal: { AWS: ['arn:aws-cn:iam::111122223333:role/path/Name', 'arn:aws:sts::111122223333:assumed-role/Name/session', 'AIDAEXAMPLEEXAMPLE12'] } })],
  [allow({ Principal: { AWS: [UNKNOWN, `arn:${UNKNOWN}:iam::${UNKNOWN}:root`] } })],
  [allow({ Action: ['ecr:*', '*', 'ecr:NobodyKnowsThisOne', UNKNOWN] })],
  [allow({ Effect: 'Deny', Action: undefined, NotAction: ['ecr:GetAuthorizationToken', 'ecr:*RepositoryPolicy', 'sts:GetCallerIdentity'] })],
  [when('StringLike', 'aws:PrincipalAccount', '1111*')],
  [when('ArnLike', 'aws:SourceArn', 'arn:aws:s3:::bucket')],
  [when('StringLike', 'aws:sourceArn', 'arn:aws:lambda:*:111122223333:function:*')],
  [when('StringEquals', 'aws:PrincipalOrgID', ['o-exampleorgid', UNKNOWN])],
  [when('Null', 'aws:PrincipalOrgID', 'false')],
  [when('StringEquals', 'aws:SourceAccount', '${aws:ResourceAccount}')],
  [when('StringEquals', 'aws:PrincipalOrgID', ['${aws:ResourceOrgID}'])],
  [when('ArnLike', 'aws:SourceArn', '${aws:PrincipalTag/source}')],
  [when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', [
    'o-exampleorgid/*', 'o-exampleorgid/r-root/*', 'o-exampleorgid/r-root/ou-root-exampleid/', 'o-exampleorgid/r-*/ou-root-exampleid/*', UNKNOWN,
    'o-exampleorgid/r-root/ou-root-exampleid*', 'o-exampleorgid/r-root*', 'o-exampleorgid*', '*',
  ])],
])('accepts %j', (statement) => {
  expect(problemsOf(statement)).toEqual([]);
});

test('reports all problems together, by statement', () => {
  expect(problemsOf(
    allow({ Resource: '*', Principal: undefined, Action: ['ecr:GetAuthorizationToken', 's3:GetObject'] }),
    allow({ Principal: { AWS: ['1', '2'] } }),
  )).toEqual([
    'UnexpectedResource statements[0].Resource',
    'MissingPrincipal statements[0].Principal',
    'IdentityOnlyAction statements[0].Action[0]',
    'ForeignAction statements[0].Action[1]',
    'InvalidAccountId statements[1].Principal.AWS[0]',
    'InvalidAccountId statements[1].Principal.AWS[1]',
  ]);
});

test('messages have a correction and show values that are known only at deployment', () => {
  const [{ message }] = checkRepositoryPolicy([allow({ Principal: { AWS: `arn:${UNKNOWN}:iam::12345:root` } })]);
  expect(message).toBe('"12345" is not a valid account ID: write its 12 digits');
  const [wildcard] = checkRepositoryPolicy([allow({ Principal: { AWS: `arn:${UNKNOWN}:iam::111122223333:user/*` } })]);
  expect(wildcard.message).toContain('"arn:${Token}:iam::111122223333:user/*" has a wildcard');
});

test.each([
  ['11122223333', '"011122223333"'],
  ['1111-2222-3333', 'without hyphens, "111122223333"'],
])('the message about the account ID %s has the probable one', (text, hint) => {
  expect(checkRepositoryPolicy([allow({ Principal: { AWS: text } })])[0].message).toContain(hint);
});

test.each<[PolicyStatementJson['Principal'], string]>([
  [{ AWS: 'lambda.amazonaws.com' }, 'write it as Service: new iam.ServicePrincipal("lambda.amazonaws.com")'],
  [{ AWS: `arn:${UNKNOWN}:iam::lambda.amazonaws.com:root` }, 'write it as Service: new iam.ServicePrincipal("lambda.amazonaws.com")'],
  [{ Service: `arn:aws:iam::${ACCOUNT}:role/name` }, `write it as AWS: new iam.ArnPrincipal("arn:aws:iam::${ACCOUNT}:role/name")`],
])('the message about %j says where it belongs', (Principal, hint) => {
  expect(checkRepositoryPolicy([allow({ Principal })])[0].message).toContain(hint);
});

test('accepts at most 10,240 characters', () => {
  expect(checkRepositoryPolicyLength(10_240)).toEqual([]);
  expect(checkRepositoryPolicyLength(10_241)).toMatchObject([{ code: 'OversizedRepositoryPolicy', message: expect.stringContaining('10,241 characters') }]);
});

test('every problem code of a statement has a case here', () => {
  const ELSEWHERE = ['OversizedRepositoryPolicy', 'MissingInput', 'InvalidProjectName'];
  const shown = new Set(REJECTED.map(([, problem]) => problem.split(' ')[0]));
  expect(Object.keys(REPOSITORY_POLICY_PROBLEM_CODES).filter((code) => !ELSEWHERE.includes(code)).sort()).toEqual([...shown].sort());
});
