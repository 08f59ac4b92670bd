import { Aws, CfnCondition, CfnMapping, CfnParameter, CfnResource, Fn, SecretValue, Stack, StackProps, Tags } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { POLICY } from './gated-app';
import { condition, finishedTemplate } from './template-under-test';
import { GatedRepository, GatedRepositoryProps } from '../../src';
import { closureOf } from '../repository/template-graph';

/* CloudFormation applies the policy with every update of the repository, so all changes that cause an update must run the gate. */

interface Change {
  readonly props?: GatedRepositoryProps;
  readonly stack?: StackProps;
  readonly also?: (repository: GatedRepository, stack: Stack) => unknown;
}

function templateWith({ props = {}, stack: stackProps, also }: Change = {}) {
  return finishedTemplate((stack) => {
    const repository = new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY(), ...props });
    also?.(repository, stack);
  }, stackProps);
}

const cfnOf = (repository: GatedRepository) => repository.node.defaultChild as CfnResource;
const valuesOf = (change: Change) => templateWith(change).gate.Properties.RepositoryFingerprint.Values;
const tag = (value: (stack: Stack) => string): Change => ({ also: (web, stack) => Tags.of(web).add('team', value(stack)) });

test.each<[string, Change, Change]>([
  ['a tag', tag(() => 'red'), tag(() => 'blue')],
  ['a tag of the stack, which CloudFormation adds to the repository', { stack: { tags: { team: 'red' } } }, { stack: { tags: { team: 'blue' } } }],
  ['the repository policy', {}, { also: (web) => web.grantPull(new iam.AccountPrincipal('111122223333')) }],
  ['tag mutability', {}, { props: { imageScanOnPush: true } }],
  ['an override', {}, { also: (web) => cfnOf(web).addPropertyOverride('EmptyOnDelete', true) }],
  ['a dynamic reference to another version', tag(() => '{{resolve:ssm:/team:1}}'), tag(() => '{{resolve:ssm:/team:2}}')],
])('%s changes it', (_, before, after) => {
  const [one, other] = [before, after].map((change) => templateWith(change).gate.Properties);
  expect(one.RepositoryFingerprint.Hash).not.toBe(other.RepositoryFingerprint.Hash);
  expect(one.LifecyclePolicyText).toBe(other.LifecyclePolicyText);
});

test('two syntheses return the same fingerprint, regardless of the order of the tags', () => {
  const tagged = (...names: string[]): Change => ({ also: (web) => names.forEach((name) => Tags.of(web).add(name, 'x')) });
  const text = (change: Change) => JSON.stringify(templateWith(change).gate);
  expect(text(tagged('a', 'b'))).toBe(text(tagged('a', 'b')));
  expect(text(tagged('a', 'b'))).toBe(text(tagged('b', 'a')));
});

test.each<[string, Change, unknown]>([
  ['a parameter', tag((stack) => new CfnParameter(stack, 'Team').valueAsString), { Ref: 'Team' }],
  ['a parameter within a text', tag((stack) => `team-${new CfnParameter(stack, 'Team').valueAsString}`), { 'Fn::Join': ['', ['team-', { Ref: 'Team' }]] }],
  ['an import', tag(() => Fn.importValue('Team')), { 'Fn::ImportValue': 'Team' }],
  ['a condition', tag((stack) => Fn.conditionIf(condition(stack).logicalId, 'red', 'blue').toString()), { 'Fn::If': ['On', 'red', 'blue'] }],
  ['a mapping', tag((stack) => new CfnMapping(stack, 'Teams', { mapping: { shop: { team: 'red' } } }).findInMap('shop', 'team')),
    { 'Fn::FindInMap': ['Teams', 'shop', 'team'] }],
  ['an attribute of another resource', { also: (web, stack) => cfnOf(web).addPropertyOverride('EncryptionConfiguration.KmsKey', new kms.Key(stack, 'Key').keyArn) },
    { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] }],
])('contains the value of %s, which is known only at deployment', (_, change, value) => {
  expect(valuesOf(change)).toEqual([value]);
});

test('contains each value once, and does not repeat the policy', () => {
  const values = valuesOf({
    props: { lifecyclePolicy: undefined },
    also: (web, stack) => {
      const team = new CfnParameter(stack, 'Team').valueAsString;
      for (const name of ['a', 'b', 'c']) Tags.of(web).add(name, team);
      cfnOf(web).addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', new CfnParameter(stack, 'Text').valueAsString);
    },
  });
  expect(values).toEqual([{ Ref: 'Team' }]);
});

test.each<[string, Change]>([
  ['plain text', tag(() => 'red')],
  ['a value that never changes in a stack', tag(() => `${Aws.ACCOUNT_ID}-${Aws.REGION}`)],
  ['a secret', tag(() => SecretValue.secretsManager('team').unsafeUnwrap())],
  ['a NoEcho parameter', tag((stack) => new CfnParameter(stack, 'Team', { noEcho: true }).valueAsString)],
])('does not contain %s', (_, change) => {
  expect(valuesOf(change)).toBeUndefined();
});

const hidden = (stack: Stack) => new CfnParameter(stack, 'Hidden', { noEcho: true }).valueAsString;

test.each<[string, Change, unknown]>([
  ['a text with a secret', tag((stack) => Fn.join('', [new CfnParameter(stack, 'Team').valueAsString, '{{resolve:secretsmanager:team}}'])),
    { 'Fn::Join': ['', [{ Ref: 'Team' }, '{ {resolve:secretsmanager:team}}']] }],
  ['a text with a NoEcho parameter', tag((stack) => Fn.join('/', [new CfnParameter(stack, 'Team').valueAsString, hidden(stack)])),
    { 'Fn::Join': ['/', [{ Ref: 'Team' }, '-']] }],
  ['a substituted text', tag((stack) => { hidden(stack); new CfnParameter(stack, 'Team'); return Fn.sub('${Team} ${Hidden} {{resolve:ssm:x}}'); }),
    { 'Fn::Sub': '${Team} - { {resolve:ssm:x}}' }],
  ['a condition between two secrets', tag((stack) => Fn.conditionIf(condition(stack).logicalId, '{{resolve:ssm:a:1}}', hidden(stack)).toString()),
    { 'Fn::If': ['On', '{ {resolve:ssm:a:1}}', '-'] }],
])('contains the parts of %s that are not secret', (_, change, value) => {
  expect(valuesOf(change)).toEqual([value]);
});

describe('no resource depends on itself', () => {
  const cyclesOf = (json: any) => Object.keys(json.Resources).filter((id) => closureOf(json, id).includes(id));
  const param = (stack: Stack, id: string, value: string) => new CfnResource(stack, id, { type: 'AWS::SSM::Parameter', properties: { Type: 'String', Value: value } });

  test('with values of many resources', () => {
    const { json, gate } = templateWith({
      also: (web, stack) => {
        for (let i = 0; i < 5; i++) web.grantPull(new iam.ArnPrincipal(new iam.Role(stack, `Role${i}`, { assumedBy: new iam.AccountRootPrincipal() }).roleArn));
        Tags.of(web).add('param', param(stack, 'Param', 'x').ref);
      },
    });
    expect(gate.Properties.RepositoryFingerprint.Values.length).toBeGreaterThan(1);
    expect(cyclesOf(json)).toEqual([]);
  });

  test('when the repository uses attributes of its gate', () => {
    const { json, gate } = templateWith({
      also: (web, stack) => {
        Tags.of(web).add('preview', web.gate.fingerprint);
        Tags.of(web).add('param', param(stack, 'Param', web.gate.expiringImageCount).ref);
        Tags.of(web).add('other', param(stack, 'Other', 'x').ref);
      },
    });
    expect(gate.Properties.RepositoryFingerprint.Values).toEqual([{ Ref: 'Other' }]);
    expect(cyclesOf(json)).toEqual([]);
  });

  test('when two repositories use attributes of each other\'s gate', () => {
    const { json } = finishedTemplate((stack) => {
      const [a, b] = ['A', 'B'].map((id) => new GatedRepository(stack, id, { lifecyclePolicy: POLICY() }));
      Tags.of(a).add('other', param(stack, 'OfB', b.gate.fingerprint).ref);
      (b.node.defaultChild as CfnResource).addPropertyOverride('Tags', [{ Key: 'other', Value: param(stack, 'OfA', a.gate.fingerprint).ref }]);
    });
    expect(cyclesOf(json)).toEqual([]);
  });

  test('with a condition', () => {
    const { json } = templateWith({
      also: (web, stack) => {
        const on: CfnCondition = condition(stack);
        const conditional = param(stack, 'Param', 'x');
        conditional.cfnOptions.condition = on;
        Tags.of(web).add('param', Fn.conditionIf(on.logicalId, conditional.ref, 'none').toString());
      },
    });
    expect(cyclesOf(json)).toEqual([]);
  });
});
