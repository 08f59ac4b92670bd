import { CfnCondition, CfnParameter, CfnResource, Fn, NestedStack, Stack, StackProps, Stage } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import * as servicecatalog from 'aws-cdk-lib/aws-servicecatalog';
import type { Construct } from 'constructs';
import { CliUnderTest } from './cli-under-test';
import { EmbeddedEcr } from '../../rehearsal/ecr/embedded-ecr';
import {
  ExpireWhen, GatedRepository, ImageSelection, LifecycleGuard, LifecyclePolicy, LifecyclePolicyAttachment, LifecycleRule,
  RepositoryCreationScenario, RepositoryCreationTemplate,
} from '../../src';
import type { PlanResult } from '../../src/cli/render/plan-result';

/* Repositories without a gate, and the templates of nested stacks, stages, products and stack sets. */

const POLICY = LifecyclePolicy.fromRules(LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(1) }));
/** A policy with a warning. */
const TRAP = JSON.stringify({
  rules: [{ rulePriority: 4, selection: { tagStatus: 'tagged', tagPatternList: ['a*', 'b*'], countType: 'imageCountMoreThan', countNumber: 5 }, action: { type: 'expire' } }],
});

let cli: CliUnderTest;
beforeEach(() => { cli = new CliUnderTest(); });
afterEach(() => cli.dispose());

const ungated = (scope: Construct, id: string, repositoryName?: string, text = TRAP) =>
  new ecr.CfnRepository(scope, id, { repositoryName, lifecyclePolicy: { lifecyclePolicyText: text } });
const synth = (build: (stack: Stack) => void) => cli.synth('cdk.out', (app) => {
  app.node.setContext('aws:cdk:enable-path-metadata', true);
  build(new Stack(app, 'Shop'));
});
const plan = ['plan', '--app', 'cdk.out', '--images', '.', '--now', '2026-01-31'];

class Product extends servicecatalog.ProductStack {
  constructor(scope: Construct, id: string) {
    super(scope, id, { assetBucket: new s3.Bucket(scope, `${id}Bucket`, { bucketName: `assets-${id.toLowerCase()}` }) });
    new GatedRepository(this, 'Web', { repositoryName: 'product/web', lifecyclePolicy: LifecyclePolicy.fromText(TRAP), guards: [LifecycleGuard.protectTags('ab')] });
    ungated(this, 'Plain', 'product/plain');
  }
}

/** Adds a product, and a stack set as cdk-stacksets does. */
function addLaunched(stack: Stack): void {
  new servicecatalog.CloudFormationProduct(stack, 'Product', {
    productName: 'shop',
    owner: 'platform',
    productVersions: [
      { productVersionName: 'v1', cloudFormationTemplate: servicecatalog.CloudFormationTemplate.fromProductStack(new Product(stack, 'Version1')) },
      { productVersionName: 'v2', cloudFormationTemplate: servicecatalog.CloudFormationTemplate.fromProductStack(new Product(stack, 'Version2')) },
    ],
  });
  cli.write('set.template.json', {
    Parameters: { Name: { Type: 'String' } },
    Resources: { Inner: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: { Ref: 'Name' }, LifecyclePolicy: { LifecyclePolicyText: TRAP } } } },
  });
  const asset = new Asset(stack, 'SetTemplate', { path: `${cli.directory}/set.template.json` });
  new CfnResource(stack, 'Set', {
    type: 'AWS::CloudFormation::StackSet',
    properties: { StackSetName: 'set', PermissionModel: 'SERVICE_MANAGED', TemplateURL: asset.httpUrl, Parameters: [{ ParameterKey: 'Name', ParameterValue: 'set/inner' }] },
  });
}

describe('lint of an app', () => {
  test('reads the policy of every repository and creation template, with or without a gate', async () => {
    synth((stack) => {
      ungated(stack, 'L1');
      const l2 = new ecr.Repository(stack, 'L2', { lifecycleRules: [{ tagPatternList: ['a*', 'b*'], maxImageCount: 3 }] });
      expect(l2).toBeDefined();
      new GatedRepository(stack, 'Gated', { lifecyclePolicy: LifecyclePolicy.fromText(TRAP) });
      new RepositoryCreationTemplate(stack, 'Template', { prefix: 'team/', appliedFor: [RepositoryCreationScenario.CREATE_ON_PUSH], lifecyclePolicy: LifecyclePolicy.fromText(TRAP) });
      new LifecyclePolicyAttachment(stack, 'Attached', {
        repository: ecr.Repository.fromRepositoryName(stack, 'Other', 'other/web'), lifecyclePolicy: LifecyclePolicy.fromText(TRAP),
      });
      ungated(new NestedStack(stack, 'Nested'), 'Inner');
      ungated(new Stack(new Stage(stack, 'Prod'), 'Shop', {}), 'Staged');
      new ecr.CfnRepository(stack, 'NoPolicy');
      addLaunched(stack);
    });
    const { code, stdout } = await cli.run(['lint', '--app', 'cdk.out']);
    const found = stdout.split('\n').flatMap((line) => /^(\S+): warning tagListIsAnd: /.exec(line)?.[1] ?? []).sort();
    expect(found.map((path) => path.replace(/Set\/Inner$/, 'Set/Inner'))).toEqual([
      'Shop/Attached', 'Shop/Gated', 'Shop/L1', 'Shop/L2', 'Shop/Nested/Inner', 'Shop/Prod/Shop/Staged', 'Shop/Set/Inner', 'Shop/Template',
      'Shop/Version1/Plain', 'Shop/Version1/Web', 'Shop/Version2/Plain', 'Shop/Version2/Web',
    ]);
    expect(code).toBe(1);
    // The guards of a product's gate count, too.
    expect(stdout.match(/^Shop\/Version\d\/Web: warning protectedTagsCanExpire/gm)).toHaveLength(2);
  });

  test('JSON has the stack and the logical id as well', async () => {
    synth((stack) => ungated(stack, 'L1'));
    const { policies } = await cli.json<{ policies: object[] }>(['lint', '--app', 'cdk.out']);
    expect(policies).toEqual([{
      policy: 'Shop/L1', resource: { stack: 'Shop', logicalId: 'L1', path: 'Shop/L1' }, findings: [expect.objectContaining({ id: 'tagListIsAnd', rulePriorities: [4] })],
    }]);
  });

  test('a template with repositories that is not JSON could not be read', async () => {
    cli.write('by-hand.yaml', 'Resources:\n  Web:\n    Type: AWS::ECR::Repository\n');
    synth((stack) => new servicecatalog.CloudFormationProduct(stack, 'Product', {
      productName: 'x', owner: 'y', productVersions: [{ cloudFormationTemplate: servicecatalog.CloudFormationTemplate.fromAsset(`${cli.directory}/by-hand.yaml`) }],
    }));
    expect(await cli.run(['lint', '--app', 'cdk.out'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/^UnreadableTemplate: .*\n$/) });
    expect(await cli.run([...plan, '--require-gates'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/^UnreadableTemplate: .*\n$/) });
  });

  test('saved images of a repository that the app does not have are refused', async () => {
    cli.write('images.json', []);
    synth((stack) => ungated(stack, 'L1', 'shop/web'));
    expect((await cli.run(['lint', '--app', 'cdk.out', '--images', 'shop/web=images.json'])).code).toBe(1);
    expect(await cli.run(['lint', '--app', 'cdk.out', '--images', 'shop/wep=images.json'])).toMatchObject({
      code: 2, stdout: '', stderr: 'InvalidOptions: --images has images of ["shop/wep"], but no such repository is checked; did you mean "shop/web"?\n',
    });
  });
});

describe('a plan names the repositories without a gate', () => {
  const build = (stack: Stack) => {
    ungated(stack, 'A', 'shop/a');
    ungated(stack, 'B');
    new ecr.CfnRepository(stack, 'NoPolicy', { repositoryName: 'shop/no-policy' });
    const never = new CfnCondition(stack, 'Never', { expression: Fn.conditionEquals('a', 'b') });
    ungated(stack, 'NotCreated').cfnOptions.condition = never;
    new ecr.CfnRepository(stack, 'Maybe', {
      repositoryName: 'shop/maybe',
      lifecyclePolicy: Fn.conditionIf('Never', { LifecyclePolicyText: TRAP }, Fn.ref('AWS::NoValue')),
    });
    new LifecyclePolicyAttachment(stack, 'Attachment', { repository: ecr.Repository.fromRepositoryName(stack, 'I', 'other/web'), lifecyclePolicy: POLICY });
    new GatedRepository(stack, 'Web', { repositoryName: 'shop/web', lifecyclePolicy: POLICY });
    cli.write('shop/web.json', []);
    cli.write('other/web.json', []);
  };

  test.each(['table', 'markdown', 'json', 'html'])('in %s', async (format) => {
    synth(build);
    const { code, stdout } = await cli.run([...plan, '--format', format, ...format === 'html' ? ['--output', 'pages'] : []]);
    const text = format === 'html' ? cli.read('pages/index.html') : stdout;
    expect(code).toBe(0);
    if (format === 'json') {
      expect(JSON.parse(text)).toMatchObject({
        verdict: 'EXPECTED',
        withoutGate: [{ stack: 'Shop', logicalId: 'A', path: 'Shop/A', repositoryName: 'shop/a' }, { stack: 'Shop', logicalId: 'B', path: 'Shop/B' }],
        withoutPolicy: [{ logicalId: 'Maybe' }, { logicalId: 'NoPolicy' }],
        repositories: [{ path: 'Shop/Attachment' }, { path: 'Shop/Web', gate: { stack: 'Shop', path: 'Shop/Web/Gate', logicalId: expect.any(String) } }],
      });
      return;
    }
    for (const name of ['shop/a (Shop/A)', 'Shop/B', 'shop/no-policy (Shop/NoPolicy)']) expect(text).toContain(name);
    expect(text).toMatch(/No gate covers 2 repositories with a lifecycle policy/);
    expect(text).toMatch(/2 repositories without a lifecycle policy need no gate/);
    expect(text).not.toContain('NotCreated');
  });

  test('a page of one repository names them, too', async () => {
    synth((stack) => {
      ungated(stack, 'A', 'shop/a');
      new GatedRepository(stack, 'Web', { repositoryName: 'shop/web', lifecyclePolicy: POLICY });
      cli.write('shop/web.json', []);
    });
    expect((await cli.run([...plan, '--format', 'html'])).stdout).toContain('<li>shop/a (Shop/A)</li>');
  });

  test('with --require-gates, the exit code is 1', async () => {
    synth(build);
    const { code, stdout } = await cli.run([...plan, '--require-gates']);
    expect({ code, last: stdout.split('\n').at(-2) }).toEqual({
      code: 1, last: 'Unexpected: 2 repositories have a lifecycle policy, but no gate. Within the gates, 0 images would expire.',
    });
    expect(await cli.json<PlanResult>([...plan, '--require-gates'])).toMatchObject({ verdict: 'UNEXPECTED', gatesRequired: true });
  });

  test('an app without gates needs no credentials, and --require-gates accepts repositories without a policy', async () => {
    synth((stack) => {
      new ecr.CfnRepository(stack, 'NoPolicy');
      new RepositoryCreationTemplate(stack, 'Template', { prefix: 'team/', appliedFor: [RepositoryCreationScenario.CREATE_ON_PUSH], lifecyclePolicy: POLICY });
    });
    expect(await cli.run(['plan', '--app', 'cdk.out', '--require-gates'], { environment: { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined } })).toEqual({
      code: 0, stdout: '1 repository without a lifecycle policy needs no gate:\n  Shop/NoPolicy\n\nThe app has no gates, so there is nothing to plan.\n', stderr: '',
    });
  });
});

describe('a plan of products and stack sets', () => {
  let registry: EmbeddedEcr;
  beforeEach(async () => {
    registry = await EmbeddedEcr.start();
    cli.dispose();
    cli = new CliUnderTest({ AWS_ENDPOINT_URL_ECR: registry.endpoint });
  });
  afterEach(() => registry.stop());

  class Launched extends servicecatalog.ProductStack {
    constructor(scope: Construct, id: string, repositoryName: string | undefined, policy = POLICY) {
      super(scope, id, { assetBucket: new s3.Bucket(scope, 'Bucket', { bucketName: 'product-assets' }) });
      const name = repositoryName ?? new CfnParameter(this, 'Name').valueAsString;
      new GatedRepository(this, 'Web', { repositoryName: name, lifecyclePolicy: policy });
    }
  }
  const product = (repositoryName: string | undefined, props: StackProps = {}) => cli.synth('cdk.out', (app) => {
    app.node.setContext('aws:cdk:enable-path-metadata', true);
    const stack = new Stack(app, 'Shop', props);
    const template = servicecatalog.CloudFormationTemplate.fromProductStack(new Launched(stack, 'Launched', repositoryName));
    new servicecatalog.CloudFormationProduct(stack, 'Product', { productName: 'x', owner: 'y', productVersions: [{ cloudFormationTemplate: template }] });
  });

  test('is not judged without --region, because a product can be launched anywhere; with it, the live images there are judged', async () => {
    product('shop/web', { env: { account: '999988887777', region: 'eu-west-1' } });
    const repository = registry.registry.createRepository('shop/web');
    for (const tag of ['a', 'b']) repository.addImage({ tags: [tag] });
    expect(await cli.run(['plan', '--app', 'cdk.out'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/^UnknownPlace: the product Shop\/Product\w+ .*--region/) });
    const { repositories } = await cli.json<PlanResult>(['plan', '--app', 'cdk.out', '--region', 'us-east-1']);
    expect(repositories).toEqual([expect.objectContaining({ outcome: 'JUDGED', path: 'Shop/Launched/Web', report: expect.objectContaining({ verdict: 'FAILED' }) })]);
  });

  test('says that a missing repository may exist elsewhere', async () => {
    product('shop/web');
    expect(await cli.run(['plan', '--app', 'cdk.out', '--region', 'us-east-1'])).toMatchObject({
      code: 0, stdout: expect.stringContaining('the product may be deployed elsewhere as well'),
    });
  });

  test('takes saved images, and values of parameters', async () => {
    product(undefined);
    cli.write('shop/web.json', []);
    expect((await cli.run([...plan])).code).toBe(2);
    expect((await cli.run([...plan, '--parameters', 'Name=shop/web'])).code).toBe(0);
  });
});
