import * as path from 'node:path';
import { CfnCondition, CfnParameter, CfnResource, CfnStack, Fn, LegacyStackSynthesizer, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { dependencies } from 'aws-cdk-lib-newest/package.json';
import { Manifest } from 'cloud-assembly-schema-newest';
import { CliUnderTest } from './cli-under-test';
import { GatedRepository, ImageSelection, LifecyclePolicy, LifecyclePreviewGate, LifecycleRule } from '../../src';
import { NEWEST_SCHEMA } from '../../src/cli/assembly/read-assembly';
import type { PlanResult } from '../../src/cli/render/plan-result';

/* The gates of an assembly, and the values that are known before a deployment. All plans are offline, without AWS. */

const POLICY = LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.tagged('release-*') }));

let cli: CliUnderTest;
beforeEach(() => {
  cli = new CliUnderTest();
});
afterEach(() => cli.dispose());

function gate(stack: Stack, id: string, repositoryName?: string): GatedRepository {
  return new GatedRepository(stack, id, { repositoryName, lifecyclePolicy: POLICY });
}

/** Plans with an empty list of images for each of these repositories. */
async function plan(names: readonly string[], ...args: string[]): Promise<PlanResult['repositories']> {
  for (const name of names) cli.write(`images/${name}.json`, []);
  cli.write('images/.keep', '');
  return (await cli.json<PlanResult>(['plan', '--app', 'cdk.out', '--images', 'images', ...args])).repositories;
}

const namesOf = (repositories: PlanResult['repositories']) => repositories.map(({ gate: of, repositoryName }) => [of!.stack, repositoryName]);
const problemsOf = (repositories: PlanResult['repositories']) =>
  repositories.flatMap((outcome) => (outcome.outcome === 'NOT_JUDGED' ? [`${outcome.problem.code}: ${outcome.problem.message}`] : []));

test('every gate is found: in several stacks, in nested stacks of nested stacks, in stages', async () => {
  cli.synth('cdk.out', (app) => {
    const shop = new Stack(app, 'Shop');
    gate(shop, 'B', 'shop/b');
    gate(shop, 'A', 'shop/a');
    const nested = new NestedStack(shop, 'Nested');
    gate(nested, 'N', 'shop/nested');
    gate(new NestedStack(nested, 'Deeper'), 'D', 'shop/deeper');
    const stage = new Stage(app, 'Prod', { env: { account: '111122223333', region: 'eu-west-1' } });
    gate(new Stack(stage, 'Shop', { stackName: 'the-shop' }), 'A', 'prod/a');
    new Stack(app, 'Empty');
  });
  const found = namesOf(await plan(['shop/a', 'shop/b', 'shop/nested', 'shop/deeper', 'prod/a']));
  expect(found.map(([, name]) => name)).toEqual(['prod/a', 'shop/a', 'shop/b', 'shop/nested', 'shop/deeper']);
  expect(found.map(([stack]) => stack!.replace(/Nested\w+/g, 'Nested').replace(/Deeper\w+/, 'Deeper')))
    .toEqual(['Prod/Shop', 'Shop', 'Shop', 'Shop/Nested', 'Shop/Nested/Deeper']);
});

test('gates in nested stacks of the legacy synthesizer are found, and templates that the CDK did not write are skipped', async () => {
  cli.write('queue.yaml', 'Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n');
  cli.synth('cdk.out', (app) => {
    const nested = new NestedStack(new Stack(app, 'Legacy', { synthesizer: new LegacyStackSynthesizer() }), 'Nested');
    gate(nested, 'N', 'shop/nested');
    gate(new NestedStack(nested, 'Deeper'), 'D', 'shop/deeper');
    const shop = new Stack(app, 'Shop');
    gate(shop, 'A', 'shop/a');
    new CfnStack(shop, 'ByHand', { templateUrl: new Asset(shop, 'Queue', { path: path.join(cli.directory, 'queue.yaml') }).httpUrl });
  });
  const found = namesOf(await plan(['shop/a', 'shop/nested', 'shop/deeper']));
  expect(found.map(([, name]) => name).sort()).toEqual(['shop/a', 'shop/deeper', 'shop/nested']);
});

test('an app without gates is as expected, and the output says so', async () => {
  cli.synth('cdk.out', (app) => new Stack(app, 'Empty'));
  const { code, stdout } = await cli.run(['plan', '--app', 'cdk.out', '--images', '.']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'The app has no gates, so there is nothing to plan.\n' });
});

describe('values that are known', () => {
  test('pseudo parameters, given and default parameters, mappings, conditions, and parameters of a nested stack', async () => {
    cli.synth('cdk.out', (app) => {
      const stack = new Stack(app, 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
      const team = new CfnParameter(stack, 'Team', { default: 'web' });
      const part = new CfnParameter(stack, 'Part');
      const isWeb = new CfnCondition(stack, 'IsWeb', { expression: Fn.conditionEquals(team.valueAsString, 'web') });
      gate(stack, 'A', Fn.join('/', [team.valueAsString, Fn.ref('AWS::Region'), part.valueAsString]));
      gate(stack, 'B', Fn.sub('${AWS::AccountId}/${Team}/${!no}${Extra}', { Extra: Fn.select(1, Fn.split('-', 'x-y')) }));
      gate(stack, 'C', Fn.conditionIf(isWeb.logicalId, 'is-web', 'is-not').toString());
      const nested = new NestedStack(stack, 'Nested', { parameters: { Prefix: Fn.join('', [team.valueAsString, '-nested']) } });
      gate(nested, 'N', Fn.join('/', [new CfnParameter(nested, 'Prefix').valueAsString, 'n']));
    });
    const names = ['web/eu-west-1/api', '111122223333/web/${no}y', 'is-web', 'web-nested/n'];
    const repositories = await plan(names, '--parameters', 'Part=api');
    expect(repositories.map(({ repositoryName }) => repositoryName)).toEqual(names);
    expect(problemsOf(repositories)).toEqual([]);
  });

  test('the region from --region, if the app does not set one', async () => {
    cli.synth('cdk.out', (app) => gate(new Stack(app, 'Shop'), 'A', Fn.join('-', ['r', Fn.ref('AWS::Region'), Fn.ref('AWS::URLSuffix')])));
    const repositories = await plan(['r-cn-north-1-amazonaws.com.cn'], '--region', 'cn-north-1');
    expect(repositories).toEqual([expect.objectContaining({ outcome: 'JUDGED', repositoryName: 'r-cn-north-1-amazonaws.com.cn' })]);
  });

  test('a given list; for a parameter of Systems Manager, the given value is the one that it has there, and the default is only its name', async () => {
    cli.synth('cdk.out', (app) => {
      const stack = new Stack(app, 'Shop');
      gate(stack, 'A', Fn.join('/', new CfnParameter(stack, 'Parts', { type: 'CommaDelimitedList' }).valueAsList));
      gate(stack, 'B', new CfnParameter(stack, 'Looked', { type: 'AWS::SSM::Parameter::Value<String>', default: '/the/name' }).valueAsString);
      gate(stack, 'C', Fn.join('/', new CfnParameter(stack, 'LookedList', { type: 'AWS::SSM::Parameter::Value<List<String>>', default: '/the/list' }).valueAsList));
      gate(stack, 'D', new CfnParameter(stack, 'NameOnly', { type: 'AWS::SSM::Parameter::Name', default: 'shop/plain' }).valueAsString);
    });
    const names = ['shop/web', 'other', 'a/b', 'shop/plain'];
    const found = async (...parameters: string[]) => (await plan(names, '--parameters', 'Parts=shop,web', ...parameters))
      .map(({ outcome, repositoryName }) => [outcome, repositoryName]);
    expect(await found()).toEqual([['JUDGED', 'shop/web'], ['NOT_JUDGED', undefined], ['NOT_JUDGED', undefined], ['JUDGED', 'shop/plain']]);
    expect(await found('Looked=other', '--parameters', 'LookedList=a, b')).toEqual(names.map((name) => ['JUDGED', name]));
  });

  test('a nested stack gets the name of a Systems Manager parameter, not its value', async () => {
    cli.synth('cdk.out', (app) => {
      const nested = new NestedStack(new Stack(app, 'Shop'), 'Nested', { parameters: { Looked: '/the/name', Parts: 'a,b' } });
      gate(nested, 'A', new CfnParameter(nested, 'Looked', { type: 'AWS::SSM::Parameter::Value<String>' }).valueAsString);
      gate(nested, 'B', Fn.join('/', new CfnParameter(nested, 'Parts', { type: 'CommaDelimitedList' }).valueAsList));
    });
    expect((await plan(['a/b'])).map(({ outcome, repositoryName }) => [outcome, repositoryName])).toEqual([['NOT_JUDGED', undefined], ['JUDGED', 'a/b']]);
  });

  test('parameters that are joined by a comma, or given twice, are refused', async () => {
    cli.synth('cdk.out', (app) => {
      const stack = new Stack(app, 'Shop');
      gate(stack, 'A', Fn.join('/', [new CfnParameter(stack, 'A1').valueAsString, new CfnParameter(stack, 'B1').valueAsString]));
    });
    const refused = async (...parameters: string[]) => (await cli.run(['plan', '--app', 'cdk.out', '--images', '.', '--parameters', ...parameters])).stderr;
    expect(await refused('A1=a,B1=b')).toMatch(/^InvalidOptions: --parameters A1 has the value "a,B1=b", which also seems to set "B1"; /);
    expect(await refused('A1=a', 'A1=b')).toBe('InvalidOptions: --parameters: gives "A1" more than once; give it once\n');
  });

  test('a parameter that no stack declares is an error, because the plan would use the default', async () => {
    cli.synth('cdk.out', (app) => {
      const stack = new Stack(app, 'Shop');
      gate(stack, 'A', new CfnParameter(stack, 'Name', { default: 'shop/web' }).valueAsString);
    });
    expect(await cli.run(['plan', '--app', 'cdk.out', '--images', '.', '--parameters', 'Nmae=shop/api']))
      .toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^UnknownParameter: --parameters sets \["Nmae"\].*\n$/) });
  });

  test('a repository whose condition is false is not judged', async () => {
    cli.synth('cdk.out', (app) => {
      const stack = new Stack(app, 'Shop');
      const inEurope = new CfnCondition(stack, 'InEurope', { expression: Fn.conditionEquals(Fn.ref('AWS::Region'), 'eu-west-1') });
      (gate(stack, 'A', 'shop/a').node.defaultChild as CfnResource).cfnOptions.condition = inEurope;
      gate(stack, 'B', 'shop/b');
      const nested = new NestedStack(stack, 'Nested');
      nested.nestedStackResource!.cfnOptions.condition = inEurope;
      gate(nested, 'N', 'shop/nested');
    });
    const outcomes = async (region: string) =>
      (await plan(['shop/a', 'shop/b', 'shop/nested'], '--region', region)).map(({ outcome, repositoryName }) => `${repositoryName} ${outcome}`);
    expect(await outcomes('eu-west-1')).toEqual(['shop/a JUDGED', 'shop/b JUDGED', 'shop/nested JUDGED']);
    expect(await outcomes('us-east-1')).toEqual(['shop/a NOTHING_TO_JUDGE', 'shop/b JUDGED', 'shop/nested NOTHING_TO_JUDGE']);
    const { stdout } = await cli.run(['plan', '--app', 'cdk.out', '--images', 'images', '--region', 'us-east-1']);
    expect(stdout).toContain('shop/a, shop/nested: its condition is false, so the stack does not create it');
    expect(await cli.run(['lint', '--app', 'cdk.out', '--region', 'us-east-1'])).toMatchObject({ stderr: '' });
  });
});

describe('a policy that depends on conditions', () => {
  const keepOnly = (countNumber: number) => JSON.stringify({
    rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber }, action: { type: 'expire' } }],
  });
  const synth = () => cli.synth('cdk.out', (app) => {
    const stack = new Stack(app, 'Shop');
    const env = new CfnParameter(stack, 'Env').valueAsString;
    const isProd = new CfnCondition(stack, 'IsProd', { expression: Fn.conditionEquals(env, 'prod') });
    const isTest = new CfnCondition(stack, 'IsTest', { expression: Fn.conditionNot(Fn.conditionOr(Fn.conditionEquals(env, 'dev'), isProd)) });
    const repository = new ecr.CfnRepository(stack, 'Web', {
      repositoryName: 'shop/web',
      lifecyclePolicy: Fn.conditionIf(isProd.logicalId, { LifecyclePolicyText: keepOnly(5) },
        Fn.conditionIf(isTest.logicalId, { LifecyclePolicyText: keepOnly(1) }, Fn.ref('AWS::NoValue'))),
    });
    new LifecyclePreviewGate(stack, 'Gate', { repository });
  });

  test.each([
    ['prod', { outcome: 'JUDGED', report: expect.objectContaining({ verdict: 'PASSED' }) }, 0],
    ['test', { outcome: 'JUDGED', report: expect.objectContaining({ verdict: 'FAILED' }) }, 1],
    ['dev', { outcome: 'NOTHING_TO_JUDGE', because: 'the repository has no lifecycle policy' }, 0],
  ])('is judged as the parameters select it: %s', async (env, expected, code) => {
    synth();
    cli.write('images/shop/web.json', ['a', 'b'].map((tag, i) => (
      { imageDigest: `sha256:${tag.repeat(64)}`, imageTags: [tag], imagePushedAt: `2026-01-0${i + 1}T00:00:00Z` })));
    const args = ['plan', '--app', 'cdk.out', '--images', 'images', '--parameters', `Env=${env}`];
    expect((await cli.json<PlanResult>(args)).repositories).toEqual([expect.objectContaining(expected)]);
    expect((await cli.run(args)).code).toBe(code);
  });

  test('is not judged without the parameters', async () => {
    synth();
    expect(problemsOf(await plan(['shop/web']))).toEqual([expect.stringContaining('UnknownProperties')]);
  });
});

describe('a gate that does not preview the policy of its repository is not judged', () => {
  const change = (edit: (repository: any, gate: any) => void) => {
    cli.synth('cdk.out', (app) => gate(new Stack(app, 'Shop'), 'A', 'shop/a'));
    const template = JSON.parse(cli.read('cdk.out/Shop.template.json'));
    const first = (type: string) => Object.values<any>(template.Resources).find(({ Type }) => Type === type);
    edit(first('AWS::ECR::Repository'), first('Custom::LifecyclePreviewGate'));
    cli.write('cdk.out/Shop.template.json', template);
  };

  test.each<[string, (repository: any, gate: any) => void, string]>([
    ['no dependency', (repository) => delete repository.DependsOn, 'BypassedGate'],
    ['another policy', (repository) => { repository.Properties.LifecyclePolicy = { LifecyclePolicyText: '{"rules":[]}' }; }, 'BypassedGate'],
    ['a gate without a policy', (_, { Properties }) => delete Properties.LifecyclePolicyText, 'BypassedGate'],
    ['a transform that returns the policy', (repository) => { repository.Properties.LifecyclePolicy = { 'Fn::Transform': { Name: 'M' } }; }, 'UnknownProperties'],
    ['a transform that may add a policy', (repository) => { repository.Properties['Fn::Transform'] = { Name: 'AWS::Include' }; }, 'UnknownProperties'],
    ['an attribute that contains the policy', (repository, { Properties }) => {
      repository.Properties.LifecyclePolicy = { 'Fn::GetAtt': ['Maker', 'Policy'] };
      delete Properties.LifecyclePolicyText;
    }, 'UnknownProperties'],
  ])('%s', async (_, edit, code) => {
    change(edit);
    expect(problemsOf(await plan(['shop/a']))).toEqual([expect.stringContaining(`${code}: `)]);
    expect((await cli.run(['plan', '--app', 'cdk.out', '--images', 'images'])).code).toBe(2);
  });
});

test('gates with values that are known only at the deployment are not judged, each with the name of the value; other gates are', async () => {
  cli.synth('cdk.out', (app) => {
    const stack = new Stack(app, 'Shop');
    gate(stack, 'A', Fn.join('/', ['a', Fn.importValue('Name')]));
    gate(stack, 'B', Fn.ref('AWS::AccountId'));
    gate(stack, 'C', new CfnParameter(stack, 'Part').valueAsString);
    gate(stack, 'D', 'shop/d');
  });
  const repositories = await plan(['shop/d']);
  expect(repositories.map(({ outcome }) => outcome)).toEqual(['NOT_JUDGED', 'NOT_JUDGED', 'NOT_JUDGED', 'JUDGED']);
  const problems = problemsOf(repositories);
  expect(problems).toHaveLength(3);
  expect(problems[0]).toMatch(/^UnknownProperties: the gate Shop\/AGate\w+: RepositoryName: .*ImportValue.* gets its value only at the deployment/);
  expect(problems[1]).toContain('AWS::AccountId');
  expect(problems[2]).toContain('{"Ref":"Part"}');
});

test('a gate with a circular condition is not judged, and other gates are', async () => {
  cli.synth('cdk.out', (app) => {
    const stack = new Stack(app, 'Shop');
    const loop = new CfnCondition(stack, 'Loop', { expression: Fn.conditionNot(Fn.conditionEquals('a', 'b')) });
    (gate(stack, 'A', 'shop/a').node.defaultChild as ecr.CfnRepository).cfnOptions.condition = loop;
    gate(stack, 'B', 'shop/b');
  });
  const template = JSON.parse(cli.read('cdk.out/Shop.template.json'));
  template.Conditions.Loop = { 'Fn::Not': [{ Condition: 'Loop' }] };
  cli.write('cdk.out/Shop.template.json', template);
  expect((await plan(['shop/a', 'shop/b'])).map(({ outcome }) => outcome)).toEqual(['NOT_JUDGED', 'JUDGED']);
});

test('saved images of a repository whose name is not known yet are found by its logical id', async () => {
  let logicalId = '';
  cli.synth('cdk.out', (app) => {
    const stack = new Stack(app, 'Shop');
    logicalId = stack.getLogicalId(gate(stack, 'A').node.defaultChild as never);
  });
  expect((await plan([logicalId])).map(({ outcome }) => outcome)).toEqual(['JUDGED']);
});

describe('the schema of the assembly', () => {
  test('the schema of the newest installed CDK is supported', () => {
    expect(parseInt(Manifest.version(), 10)).toBe(NEWEST_SCHEMA);
    expect(dependencies['@aws-cdk/cloud-assembly-schema']).toMatch(new RegExp(`^\\^${NEWEST_SCHEMA}\\.`));
  });

  test('a newer major version requires --allow-newer-assembly; a newer minor version is read', async () => {
    cli.synth('cdk.out', (app) => gate(new Stack(app, 'Shop'), 'A', 'shop/a'));
    const manifest = JSON.parse(cli.read('cdk.out/manifest.json')) as object;
    cli.write('cdk.out/manifest.json', { ...manifest, version: `${NEWEST_SCHEMA + 1}.0.0` });
    const { code, stdout, stderr } = await cli.run(['plan', '--app', 'cdk.out', '--images', '.']);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/^UnsupportedAssembly: .*\d+\.0\.0.*--allow-newer-assembly\n$/) });
    expect(await plan(['shop/a'], '--allow-newer-assembly')).toHaveLength(1);
    cli.write('cdk.out/manifest.json', { ...manifest, version: `${NEWEST_SCHEMA}.9.9` });
    expect(await plan(['shop/a'])).toHaveLength(1);
  });
});
