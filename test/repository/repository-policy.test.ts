import { Annotations as CdkAnnotations, App, Aws, CfnCondition, CfnJson, CfnParameter, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { RepositoryPolicy } from '../../src';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const ENVIRONMENT = { account: '999999999999', region: 'eu-west-1' };
const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const ROOT = (account: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${account}:root`]] });

function newStack(env?: typeof ENVIRONMENT): Stack {
  return new Stack(new App({ analyticsReporting: false }), 'Shop', { env });
}

/** Returns the statements in the template of a stack with a known account and region. */
function statementsOf(policy: RepositoryPolicy, stack = newStack(ENVIRONMENT)): any[] {
  policy.applyTo(new ecr.Repository(stack, 'Repository'));
  return policyIn(stack).Statement;
}

function policyIn(stack: Stack): any {
  return Object.values(Template.fromStack(stack).findResources('AWS::ECR::Repository'))[0].Properties.RepositoryPolicyText;
}

describe('the cases that AWS documents', () => {
  test('another account can pull', () => {
    expect(statementsOf(RepositoryPolicy.crossAccountPull(ACCOUNT))).toEqual([
      { Effect: 'Allow', Principal: { AWS: ROOT(ACCOUNT) }, Action: PULL },
    ]);
  });

  test('other accounts can push', () => {
    expect(statementsOf(RepositoryPolicy.crossAccountPush(ACCOUNT, OTHER))).toEqual([{
      Effect: 'Allow',
      Principal: { AWS: [ROOT(ACCOUNT), ROOT(OTHER)] },
      Action: ['ecr:BatchCheckLayerAvailability', 'ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'],
    }]);
  });

  test('an organization can pull', () => {
    expect(statementsOf(RepositoryPolicy.organizationPull('o-exampleorgid'))).toEqual([{
      Effect: 'Allow', Principal: '*', Action: PULL, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
    }]);
  });

  test('organizational units can pull', () => {
    const paths = ['o-exampleorgid/r-root/ou-root-exampleid/*', 'o-exampleorgid/r-root/ou-root-otherunit/'];
    expect(statementsOf(RepositoryPolicy.organizationalUnitPull(...paths))).toEqual([{
      Effect: 'Allow', Principal: '*', Action: PULL, Condition: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': paths } },
    }]);
  });

  test('Lambda functions of other accounts can use the images, with a statement for the accounts and one for the service', () => {
    const functions = (account: string) =>
      ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':lambda:', { Ref: 'AWS::Region' }, `:${account}:function:*`]] });
    const actions = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
    expect(statementsOf(RepositoryPolicy.lambdaPull(ACCOUNT, OTHER))).toEqual([
      { Effect: 'Allow', Principal: { AWS: [ROOT(ACCOUNT), ROOT(OTHER)] }, Action: actions },
      {
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: actions,
        Condition: { StringLike: { 'aws:sourceArn': [functions(ACCOUNT), functions(OTHER)] } },
      },
    ]);
  });

  test('CodeBuild can pull for a project', () => {
    expect(statementsOf(RepositoryPolicy.codeBuildPull({ projectNames: ['web'], accountId: ACCOUNT, region: 'us-east-1' }))).toEqual([{
      Effect: 'Allow',
      Principal: { Service: 'codebuild.amazonaws.com' },
      Action: PULL,
      Condition: {
        ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:codebuild:us-east-1:${ACCOUNT}:project/web`]] } },
        StringEquals: { 'aws:SourceAccount': ACCOUNT },
      },
    }]);
  });

  test('CodeBuild projects are in the stack\'s account and region by default', () => {
    const [{ Condition }] = statementsOf(RepositoryPolicy.codeBuildPull({ projectNames: ['web', 'api-*'] }));
    expect(Condition.StringEquals).toEqual({ 'aws:SourceAccount': { Ref: 'AWS::AccountId' } });
    expect(Condition.ArnLike['aws:SourceArn'].map((arn: any) => arn['Fn::Join'][1])).toEqual(['web', 'api-*'].map((name) =>
      ['arn:', { Ref: 'AWS::Partition' }, ':codebuild:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:project/${name}`]));
  });

  test('denies requests without TLS', () => {
    expect(statementsOf(RepositoryPolicy.denyInsecureTransport())).toEqual([
      { Effect: 'Deny', Principal: '*', Action: 'ecr:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });

  test('denies deletion, except by some roles', () => {
    const stack = newStack(ENVIRONMENT);
    const role = new iam.Role(stack, 'Cleaner', { assumedBy: new iam.AccountRootPrincipal() });
    const arn = `arn:aws:iam::${ACCOUNT}:role/deploy-*`;
    expect(statementsOf(RepositoryPolicy.denyDeletion({ exemptRoles: [role], exemptRoleArns: [arn] }), stack)).toEqual([{
      Effect: 'Deny',
      Principal: '*',
      Action: ['ecr:BatchDeleteImage', 'ecr:DeleteRepository'],
      Condition: { ArnNotLike: { 'aws:PrincipalArn': [stack.resolve(role.roleArn), arn] } },
    }]);
  });

  test('denies all deletion', () => {
    expect(statementsOf(RepositoryPolicy.denyDeletion())).toEqual([
      { Effect: 'Deny', Principal: '*', Action: ['ecr:BatchDeleteImage', 'ecr:DeleteRepository'] },
    ]);
  });
});

test('combines policies without changing them', () => {
  const [pull, tls] = [RepositoryPolicy.crossAccountPull(ACCOUNT), RepositoryPolicy.denyInsecureTransport()];
  const all = RepositoryPolicy.combine(pull, RepositoryPolicy.combine(), tls);
  expect(statementsOf(all).map(({ Effect }) => Effect)).toEqual(['Allow', 'Deny']);
  expect(statementsOf(pull)).toHaveLength(1);
});

test('does not change statements: conditions of principals, NotPrincipal, a Sid', () => {
  const statements = [
    new iam.PolicyStatement({
      sid: 'Mine',
      actions: ['ecr:ListImages'],
      principals: [new iam.AccountPrincipal(OTHER).withConditions({ StringEquals: { 'aws:PrincipalTag/team': 'a' } })],
      conditions: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    }),
    new iam.PolicyStatement({ effect: iam.Effect.DENY, notActions: ['ecr:*RepositoryPolicy'], notPrincipals: [new iam.AccountPrincipal(ENVIRONMENT.account)] }),
    new iam.PolicyStatement({ actions: ['ecr:ListImages'], principals: [new iam.OrganizationPrincipal('o-exampleorgid')] }),
    iam.PolicyStatement.fromJson({ Effect: 'Allow', Principal: '*', Action: 'ecr:DescribeImages', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
  ];
  const expected = newStack(ENVIRONMENT).resolve(new iam.PolicyDocument({ statements: statements.map((statement) => statement.copy()) })).Statement;
  const policy = RepositoryPolicy.fromStatements(...statements);
  statements[0].addActions('ecr:PutImage'); // too late to count
  expect(statementsOf(policy)).toEqual(expected);
  expect(expected[0]).toMatchObject({
    Sid: 'Mine', Condition: { StringEquals: { 'aws:PrincipalTag/team': 'a' }, Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  });
});

test('returns a new document each time', () => {
  const policy = RepositoryPolicy.crossAccountPull(ACCOUNT);
  policy.toDocument().addStatements(new iam.PolicyStatement({ actions: ['ecr:*'], principals: [new iam.StarPrincipal()] }));
  const document = policy.toDocument();
  expect(document).toBeInstanceOf(iam.PolicyDocument);
  expect(newStack().resolve(document)).toEqual({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ROOT(ACCOUNT) }, Action: PULL }] });
});

test('accepts tokens for accounts, organizations, paths and ARNs', () => {
  const stack = newStack();
  const value = new CfnParameter(stack, 'Value').valueAsString;
  const statements = statementsOf(RepositoryPolicy.combine(
    RepositoryPolicy.crossAccountPull(value), RepositoryPolicy.organizationPull(value), RepositoryPolicy.organizationalUnitPull(value),
    RepositoryPolicy.lambdaPull(value), RepositoryPolicy.codeBuildPull({ projectNames: [value], accountId: value, region: value }),
    RepositoryPolicy.denyDeletion({ exemptRoleArns: [value] }),
  ), stack);
  expect(statements[0].Principal.AWS).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'Value' }, ':root']] });
  expect(statements[1].Condition.StringEquals['aws:PrincipalOrgID']).toEqual({ Ref: 'Value' });
  expect(statements.at(-1).Condition.ArnNotLike['aws:PrincipalArn']).toEqual({ Ref: 'Value' });
});

describe('rejects invalid inputs of a helper in one error', () => {
  test.each<[string, () => RepositoryPolicy, string[]]>([
    ['accounts', () => RepositoryPolicy.crossAccountPull('123', OTHER, 'x'),
      ['InvalidAccountId at accountIds[0]: "123" is not a valid account ID', 'InvalidAccountId at accountIds[2]: "x"']],
    ['no account', () => RepositoryPolicy.crossAccountPush(), ['MissingInput at accountIds: accountIds is []']],
    ['accounts of functions', () => RepositoryPolicy.lambdaPull('arn:aws:iam::111122223333:root'), ['InvalidAccountId at accountIds[0]']],
    ['organizations', () => RepositoryPolicy.organizationPull('r-root'), ['InvalidOrganizationId at organizationIds[0]: "r-root"']],
    ['units', () => RepositoryPolicy.organizationalUnitPull('ou-root-exampleid'), ['InvalidOrganizationPath at paths[0]']],
    ['projects', () => RepositoryPolicy.codeBuildPull({ projectNames: ['a b'], accountId: '1' }),
      ['InvalidProjectName at projectNames[0]: "a b"', 'InvalidAccountId at accountId: "1"']],
    ['roles', () => RepositoryPolicy.denyDeletion({ exemptRoleArns: ['Admin'] }), ['InvalidArn at exemptRoleArns[0]: "Admin" is not a valid ARN']],
    ['statements', () => RepositoryPolicy.fromStatements(
      new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
      new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ecr:*'], principals: [new iam.AnyPrincipal()] }),
    ), [
      'UnexpectedResource at statements[0].Resource', 'MissingPrincipal at statements[0].Principal',
      'IdentityOnlyAction at statements[0].Action', 'LockedOutOwner at statements[1]',
    ]],
  ])('%s', (_, make, problems) => {
    expect(make).toThrow('InvalidRepositoryPolicy');
    for (const problem of problems) expect(make).toThrow(problem);
  });
});

describe('works with CDK', () => {
  const POLICY = RepositoryPolicy.combine(RepositoryPolicy.organizationPull('o-exampleorgid'), RepositoryPolicy.denyInsecureTransport());

  test('keeps grants before and after', () => {
    const stack = newStack(ENVIRONMENT);
    const repository = new ecr.Repository(stack, 'Repository');
    repository.grantPull(new iam.AccountPrincipal(ACCOUNT));
    POLICY.applyTo(repository);
    repository.grantPush(new iam.AccountPrincipal(OTHER));
    repository.addToResourcePolicy(new iam.PolicyStatement({ actions: ['ecr:ListImages'], principals: [new iam.AccountPrincipal(OTHER)] }));
    RepositoryPolicy.crossAccountPull(OTHER).applyTo(repository);
    expect(policyIn(stack).Statement).toEqual([
      expect.objectContaining({ Principal: { AWS: ROOT(ACCOUNT) } }),
      expect.objectContaining({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } } }),
      expect.objectContaining({ Effect: 'Deny' }),
      expect.objectContaining({ Principal: { AWS: ROOT(OTHER) }, Action: expect.arrayContaining(['ecr:PutImage']) }),
      expect.objectContaining({ Principal: { AWS: ROOT(OTHER) }, Action: 'ecr:ListImages' }),
      expect.objectContaining({ Principal: { AWS: ROOT(OTHER) }, Action: PULL }),
    ]);
  });

  test('treats the L1 of an L2 as the L2', () => {
    const stack = newStack(ENVIRONMENT);
    const repository = new ecr.Repository(stack, 'Repository');
    POLICY.applyTo(repository.node.defaultChild as ecr.CfnRepository);
    repository.grantPull(new iam.AccountPrincipal(ACCOUNT));
    expect(policyIn(stack).Statement).toHaveLength(3);
  });

  test('keeps the policy of an L1', () => {
    const stack = newStack(ENVIRONMENT);
    const own = { Version: '2012-10-17', Id: 'Own', Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'ecr:ListImages' } };
    const repository = new ecr.CfnRepository(stack, 'Repository', { repositoryPolicyText: own });
    POLICY.applyTo(repository);
    RepositoryPolicy.crossAccountPull(OTHER).applyTo(repository);
    const { Statement, ...rest } = policyIn(stack);
    expect(rest).toEqual({ Version: '2012-10-17', Id: 'Own' });
    expect(Statement).toEqual([
      own.Statement, expect.objectContaining({ Principal: '*' }), expect.objectContaining({ Effect: 'Deny' }),
      expect.objectContaining({ Principal: { AWS: ROOT(OTHER) } }),
    ]);
  });

  test('supports an L1 without a policy, and a document that two L1 share', () => {
    const stack = newStack(ENVIRONMENT);
    const shared = RepositoryPolicy.crossAccountPull(ACCOUNT).toDocument();
    POLICY.applyTo(new ecr.CfnRepository(stack, 'Empty'));
    POLICY.applyTo(new ecr.CfnRepository(stack, 'First', { repositoryPolicyText: shared }));
    new ecr.CfnRepository(stack, 'Second', { repositoryPolicyText: shared });
    const lengths = Object.entries(Template.fromStack(stack).findResources('AWS::ECR::Repository'))
      .map(([id, { Properties }]) => [id, Properties.RepositoryPolicyText.Statement.length]);
    expect(Object.fromEntries(lengths)).toEqual({ Empty: 2, First: 3, Second: 1 });
  });

  test.each<[string, (stack: Stack) => ecr.IRepository]>([
    ['name', (stack) => ecr.Repository.fromRepositoryName(stack, 'Imported', 'app')],
    ['ARN', (stack) => ecr.Repository.fromRepositoryArn(stack, 'Imported', `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/app`)],
  ])('warns about a repository that is imported by %s', (_, imported) => {
    const stack = newStack(ENVIRONMENT);
    new ecr.Repository(stack, 'Own');
    POLICY.applyTo(imported(stack));
    Annotations.fromStack(stack).hasWarning('/Shop/Imported', Match.stringLikeRegexp(
      'no effect on Shop/Imported, which is imported.*apply it in the app that declares.*cdk-ecr-lifecycle:repositoryPolicyIgnored'));
  });
});

describe('checks the whole policy at the end of synthesis', () => {
  const errorsOf = (change: (repository: ecr.Repository, stack: Stack) => void, env?: typeof ENVIRONMENT) => {
    const stack = newStack(env);
    const repository = new ecr.Repository(stack, 'Repository');
    RepositoryPolicy.denyInsecureTransport().applyTo(repository);
    change(repository, stack);
    return () => Template.fromStack(stack);
  };
  const statement = (props: iam.PolicyStatementProps) => new iam.PolicyStatement({ actions: ['ecr:ListImages'], ...props });

  test('accepts 10,240 characters and rejects one more, regardless of their origin', () => {
    const filled = (length: number) => errorsOf((repository, stack) => {
      const filler = (sid: string) => statement({ sid, principals: [new iam.ServicePrincipal('lambda.amazonaws.com')] });
      const others = stack.resolve(RepositoryPolicy.combine(
        RepositoryPolicy.denyInsecureTransport(), RepositoryPolicy.fromStatements(filler(''))).toDocument());
      repository.addToResourcePolicy(filler('x'.repeat(length - JSON.stringify(others).length)));
    }, ENVIRONMENT);
    expect(filled(10_240)).not.toThrow();
    expect(filled(10_241)).toThrow(/InvalidRepositoryPolicy: the policy of Shop\/Repository has a problem: OversizedRepositoryPolicy: the policy has 10,241 characters/);
  });

  test('counts values that are known only at deployment with their minimum lengths', () => {
    const accounts = (n: number) => Array.from({ length: n }, (_, i) => String(100000000000 + i));
    const grant = (n: number) => errorsOf((repository) => RepositoryPolicy.crossAccountPull(...accounts(n)).applyTo(repository));
    expect(grant(240)).not.toThrow();
    expect(grant(310)).toThrow('OversizedRepositoryPolicy');
  });

  test('finds all problems in statements that were added by other constructs', () => {
    const synth = errorsOf((repository) => {
      repository.addToResourcePolicy(statement({ principals: [new iam.AccountPrincipal('123')] }));
      repository.addToResourcePolicy(statement({ principals: [new iam.AccountPrincipal(ACCOUNT)], resources: ['*'] }));
    });
    expect(synth).toThrow(/InvalidAccountId at statements\[1\]/);
    expect(synth).toThrow(/UnexpectedResource at statements\[2\]\.Resource/);
  });

  test.each<[string, iam.PolicyStatementProps]>([
    ['the stack\'s account, which the template leaves open', { principals: [new iam.AccountRootPrincipal()] }],
    ['the stack\'s account, by its token', { principals: [new iam.AccountPrincipal(Aws.ACCOUNT_ID)] }],
    ['all but another account', { notPrincipals: [new iam.AccountPrincipal(ACCOUNT)] }],
    ['all but another account, by condition', {
      principals: [new iam.StarPrincipal()], conditions: { StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } },
    }],
  ])('rejects a Deny that locks out the owner if the account is known: %s', (_, props) => {
    const deny = statement({ effect: iam.Effect.DENY, actions: ['ecr:*'], ...props });
    expect(errorsOf((repository) => RepositoryPolicy.fromStatements(deny).applyTo(repository), ENVIRONMENT)).toThrow(/LockedOutOwner at statements\[1\]/);
  });

  test.each<[string, iam.PolicyStatementProps]>([
    ['its condition', { principals: [new iam.StarPrincipal()], conditions: { StringNotEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } } }],
    ['NotPrincipal', { notPrincipals: [new iam.AccountRootPrincipal()] }],
  ])('accepts a Deny that exempts the stack\'s account by %s', (_, props) => {
    const deny = statement({ effect: iam.Effect.DENY, actions: ['ecr:*'], ...props });
    for (const env of [undefined, ENVIRONMENT]) {
      expect(errorsOf((repository) => RepositoryPolicy.fromStatements(deny).applyTo(repository), env)).not.toThrow();
    }
  });

  test.each<[string, (stack: Stack) => iam.IPrincipal, string]>([
    ['a group', (stack) => new iam.ArnPrincipal(new iam.Group(stack, 'Developers').groupArn), 'GroupPrincipal at statements[1].Principal.AWS'],
    ['an imported group', (stack) => new iam.ArnPrincipal(iam.Group.fromGroupName(stack, 'Developers', 'developers').groupArn), 'GroupPrincipal'],
    ['an ARN as a service', () => new iam.ServicePrincipal(`arn:aws:iam::${ACCOUNT}:root`), 'MisplacedPrincipal at statements[1].Principal.Service'],
    ['a service as an account', () => new iam.AccountPrincipal('lambda.amazonaws.com'), 'new iam.ServicePrincipal("lambda.amazonaws.com")'],
    ['a service as an ARN', () => new iam.ArnPrincipal('lambda.amazonaws.com'), 'MisplacedPrincipal at statements[1].Principal.AWS'],
  ])('rejects %s as the principal of a statement from elsewhere', (_, principal, message) => {
    expect(errorsOf((repository, stack) => { repository.addToResourcePolicy(statement({ principals: [principal(stack)] })); })).toThrow(message);
  });

  test.each<[string, (cfn: ecr.CfnRepository) => void]>([
    ['replacing the property', (cfn) => { cfn.repositoryPolicyText = { Version: '2012-10-17', Statement: [] }; }],
    ['an override', (cfn) => cfn.addPropertyOverride('RepositoryPolicyText.Version', '2008-10-17')],
  ])('rejects statements that are lost by %s', (_, change) => {
    expect(errorsOf((repository) => change(repository.node.defaultChild as ecr.CfnRepository)))
      .toThrow(/RepositoryPolicyReplaced: the RepositoryPolicyText of Shop\/Repository/);
  });

  test('rejects statements that are lost by an earlier replacement', () => {
    const stack = newStack();
    const repository = new ecr.Repository(stack, 'Repository', { lifecycleRules: [{ maxImageAge: Duration.days(1) }] });
    (repository.node.defaultChild as ecr.CfnRepository).repositoryPolicyText = { Version: '2012-10-17', Statement: [] };
    RepositoryPolicy.denyInsecureTransport().applyTo(repository);
    expect(() => Template.fromStack(stack)).toThrow('RepositoryPolicyReplaced');
  });
});

describe('warns about a misspelled action', () => {
  const MISSPELLED = new iam.PolicyStatement({ actions: ['ecr:BatchCheckLaterAvailability'], principals: [new iam.AccountPrincipal(OTHER)] });
  const ID = 'cdk-ecr-lifecycle:unknownEcrAction';
  const messagesOf = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(ID)).map(({ id, entry }) => `${id}: ${entry.data}`);
  const expected = [expect.stringMatching(/^\/Shop\/Repository: .*did you mean "ecr:BatchCheckLayerAvailability"\? \[ack: cdk-ecr-lifecycle:unknownEcrAction\]$/)];

  test('of the policy', () => {
    const stack = newStack();
    RepositoryPolicy.fromStatements(MISSPELLED).applyTo(new ecr.Repository(stack, 'Repository'));
    expect(messagesOf(stack)).toEqual(expected);
  });

  test('of a statement that is added later', () => {
    const stack = newStack();
    const repository = new ecr.Repository(stack, 'Repository');
    RepositoryPolicy.denyInsecureTransport().applyTo(repository);
    repository.addToResourcePolicy(MISSPELLED.copy());
    expect(messagesOf(stack)).toEqual(expected);
  });

  test.each<[string, (stack: Stack) => ecr.IRepositoryRef | Stack | App]>([
    ['the repository', (stack) => stack.node.findChild('Repository') as ecr.Repository],
    ['the stack', (stack) => stack],
    ['the app', (stack) => stack.node.root as App],
  ])('unless it is acknowledged on %s', (_, scope) => {
    const stack = newStack();
    RepositoryPolicy.fromStatements(MISSPELLED).applyTo(new ecr.Repository(stack, 'Repository'));
    CdkAnnotations.of(scope(stack)).acknowledgeWarning(ID, 'the action is planned');
    expect(messagesOf(stack)).toEqual([]);
  });
});

test('conditions that are known only at deployment can exempt the owner', () => {
  const stack = newStack(ENVIRONMENT);
  const deny = { Effect: 'Deny', Principal: '*', Action: 'ecr:*' };
  const exempt = { 'aws:PrincipalAccount': ENVIRONMENT.account };
  const isStrict = new CfnCondition(stack, 'IsStrict', { expression: Fn.conditionEquals(Aws.REGION, 'eu-west-1') });
  const repository = new ecr.CfnRepository(stack, 'Repository', {
    repositoryPolicyText: {
      Version: '2012-10-17',
      Statement: [
        { ...deny, Condition: Fn.conditionIf(isStrict.logicalId, { StringNotEquals: exempt }, { Bool: { 'aws:SecureTransport': 'false' } }) },
      ],
    },
  });
  RepositoryPolicy.fromStatements(iam.PolicyStatement.fromJson(
    { ...deny, Condition: { StringNotEquals: new CfnJson(stack, 'Exempt', { value: exempt }) } })).applyTo(repository);
  expect(policyIn(stack).Statement).toHaveLength(2);
});
