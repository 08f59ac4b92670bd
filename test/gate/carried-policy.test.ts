import * as fs from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Aws, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { POLICY } from './gated-app';
import { asPolicy, asRepository, cfnRepository, condition, finishedTemplate, keepOnly, plainResource } from './template-under-test';
import { LifecyclePreviewGate, LifecyclePreviewGates } from '../../src';

/* The gate previews the policy that the repository gets, in all forms that the template can have. */

const [ONE, FIVE] = [keepOnly(1), keepOnly(5)];
const NO_VALUE = { Ref: 'AWS::NoValue' };
const conditional = (stack: Stack, whenTrue: unknown, whenFalse: unknown = Aws.NO_VALUE) =>
  asPolicy(Fn.conditionIf(condition(stack).logicalId, whenTrue, whenFalse));

const GATED: Array<[string, (stack: Stack, repository: ecr.CfnRepository) => void]> = [
  ['a separate gate', (stack, repository) => void new LifecyclePreviewGate(stack, 'Gate', { repository })],
  ['gates for the whole app', (stack) => LifecyclePreviewGates.of(stack.node.root).add()],
];

describe.each(GATED)('with %s', (_, gated) => {
  const textFor = (build: (stack: Stack) => ecr.CfnRepository) =>
    finishedTemplate((stack) => gated(stack, build(stack))).gate?.Properties.LifecyclePolicyText;

  test.each<[string, (stack: Stack) => unknown, unknown]>([
    ['a condition around the policy', (stack) => conditional(stack, { LifecyclePolicyText: ONE }), { 'Fn::If': ['On', ONE, NO_VALUE] }],
    ['a condition with two policies', (stack) => conditional(stack, { LifecyclePolicyText: ONE }, { LifecyclePolicyText: FIVE }),
      { 'Fn::If': ['On', ONE, FIVE] }],
    ['a condition within a condition',
      (stack) => conditional(
        stack, Fn.conditionIf(condition(stack, 'Too').logicalId, { LifecyclePolicyText: ONE }, Aws.NO_VALUE), { LifecyclePolicyText: FIVE }),
      { 'Fn::If': ['On', { 'Fn::If': ['Too', ONE, NO_VALUE] }, FIVE] }],
    ['a condition around the text', (stack) => ({ lifecyclePolicyText: Fn.conditionIf(condition(stack).logicalId, ONE, FIVE).toString() }),
      { 'Fn::If': ['On', ONE, FIVE] }],
    ['a parameter as the text', (stack) => ({ lifecyclePolicyText: new CfnParameter(stack, 'Text').valueAsString }), { Ref: 'Text' }],
  ])('%s', (_name, policy, expected) => {
    expect(textFor((stack) => cfnRepository(stack, { lifecyclePolicy: asPolicy(policy(stack)) }))).toEqual(expected);
  });

  test('a condition in an included template', () => {
    const templateFile = path.join(fs.mkdtempSync(path.join(tmpdir(), 'include-')), 'template.json');
    fs.writeFileSync(templateFile, JSON.stringify({
      Parameters: { Env: { Type: 'String' } },
      Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Env' }, 'prod'] } },
      Resources: {
        Web: {
          Type: 'AWS::ECR::Repository',
          Properties: { LifecyclePolicy: { 'Fn::If': ['IsProd', { LifecyclePolicyText: FIVE }, { LifecyclePolicyText: ONE }] } },
        },
      },
    }));
    expect(textFor((stack) => new CfnInclude(stack, 'Included', { templateFile }).getResource('Web') as ecr.CfnRepository))
      .toEqual({ 'Fn::If': ['IsProd', FIVE, ONE] });
  });

  test('a plain CfnResource', () => {
    expect(textFor((stack) => asRepository(plainResource(stack)))).toBe(FIVE);
    expect(textFor((stack) => asRepository(plainResource(stack, { LifecyclePolicy: conditional(stack, { LifecyclePolicyText: ONE }) }))))
      .toEqual({ 'Fn::If': ['On', ONE, NO_VALUE] });
  });

  test.each<[string, (repository: ecr.CfnRepository) => void, unknown]>([
    ['of the text', (repository) => repository.addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', ONE), ONE],
    ['of the policy', (repository) => repository.addPropertyOverride('LifecyclePolicy', { LifecyclePolicyText: ONE }), ONE],
    ['that adds a condition', (repository) => {
      repository.addPropertyOverride('LifecyclePolicy', { 'Fn::If': [condition(repository.stack).logicalId, { LifecyclePolicyText: ONE }, NO_VALUE] });
    }, { 'Fn::If': ['On', ONE, NO_VALUE] }],
    ['of all properties', (repository) => repository.addOverride('Properties', { LifecyclePolicy: { LifecyclePolicyText: ONE } }), ONE],
  ])('an override %s', (_name, override, expected) => {
    expect(textFor((stack) => {
      const repository = cfnRepository(stack);
      override(repository);
      return repository;
    })).toEqual(expected);
  });

  test.each<[string, unknown]>([
    ['a transform that returns the policy', { 'Fn::Transform': { Name: 'MakePolicy', Parameters: {} } }],
    ['an attribute that returns the policy', { 'Fn::GetAtt': ['Maker', 'Policy'] }],
    ['a parameter that returns the policy', { Ref: 'Policy' }],
    ['a mapping that returns the policy', { 'Fn::FindInMap': ['Policies', 'a', 'b'] }],
    ['a transform on one side of a condition', { 'Fn::If': ['On', { 'Fn::Transform': { Name: 'MakePolicy' } }, NO_VALUE] }],
    ['a transform in the text', { LifecyclePolicyText: { 'Fn::Transform': { Name: 'MakeText' } } }],
    ['a key that the resource does not have', { lifecyclePolicyText: ONE }],
    ['an object instead of the text', { LifecyclePolicyText: { rules: [] } }],
    ['a list', [ONE]],
  ])('rejects %s', (_name, policy) => {
    expect(() => textFor((stack) => asRepository(plainResource(stack, { LifecyclePolicy: policy }))))
      .toThrow('UnreadablePolicy at Shop/Web: ');
  });

  test('rejects a transform in the properties, which may add a policy', () => {
    expect(() => textFor((stack) => {
      const repository = asRepository(plainResource(stack, {}));
      repository.addPropertyOverride('Fn::Transform', { Name: 'AWS::Include', Parameters: { Location: 's3://bucket/policy.json' } });
      return repository;
    })).toThrow('UnreadablePolicy at Shop/Web: Fn::Transform in the repository may change its policy');
  });

  test.each<[string, unknown]>([
    ['of another account', '444455556666'],
    ['that is known only at deployment', { Ref: 'Registry' }],
  ])('rejects a registry %s', (_name, registryId) => {
    const policy = { LifecyclePolicyText: ONE, RegistryId: registryId };
    expect(() => textFor((stack) => asRepository(plainResource(stack, { LifecyclePolicy: policy })))).toThrow('ForeignRegistry at Shop/Web: ');
    expect(() => textFor((stack) => asRepository(plainResource(stack, { LifecyclePolicy: conditional(stack, policy) })))).toThrow('ForeignRegistry');
  });

  test('accepts the registry of the stack\'s account', () => {
    const own = (stack: Stack) => gated(stack, cfnRepository(stack, { lifecyclePolicy: { lifecyclePolicyText: ONE, registryId: stack.account } }));
    expect(finishedTemplate(own).gate.Properties.LifecyclePolicyText).toBe(ONE);
    expect(finishedTemplate(own, { env: { account: '111122223333', region: 'eu-west-1' } }).gate.Properties.LifecyclePolicyText).toBe(ONE);
  });

  test.each([
    ['{{resolve:ssm:/shop/policy}}'],
    ['{{resolve:secretsmanager:shop/policy}}'],
    ['{{resolve:secretsmanager:shop/policy:SecretString:policy:AWSCURRENT}}'],
    ['{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop:SecretString:policy}}'],
    ['{"rules":[{{resolve:ssm:/shop/rule:1}},{{resolve:ssm:/shop/rule}}]}'],
  ])('rejects %s, which can change without a deployment', (lifecyclePolicyText) => {
    expect(() => textFor((stack) => cfnRepository(stack, { lifecyclePolicy: { lifecyclePolicyText } }))).toThrow('UnpinnedPolicy at Shop/Web: ');
  });

  test.each<[string, (stack: Stack) => string]>([
    ['joined', (stack) => Fn.join('', ['{{resolve:ssm:', new CfnParameter(stack, 'Name').valueAsString, '}}'])],
    ['substituted', () => Fn.sub('{{resolve:ssm:${Name}}}', { Name: '/shop/policy' })],
    ['with a version on one side of a condition',
      (stack) => Fn.join('', ['{{resolve:ssm:/shop/policy', Fn.conditionIf(condition(stack).logicalId, ':3', '').toString(), '}}'])],
    ['on one side of a condition', (stack) => Fn.conditionIf(condition(stack).logicalId, ONE, '{{resolve:ssm:/shop/policy}}').toString()],
  ])('rejects a reference without a version that is %s', (_name, text) => {
    expect(() => textFor((stack) => cfnRepository(stack, { lifecyclePolicy: { lifecyclePolicyText: text(stack) } }))).toThrow('UnpinnedPolicy');
  });

  test.each([
    '{{resolve:ssm:/shop/policy:3}}',
    '{{resolve:secretsmanager:shop/policy:SecretString:policy::0123-4567}}',
    '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop:SecretString:policy::0123-4567}}',
  ])('%s has a version', (lifecyclePolicyText) => {
    expect(textFor((stack) => cfnRepository(stack, { lifecyclePolicy: { lifecyclePolicyText } }))).toBe(lifecyclePolicyText);
  });

  test('accepts a version from a parameter, which is the same for the gate and the repository', () => {
    const text = (stack: Stack) => Fn.join('', ['{{resolve:ssm:/shop/policy:', new CfnParameter(stack, 'Version').valueAsString, '}}']);
    expect(textFor((stack) => cfnRepository(stack, { lifecyclePolicy: { lifecyclePolicyText: text(stack) } })))
      .toEqual({ 'Fn::Join': ['', ['{{resolve:ssm:/shop/policy:', { Ref: 'Version' }, '}}']] });
  });
});

test('lists all problems of a stack in one error', () => {
  expect(() => finishedTemplate((stack) => {
    for (const id of ['One', 'Two']) {
      const repository = new ecr.CfnRepository(stack, id, { lifecyclePolicy: { lifecyclePolicyText: '{{resolve:ssm:/x}}', registryId: '444455556666' } });
      new LifecyclePreviewGate(stack, `${id}Gate`, { repository });
    }
  })).toThrow(/^UnguardedTemplate: the template of Shop has 4 problems:\n {2}- UnpinnedPolicy at Shop\/One: .*\n {2}- ForeignRegistry at Shop\/One: .*\n.*Shop\/Two: .*\n.*Shop\/Two: /);
});

describe('LifecyclePolicy.applyTo', () => {
  test('accepts a plain CfnResource, and includes rules that are added later', () => {
    const { gate, repository } = finishedTemplate((stack) => {
      const resource = asRepository(plainResource(stack, { RepositoryName: 'shop/web' }));
      POLICY(7).applyTo(resource);
      new LifecyclePreviewGate(stack, 'Gate', { repository: resource });
    });
    expect(repository.Properties.LifecyclePolicy).toEqual({ LifecyclePolicyText: POLICY(7).toText() });
    expect(gate.Properties.LifecyclePolicyText).toBe(POLICY(7).toText());
  });

  test('rejects a repository that already has a policy in any form', () => {
    const applied = (repository: (stack: Stack) => ecr.CfnRepository) => () => finishedTemplate((stack) => POLICY().applyTo(repository(stack)));
    expect(applied((stack) => asRepository(plainResource(stack)))).toThrow('DuplicateLifecyclePolicy');
    expect(applied((stack) => {
      const repository = cfnRepository(stack, {});
      repository.addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', ONE);
      return repository;
    })).toThrow('DuplicateLifecyclePolicy');
  });
});
