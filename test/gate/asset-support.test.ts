import { App, BootstraplessSynthesizer, Stack, Stage } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as servicecatalog from 'aws-cdk-lib/aws-servicecatalog';
import { WITH_POLICY, countsOf, synthesize } from './gated-app';
import { ProductStack } from './product';
import { GateExclusion, GatedRepository, LifecyclePolicy, LifecyclePolicyAttachment, LifecyclePreviewGates } from '../../src';

/* A stack that cannot hold assets cannot have gates. */

const newApp = () => new App({ analyticsReporting: false });
const bootstrapless = (scope: App | Stage, id: string) => new Stack(scope, id, { synthesizer: new BootstraplessSynthesizer() });
const POLICY = () => LifecyclePolicy.fromText(JSON.stringify({
  rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 }, action: { type: 'expire' } }],
}));

test.each<[string, (app: App) => unknown, RegExp]>([
  ['a GatedRepository', (app) => new GatedRepository(bootstrapless(app, 'Support'), 'Web', WITH_POLICY),
    /^UnsupportedAssets: the stack Support cannot hold the file asset of the Lambda function that the gate of Support\/Web needs: .*gateEnabled: false/],
  ['an attachment', (app) => {
    const stack = bootstrapless(app, 'Support');
    const repository = ecr.Repository.fromRepositoryName(stack, 'Imported', 'team/app');
    new LifecyclePolicyAttachment(stack, 'Policy', { repository, lifecyclePolicy: POLICY() });
  }, /^UnsupportedAssets: the stack Support cannot .*Support\/Policy needs/],
  ['a product without an asset bucket', (app) => new GatedRepository(new ProductStack(new Stack(app, 'Portfolio'), 'Support'), 'Web', WITH_POLICY),
    /^UnsupportedAssets: the stack Portfolio\/Support cannot .*Portfolio\/Support\/Web needs: CDK reports "An Asset Bucket must be provided.*assetBucket/],
])('%s is rejected at once', (_, make, message) => {
  expect(() => make(newApp())).toThrow(message);
});

test('a GatedRepository without a policy, or without a gate, needs no assets', () => {
  const app = newApp();
  const stack = bootstrapless(app, 'Support');
  new GatedRepository(stack, 'Web');
  new GatedRepository(stack, 'Api', { ...WITH_POLICY, gateEnabled: false });
  expect(countsOf(synthesize(app)[0])).toEqual({ Web: 0, Api: 0 });
});

function appWith(exclude?: GateExclusion[]): App {
  const app = newApp();
  new ecr.Repository(new Stack(app, 'Shop'), 'Web', WITH_POLICY);
  for (const id of ['Support', 'Audit']) {
    for (const name of ['Web', 'Api']) new ecr.Repository(app.node.tryFindChild(id) as Stack | undefined ?? bootstrapless(app, id), name, WITH_POLICY);
  }
  const portfolio = new Stack(app, 'Portfolio');
  const product = new ProductStack(portfolio, 'Product');
  new ecr.Repository(product, 'Web', WITH_POLICY);
  new servicecatalog.CloudFormationProduct(portfolio, 'P', {
    productName: 'p', owner: 'o', productVersions: [{ cloudFormationTemplate: servicecatalog.CloudFormationTemplate.fromProductStack(product) }],
  });
  LifecyclePreviewGates.of(app).add({ exclude });
  return app;
}

test('LifecyclePreviewGates names all such stacks in one error, and only them', () => {
  const message = (() => {
    try {
      appWith().synth();
      return 'no error';
    } catch (error) {
      return (error as Error).message;
    }
  })();
  expect(message.match(/the stack \S+ cannot hold/g)).toEqual(['the stack Support cannot hold', 'the stack Audit cannot hold', 'the stack Portfolio/Product cannot hold']);
  expect(message).toContain('exclude: [GateExclusion.repository(…)] in LifecyclePreviewGates');
  expect(message).not.toContain('MissingGate');
});

test('LifecyclePreviewGates can exclude them', () => {
  const exclude = ['Support', 'Audit', 'Portfolio/Product'].map((path) => GateExclusion.path(path));
  expect(() => appWith(exclude).synth()).not.toThrow();
});
