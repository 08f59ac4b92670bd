import { App, Aws, CfnCondition, CfnParameter, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import {
  ExpireWhen, ImageSelection, LifecyclePolicy, LifecycleRule, RepositoryCreationScenario, RepositoryCreationTemplate, RepositoryCreationTemplateProps,
  RepositoryPolicy,
} from '../../src';

const { CREATE_ON_PUSH, PULL_THROUGH_CACHE, REPLICATION } = RepositoryCreationScenario;
const POLICY = LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }));

const newStack = () => new Stack(new App({ analyticsReporting: false }), 'Registry', { env: { account: '111122223333', region: 'eu-west-1' } });
type Props = Partial<RepositoryCreationTemplateProps>;

function declare(stack: Stack, props: Props = {}): RepositoryCreationTemplate {
  return new RepositoryCreationTemplate(stack, 'Template', { prefix: 'docker-hub', appliedFor: [PULL_THROUGH_CACHE], ...props });
}

const only = (stack: Stack, type: string): any => Object.values(Template.fromStack(stack).findResources(type))[0];
const TEMPLATE = 'AWS::ECR::RepositoryCreationTemplate';

test('has the properties of the repositories', () => {
  const stack = newStack();
  declare(stack, {
    appliedFor: [PULL_THROUGH_CACHE, REPLICATION, CREATE_ON_PUSH],
    description: 'What is cached from Docker Hub',
    lifecyclePolicy: POLICY,
    imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
    imageTagMutabilityExclusionFilters: [ecr.ImageTagMutabilityExclusionFilter.wildcard('latest*')],
  });
  expect(only(stack, TEMPLATE).Properties).toEqual({
    Prefix: 'docker-hub',
    AppliedFor: ['PULL_THROUGH_CACHE', 'REPLICATION', 'CREATE_ON_PUSH'],
    Description: 'What is cached from Docker Hub',
    LifecyclePolicy: POLICY.toText(),
    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    ImageTagMutabilityExclusionFilters: [{ ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: 'latest*' }],
  });
});

test('applies to all other repositories as ROOT', () => {
  const stack = newStack();
  const template = declare(stack, { prefix: RepositoryCreationTemplate.ROOT });
  expect(only(stack, TEMPLATE).Properties).toEqual({ Prefix: 'ROOT', AppliedFor: ['PULL_THROUGH_CACHE'] });
  expect(stack.resolve(template.prefix)).toEqual({ Ref: expect.stringMatching(/^Template/) });
});

test('contains a repository policy as text with references to other resources', () => {
  const stack = newStack();
  const role = new iam.Role(stack, 'Cleaner', { assumedBy: new iam.AccountRootPrincipal() });
  declare(stack, { repositoryPolicy: RepositoryPolicy.denyDeletion({ exemptRoles: [role] }) });
  const [[, parts]] = [only(stack, TEMPLATE).Properties.RepositoryPolicy['Fn::Join']];
  const text = parts.map((part: any) => (typeof part === 'string' ? part : part['Fn::GetAtt'].join('.'))).join('');
  expect(JSON.parse(text).Statement).toEqual([{
    Effect: 'Deny',
    Principal: '*',
    Action: ['ecr:BatchDeleteImage', 'ecr:DeleteRepository'],
    Condition: { ArnNotLike: { 'aws:PrincipalArn': expect.stringMatching(/^Cleaner.*\.Arn$/) } },
  }]);
});

test('includes rules that are added to its lifecycle policy later', () => {
  const stack = newStack();
  const policy = LifecyclePolicy.fromRules();
  declare(stack, { lifecyclePolicy: policy });
  policy.addRule(LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(3) }));
  expect(JSON.parse(only(stack, TEMPLATE).Properties.LifecyclePolicy).rules).toHaveLength(1);
});

test('has the warnings of its lifecycle policy', () => {
  const stack = newStack();
  declare(stack, {
    lifecyclePolicy: LifecyclePolicy.fromText(JSON.stringify({
      rules: [{
        rulePriority: 1,
        selection: { tagStatus: 'tagged', tagPatternList: ['dev-*', 'pr-*'], countType: 'imageCountMoreThan', countNumber: 3 },
        action: { type: 'expire' },
      }],
    })),
  });
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('cdk-ecr-lifecycle:tagListIsAnd'));
});

describe('the role that ECR assumes', () => {
  const statementsOf = (props: (stack: Stack) => Props): any[] | undefined => {
    const stack = newStack();
    declare(stack, props(stack));
    const role = only(stack, 'AWS::IAM::Role');
    expect(only(stack, TEMPLATE).Properties.CustomRoleArn === undefined).toBe(role === undefined);
    return role?.Properties.Policies[0].PolicyDocument.Statement.map(({ Action, Resource }: any) => ({ Action, Resource }));
  };
  const arn = (rest: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${rest}`]] });
  const REPOSITORIES = arn('ecr:eu-west-1:111122223333:repository/docker-hub/*');
  const KEY_ACTIONS = ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant'];

  test.each<[string, (stack: Stack) => Props, unknown]>([
    ['is the service-linked role by default', () => ({}), undefined],
    ['is the service-linked role with AES256', () => ({ encryption: ecr.RepositoryEncryption.AES_256, resourceTags: {} }), undefined],
    ['can tag', () => ({ resourceTags: { team: 'web' } }), [{ Action: ['ecr:CreateRepository', 'ecr:TagResource'], Resource: REPOSITORIES }]],
    ['can replicate if the template needs it', () => ({ appliedFor: [REPLICATION], resourceTags: { team: 'web' }, prefix: 'docker-hub/' }), [
      { Action: ['ecr:CreateRepository', 'ecr:ReplicateImage', 'ecr:TagResource'], Resource: REPOSITORIES },
    ]],
    ['can use the key', (stack) => ({ encryptionKey: new kms.Key(stack, 'Key'), prefix: 'ROOT' }), [
      { Action: 'ecr:CreateRepository', Resource: arn('ecr:eu-west-1:111122223333:repository/*') },
      { Action: KEY_ACTIONS, Resource: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } },
    ]],
    ['can use the AWS managed key', () => ({ encryption: ecr.RepositoryEncryption.KMS_DSSE }), [
      { Action: 'ecr:CreateRepository', Resource: REPOSITORIES }, { Action: KEY_ACTIONS, Resource: arn('kms:eu-west-1:111122223333:key/*') },
    ]],
  ])('%s', (_, props, expected) => {
    expect(statementsOf(props)).toEqual(expected);
  });

  test('trusts only ECR', () => {
    const stack = newStack();
    expect(declare(stack, { resourceTags: { team: 'web' } }).role).toBeDefined();
    expect(only(stack, 'AWS::IAM::Role').Properties.AssumeRolePolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Principal: { Service: 'ecr.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]);
    expect(only(stack, TEMPLATE).Properties.ResourceTags).toEqual([{ Key: 'team', Value: 'web' }]);
  });

  test('is the given role', () => {
    const stack = newStack();
    declare(stack, { resourceTags: { team: 'web' }, role: iam.Role.fromRoleName(stack, 'Creator', 'creator') });
    expect(only(stack, 'AWS::IAM::Role')).toBeUndefined();
    expect(JSON.stringify(only(stack, TEMPLATE).Properties.CustomRoleArn)).toContain('role/creator');
  });
});

test.each<[string, (stack: Stack) => Props, unknown]>([
  ['none', () => ({}), undefined],
  ['KMS', () => ({ encryption: ecr.RepositoryEncryption.KMS }), { EncryptionType: 'KMS' }],
  ['a key', (stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }), { EncryptionType: 'KMS', KmsKey: { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] } }],
  ['KMS_DSSE', () => ({ encryption: ecr.RepositoryEncryption.KMS_DSSE }), { EncryptionType: 'KMS_DSSE' }],
])('encrypts with %s', (_, props, expected) => {
  const stack = newStack();
  declare(stack, props(stack));
  expect(only(stack, TEMPLATE).Properties.EncryptionConfiguration).toEqual(expected);
});

test.each<[string, (stack: Stack) => Props, string[]]>([
  ['an invalid prefix', () => ({ prefix: 'Docker Hub' }), ['InvalidPrefix at prefix: "Docker Hub"']],
  ['three underscores', () => ({ prefix: 'team___a' }), ['InvalidPrefix']],
  ['no scenario', () => ({ appliedFor: [] }), ['MissingScenario at appliedFor']],
  ['a duplicate scenario', () => ({ appliedFor: [REPLICATION, REPLICATION] }), ['DuplicateScenario at appliedFor']],
  ['a long description', () => ({ description: 'x'.repeat(257) }), ['OversizedDescription at description: the description has 257 characters']],
  ['filters that are not used', () => ({ imageTagMutabilityExclusionFilters: [] }), ['UnexpectedExclusionFilters']],
  ['no filters', () => ({ imageTagMutability: ecr.TagMutability.MUTABLE_WITH_EXCLUSION }), ['InvalidExclusionFilterCount', 'got 0']],
  ['six filters', () => ({
    imageTagMutability: ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION,
    imageTagMutabilityExclusionFilters: [1, 2, 3, 4, 5, 6].map((n) => ecr.ImageTagMutabilityExclusionFilter.wildcard(`v${n}*`)),
  }), ['InvalidExclusionFilterCount', 'got 6']],
  ['a key that is not used', (stack) => ({ encryption: ecr.RepositoryEncryption.AES_256, encryptionKey: new kms.Key(stack, 'Key') }), ['UnexpectedEncryptionKey']],
  ['an alias of a key', (stack) => ({ encryptionKey: kms.Alias.fromAliasName(stack, 'Alias', 'alias/images') }), ['UnsupportedKeyAlias at encryptionKey']],
  ['invalid tags', () => ({ resourceTags: { 'aws:team': 'a', 'team': 'x'.repeat(257) } }), ['{"aws:team":"a"} is not a valid tag', 'InvalidTag at resourceTags: {"team"']],
  ['51 tags', () => ({ resourceTags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`tag${i}`, ''])) }), ['TooManyTags at resourceTags: there are 51']],
  ['several problems in one error', () => ({ prefix: '/', appliedFor: [] }), ['has 2 problems', 'InvalidPrefix', 'MissingScenario']],
])('rejects %s', (_, props, messages) => {
  const stack = newStack();
  const given = props(stack);
  expect(() => declare(stack, given)).toThrow('InvalidRepositoryCreationTemplate');
  for (const message of messages) expect(() => declare(new Stack(new App(), 'Registry'), given)).toThrow(message);
});

test.each<[string, (stack: Stack) => Props]>([
  ['a token for the prefix', (stack) => ({ prefix: new CfnParameter(stack, 'Prefix').valueAsString })],
  ['a letter', () => ({ prefix: 'a' })],
  ['hyphens and two underscores', () => ({ prefix: 'team--a/b__c/' })],
  ['50 tags', () => ({ resourceTags: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`tag${i}`, ''])) })],
  ['256 characters', () => ({ description: 'x'.repeat(256), prefix: 'x'.repeat(256) })],
])('accepts %s', (_, props) => {
  const stack = newStack();
  declare(stack, props(stack));
  expect(only(stack, TEMPLATE)).toBeDefined();
});

test('checks its repository policy at the end of synthesis', () => {
  const stack = newStack();
  const deny = new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['ecr:*'], principals: [new iam.AccountRootPrincipal()] });
  declare(stack, { repositoryPolicy: RepositoryPolicy.fromStatements(deny) });
  expect(() => Template.fromStack(stack)).toThrow(/InvalidRepositoryPolicy: the policy of Registry\/Template has a problem: LockedOutOwner at statements\[0\]/);
});

test('warns about a misspelled action of its repository policy', () => {
  const stack = newStack();
  const pull = new iam.PolicyStatement({ actions: ['ecr:GetImage'], principals: [new iam.AccountRootPrincipal()] });
  declare(stack, { repositoryPolicy: RepositoryPolicy.fromStatements(pull) });
  const warning = Match.stringLikeRegexp('did you mean "ecr:BatchGetImage".*ack: cdk-ecr-lifecycle:unknownEcrAction');
  Annotations.fromStack(stack).hasWarning('/Registry/Template', warning);
});

describe('references', () => {
  test('a template implements the reference interface of CDK', () => {
    const stack = newStack();
    const reference: ecr.IRepositoryCreationTemplateRef = declare(stack);
    expect(stack.resolve(reference.repositoryCreationTemplateRef)).toEqual({ prefix: { Ref: expect.stringMatching(/^Template/) } });
    expect(reference.env.account).toBe('111122223333');
  });

  test('an imported template has its prefix and adds no resource', () => {
    const stack = newStack();
    const imported = RepositoryCreationTemplate.fromPrefix(stack, 'Imported', 'docker-hub');
    expect(imported.repositoryCreationTemplateRef.prefix).toBe('docker-hub');
    expect(imported.env.region).toBe('eu-west-1');
    expect(only(stack, TEMPLATE)).toBeUndefined();
    const root = RepositoryCreationTemplate.fromPrefix(stack, 'Root', RepositoryCreationTemplate.ROOT);
    expect(root.repositoryCreationTemplateRef.prefix).toBe('ROOT');
  });

  test('an imported template needs a prefix of repository names', () => {
    expect(() => RepositoryCreationTemplate.fromPrefix(newStack(), 'Imported', 'Docker Hub'))
      .toThrow('InvalidRepositoryCreationTemplate: the imported template Registry/Imported has a problem:\n  - InvalidPrefix at prefix: "Docker Hub"');
  });
});

describe('a registry has one template per prefix', () => {
  const OTHER = { account: '111122223333', region: 'us-east-1' };
  const add = (scope: Construct, id: string, prefix: string) => new RepositoryCreationTemplate(scope, id, { prefix, appliedFor: [REPLICATION] });
  const addL1 = (scope: Construct, id: string, prefix: string) =>
    new ecr.CfnRepositoryCreationTemplate(scope, id, { prefix, appliedFor: [REPLICATION] });
  const other = (stack: Stack, env?: typeof OTHER) => new Stack(stack.node.root as App, 'Other', { env });

  test.each<[string, (stack: Stack) => void, string]>([
    ['two templates', (stack) => [add(stack, 'A', 'team'), add(stack, 'B', 'team')], 'Registry/A/Resource has the same prefix "team" as Registry/B/Resource'],
    ['two templates with ROOT', (stack) => [add(stack, 'A', 'ROOT'), add(stack, 'B', RepositoryCreationTemplate.ROOT)], 'the same prefix "ROOT"'],
    ['a prefix with and without a slash', (stack) => [add(stack, 'A', 'team'), add(stack, 'B', 'team/')], 'the same prefix "team/"'],
    ['an L1 before', (stack) => [addL1(stack, 'A', 'team'), add(stack, 'B', 'team')], 'Registry/A has the same prefix'],
    ['an L1 after', (stack) => [add(stack, 'A', 'team'), addL1(stack, 'B', 'team')], 'Registry/B has the same prefix'],
    ['an override', (stack) => {
      add(stack, 'A', 'team');
      (add(stack, 'B', 'b').node.defaultChild as ecr.CfnRepositoryCreationTemplate).addPropertyOverride('Prefix', 'team');
    }, 'the same prefix "team"'],
    ['the same parameter', (stack) => {
      const prefix = new CfnParameter(stack, 'Prefix').valueAsString;
      add(stack, 'A', prefix);
      add(stack, 'B', prefix);
    }, 'Registry/A/Resource has the same prefix {"Ref":"Prefix"} as Registry/B/Resource'],
    ['another stack of the same account and region', (stack) => [add(stack, 'A', 'team'), add(other(stack, { ...OTHER, region: 'eu-west-1' }), 'B', 'team')],
      'Registry/A/Resource has the same prefix "team" as Other/B/Resource'],
  ])('rejects %s', (_, build, message) => {
    const stack = newStack();
    build(stack);
    const synth = () => (stack.node.root as App).synth();
    expect(synth).toThrow('DuplicateTemplatePrefix: ');
    expect(synth).toThrow(message);
  });

  test('reports each pair once', () => {
    const stack = newStack();
    add(stack, 'A', 'team');
    addL1(stack, 'B', 'team');
    add(stack, 'C', 'team');
    let message = '';
    try {
      (stack.node.root as App).synth();
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message.match(/DuplicateTemplatePrefix/g)).toHaveLength(3);
  });

  test.each<[string, (stack: Stack) => void]>([
    ['a longer prefix', (stack) => [add(stack, 'A', 'team'), add(stack, 'B', 'team/web'), add(stack, 'C', 'ROOT')]],
    ['another region', (stack) => [add(stack, 'A', 'team'), add(other(stack, OTHER), 'B', 'team')]],
    ['a stack whose account is unknown', (stack) => [add(stack, 'A', 'team'), add(other(stack), 'B', 'team')]],
    ['an imported template', (stack) => [add(stack, 'A', 'team'), RepositoryCreationTemplate.fromPrefix(stack, 'B', 'team')]],
    ['prefixes that are known only at deployment', (stack) => {
      add(stack, 'A', new CfnParameter(stack, 'First').valueAsString);
      add(stack, 'B', new CfnParameter(stack, 'Second').valueAsString);
    }],
    ['a template with a condition', (stack) => {
      const condition = new CfnCondition(stack, 'IsShared', { expression: Fn.conditionEquals(Aws.REGION, 'eu-west-1') });
      add(stack, 'A', 'team');
      (add(stack, 'B', 'team').node.defaultChild as ecr.CfnRepositoryCreationTemplate).cfnOptions.condition = condition;
    }],
  ])('accepts %s', (_, build) => {
    const stack = newStack();
    build(stack);
    expect(() => (stack.node.root as App).synth()).not.toThrow();
  });
});
