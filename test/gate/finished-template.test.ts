import { readFileSync } from 'fs';
import * as path from 'path';
import { App, Aspects, CfnCondition, CfnElement, CfnOutput, CfnResource, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as servicecatalog from 'aws-cdk-lib/aws-servicecatalog';
import { Construct } from 'constructs';
import { GATE, POLICY, REPOSITORY, WITH_POLICY, synthesize, visiting } from './gated-app';
import { asRepository, condition, finishedTemplate, keepOnly, partsOf, plainResource } from './template-under-test';
import { GatedRepository, LifecyclePreviewGate, LifecyclePreviewGates } from '../../src';

/* The finished template keeps the order of gate and repository, or synthesis fails. */

const cfnOf = (construct: Construct) => construct.node.defaultChild as CfnResource;
const gateOf = (repository: GatedRepository) => cfnOf(repository.gate.node.findChild('Resource') as Construct);

function gated(change: (repository: GatedRepository, stack: Stack) => unknown, StackClass = Stack) {
  const stack = new StackClass(new App({ analyticsReporting: false }), 'Shop');
  change(new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY() }), stack);
  return partsOf(Template.fromStack(stack).toJSON());
}

describe('synthesis fails if a change removes the order', () => {
  test.each<[string, (repository: GatedRepository, stack: Stack) => unknown, RegExp]>([
    ['an override of DependsOn', (repository) => cfnOf(repository).addOverride('DependsOn', ['Other']), /DependsOn is \["Other"\]; add dependencies with addDependency/],
    ['a deletion override of DependsOn', (repository) => cfnOf(repository).addDeletionOverride('DependsOn'), /DependsOn is "absent"/],
    ['the removal of the dependency', (repository) => cfnOf(repository).removeDependency(gateOf(repository)), /DependsOn is "absent"/],
    ['an aspect that overrides', (_, stack) => Aspects.of(stack).add(visiting((node) => node instanceof ecr.CfnRepository && node.addDeletionOverride('DependsOn'))),
      /DependsOn is "absent"/],
    ['another type of the repository', (repository) => cfnOf(repository).addOverride('Type', 'Custom::Repository'), /type is overridden with "Custom::Repository"/],
    ['another type of the gate', (repository) => gateOf(repository).addOverride('Type', 'Custom::Nothing'), /its gate Shop\/Web\/Gate\S* is overridden with "Custom::Nothing"/],
    ['another service token', (repository) => gateOf(repository).addPropertyOverride('ServiceToken', 'arn:aws:lambda:eu-west-1:111122223333:function:f'), /the ServiceToken of its gate \S+ is overridden with "arn:aws:lambda:/],
    ['an override of the policy of the gate', (repository) => gateOf(repository).addPropertyOverride('LifecyclePolicyText', keepOnly(1000)), /are overridden: LifecyclePolicyText/],
    ['a deletion override of the guards of the gate', (repository) => gateOf(repository).addPropertyDeletionOverride('Guards'), /are overridden: Guards/],
  ])('%s', (_, change, message) => {
    const synthesized = () => gated(change);
    expect(synthesized).toThrow('BypassedGate at Shop/Web/Resource: ');
    expect(synthesized).toThrow(message);
  });

  test('a stack that changes its template', () => {
    class Stripping extends Stack {
      public _toCloudFormation() {
        const template = (Stack.prototype as any)._toCloudFormation.call(this);
        for (const resource of Object.values<any>(template.Resources)) if (resource.Type === REPOSITORY) delete resource.DependsOn;
        return template;
      }
    }
    expect(() => gated(() => undefined, Stripping)).toThrow('BypassedGate at Shop/Web/Resource: ');
  });

  const WITH_A_POLICY = { Type: REPOSITORY, Properties: { LifecyclePolicy: { LifecyclePolicyText: keepOnly(1) } } };

  class CopiedTemplate extends CfnElement {
    constructor(scope: Construct, id: string, private readonly resources: object = { Web: WITH_A_POLICY }) {
      super(scope, id);
    }

    public _toCloudFormation() {
      return { Resources: this.resources };
    }
  }

  test.each<[string, (stack: Stack) => unknown]>([
    ['a template that is copied as a whole', (stack) => new CopiedTemplate(stack, 'Copied')],
    ['a loop of repositories', (stack) => new CopiedTemplate(stack, 'Copied', { 'Fn::ForEach::Webs': ['Name', ['a', 'b'], { 'Web${Name}': WITH_A_POLICY }] })],
    ['a transform in the properties', (stack) => new CopiedTemplate(stack, 'Copied', { Web: { Type: REPOSITORY, Properties: { 'Fn::Transform': { Name: 'Macro' } } } })],
    ['a transform in the resource', (stack) => new CopiedTemplate(stack, 'Copied', { Web: { 'Type': REPOSITORY, 'Fn::Transform': { Name: 'AWS::Include' } } })],
    ['a resource that becomes a repository by an override', (stack) => {
      const resource = new CfnResource(stack, 'Web', { type: 'AWS::SNS::Topic', properties: { LifecyclePolicy: { LifecyclePolicyText: keepOnly(1) } } });
      resource.addOverride('Type', REPOSITORY);
    }],
  ])('with gates for the whole app: %s', (_, build) => {
    const synthesized = () => finishedTemplate((stack) => {
      build(stack);
      LifecyclePreviewGates.of(stack.node.root).add();
    });
    expect(synthesized).toThrow('MissingGate at Shop');
  });
});

test('warns about a transform that adds resources, with gates for the whole app', () => {
  class Including extends CfnElement {
    public _toCloudFormation() {
      return { Resources: { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://templates/more.json' } } } };
    }
  }
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  new Including(stack, 'Included');
  LifecyclePreviewGates.of(stack).add();
  Template.fromStack(stack);
  expect(Annotations.fromStack(stack).findWarning('/Shop', Match.stringLikeRegexp('Fn::Transform.*templateMacro'))).toHaveLength(1);
});

describe('changes that keep the order are accepted', () => {
  test('further dependencies, another logical id, and a repository without a policy', () => {
    const { gateId, repository, gate, repositoryId } = gated((web, stack) => {
      const topic = new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' });
      cfnOf(web).addDependency(topic);
      cfnOf(web).overrideLogicalId('Renamed');
      gateOf(web).overrideLogicalId('RenamedGate');
    });
    expect([gateId, repositoryId]).toEqual(['RenamedGate', 'Renamed']);
    expect(repository.DependsOn).toEqual(expect.arrayContaining(['Topic', 'RenamedGate']));
    expect(gate.Properties.RepositoryLogicalId).toBe('Renamed');
  });

  test('an override of the policy, which the gate previews', () => {
    const { gate } = gated((web) => cfnOf(web).addPropertyOverride('LifecyclePolicy.LifecyclePolicyText', keepOnly(2)));
    expect(gate.Properties).toMatchObject({ LifecyclePolicyText: keepOnly(2), Guards: [] });
  });

  test('a policy that is deleted', () => {
    const { gate, repository } = gated((web) => cfnOf(web).addPropertyDeletionOverride('LifecyclePolicy'));
    expect(repository.Properties ?? {}).not.toHaveProperty('LifecyclePolicy');
    expect(gate.Properties).not.toHaveProperty('LifecyclePolicyText');
  });

  test('nested stacks', () => {
    const app = new App({ analyticsReporting: false });
    new GatedRepository(new NestedStack(new Stack(app, 'Shop'), 'Nested'), 'Web', { lifecyclePolicy: POLICY(3) });
    const templates = synthesize(app).map((Resources) => partsOf({ Resources }));
    expect(templates.flatMap(({ gate }) => (gate ? [gate.Properties.LifecyclePolicyText] : []))).toEqual([POLICY(3).toText()]);
  });
});

describe('the condition of the repository', () => {
  test.each<[string, (repository: GatedRepository, on: CfnCondition) => unknown]>([
    ['set after the gate was created', (repository, on) => { cfnOf(repository).cfnOptions.condition = on; }],
    ['set by an override', (repository, on) => cfnOf(repository).addOverride('Condition', on.logicalId)],
    ['set by an aspect, on all resources of the repository', (repository, on) => Aspects.of(repository).add(
      visiting((node) => { if (CfnResource.isCfnResource(node)) node.cfnOptions.condition = on; }))],
  ])('%s is the condition of the gate', (_, change) => {
    const { gate, repository } = gated((web, stack) => change(web, condition(stack)));
    expect([gate.Condition, repository.Condition]).toEqual(['On', 'On']);
  });

  test('removes the condition of the gate if the repository has none', () => {
    const { gate } = gated((web, stack) => { gateOf(web).cfnOptions.condition = condition(stack); });
    expect(gate).not.toHaveProperty('Condition');
  });

  test('an output of a conditional gate needs the same condition', () => {
    const { json, gate } = gated((web, stack) => {
      const on = condition(stack);
      cfnOf(web).cfnOptions.condition = on;
      new CfnOutput(stack, 'Expiring', { value: web.gate.expiringImageCount, condition: on });
    });
    expect(json.Outputs.Expiring.Condition).toBe(gate.Condition);
  });
});

describe('the name of the repository', () => {
  const previewed = (json: any): unknown[] => Object.values<any>(json.Resources).filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().includes('ecr:StartLifecyclePolicyPreview'))
    .map(({ Resource }) => Resource['Fn::Join'][1].at(-1)['Fn::If'] ?? Resource['Fn::Join'][1].at(-1));

  test('passes a conditional name together with the logical id, and the role covers both', () => {
    const { json, gate, repositoryId } = finishedTemplate((stack) => {
      const repositoryName = Fn.conditionIf(condition(stack).logicalId, 'shop/web', Fn.ref('AWS::NoValue')).toString();
      new GatedRepository(stack, 'Web', { repositoryName, lifecyclePolicy: POLICY() });
    });
    expect(gate.Properties).toMatchObject({
      RepositoryName: { 'Fn::If': ['On', 'shop/web', { Ref: 'AWS::NoValue' }] }, RepositoryLogicalId: repositoryId,
    });
    expect(previewed(json)).toEqual([['On', 'shop/web', `*-${repositoryId.toLowerCase()}-*`]]);
  });

  test('is the name of an override, also for the role', () => {
    const { json, gate } = gated((web) => cfnOf(web).addPropertyOverride('RepositoryName', 'shop/other'));
    expect(gate.Properties.RepositoryName).toBe('shop/other');
    expect(JSON.stringify(previewed(json))).toContain(':repository/shop/other');
  });

  test('is the name of a plain CfnResource', () => {
    const { json, gate } = finishedTemplate((stack) => {
      const repository = asRepository(plainResource(stack, { RepositoryName: 'shop/plain', LifecyclePolicy: { LifecyclePolicyText: keepOnly(5) } }));
      new LifecyclePreviewGate(stack, 'Gate', { repository });
    });
    expect(gate.Properties.RepositoryName).toBe('shop/plain');
    expect(JSON.stringify(previewed(json))).toContain(':repository/shop/plain');
  });

  /** Generates the name as CreateHandler of AWS::ECR::Repository does, from the name of the deployed stack. */
  function generatedName(stackName: string, logicalId: string): string {
    const [clean, room] = [stackName.replace(/^-+/, '').replace(/-{2,}/g, '-'), 256 - 14];
    const forStack = Math.max(Math.floor(room / 2), room - logicalId.length);
    const forLogicalId = Math.max(Math.floor(room / 2), room - clean.length);
    return `${clean.slice(0, forStack)}-${logicalId.slice(0, forLogicalId)}-AbCdEfGhIjKl`.toLowerCase();
  }
  const covers = (pattern: string, name: string) =>
    new RegExp(`^${pattern.replace(/^.*:repository\//, '').split('*').join('.*')}$`).test(name);

  describe.each<[string, (stack: Stack) => Construct]>([
    ['of a usual length', (stack) => stack],
    ['that is truncated', (stack) => new Construct(new Construct(stack, 'x'.repeat(120)), 'y'.repeat(110))],
  ])('generated, with a logical id %s', (_length, scopeIn) => {
    test.each(['Shop', 'shop--prod', '-a---b-', 'SC-111122223333-pp-abcdefghijklm', 'StackSet-shop-0123', 'x'.repeat(128)])('is covered in a stack deployed as %s', (deployedAs) => {
      const { json, repositoryId } = finishedTemplate((stack) => new GatedRepository(scopeIn(stack), 'Web', { lifecyclePolicy: POLICY() }));
      const [pattern] = previewed(json) as string[];
      expect(covers(pattern, generatedName(deployedAs, repositoryId))).toBe(true);
      expect(covers(pattern, generatedName(deployedAs, 'OtherRepository0123ABCD'))).toBe(false);
    });
  });

  test('generated, in a Service Catalog product', () => {
    class Product extends servicecatalog.ProductStack {
      constructor(scope: Stack) {
        super(scope, 'Product', { assetBucket: new s3.Bucket(scope, 'Assets', { bucketName: 'assets-bucket-name' }) });
        new GatedRepository(this, 'Web', { lifecyclePolicy: POLICY() });
      }
    }
    const app = new App({ analyticsReporting: false });
    const parent = new Stack(app, 'Portfolio', { env: { account: '111122223333', region: 'us-east-1' } });
    const product = new Product(parent);
    const cloudFormationTemplate = servicecatalog.CloudFormationTemplate.fromProductStack(product);
    new servicecatalog.CloudFormationProduct(parent, 'P', { productName: 'p', owner: 'o', productVersions: [{ cloudFormationTemplate }] });
    const { directory } = app.synth();
    const { json, gate, repositoryId } = partsOf(JSON.parse(readFileSync(path.join(directory, product.templateFile), 'utf8')));
    expect(gate.Properties.RepositoryLogicalId).toBe(repositoryId);
    const [pattern] = previewed(json) as string[];
    expect(covers(pattern, generatedName('SC-111122223333-pp-abcdefghijklm', repositoryId))).toBe(true);
  });
});

test.each<[string, boolean]>([['MyMacro', true], ['AWS::LanguageExtensions', false]])('warns about the transform %s: %p', (transform, warned) => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  new GatedRepository(stack, 'Web', { lifecyclePolicy: POLICY() });
  stack.addTransform(transform);
  const warnings = Annotations.fromStack(stack).findWarning('/Shop', Match.stringLikeRegexp('MyMacro.*templateMacro'));
  expect(warnings).toHaveLength(warned ? 1 : 0);
});

test('the function rejects a template that was rendered without its gates, because it names no repository', () => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  const repository = new ecr.Repository(stack, 'Web', WITH_POLICY);
  new LifecyclePreviewGate(stack, 'Gate', { repository });
  const { Resources } = (Stack.prototype as any)._toCloudFormation.call(stack);
  const [gate] = Object.values<any>(Resources).filter(({ Type }) => Type === GATE);
  expect(gate.Properties).not.toHaveProperty('RepositoryName');
  expect(gate.Properties).not.toHaveProperty('RepositoryLogicalId');
});
