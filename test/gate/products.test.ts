import * as fs from 'fs';
import * as path from 'path';
import { App, FileAssetPackaging, FileAssetSource, ISynthesisSession, Stack, StackSynthesizer } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as servicecatalog from 'aws-cdk-lib/aws-servicecatalog';
import { gatesOf, ofType, Resources, WITH_POLICY } from './gated-app';
import { ProductStack } from './product';
import { GatedRepository, LifecycleGuard, LifecyclePreviewGates } from '../../src';

/*
 * Service Catalog products and stack sets: CDK writes their templates as assets of another stack, and they are deployed under stack
 * names that CDK does not know.
 */

/** A stack whose template is a file asset of its parent, as the stack of a stack set is. */
class StackSetStack extends Stack {
  constructor(private readonly parent: Stack, id: string) {
    super(parent, id, { synthesizer: new StackSetSynthesizer(parent), analyticsReporting: false });
  }

  public writeTo(session: ISynthesisSession): void {
    const text = JSON.stringify((this as unknown as { _toCloudFormation(): object })._toCloudFormation());
    fs.writeFileSync(path.join(session.assembly.outdir, this.templateFile), text);
    this.parent.synthesizer.addFileAsset({ packaging: FileAssetPackaging.FILE, sourceHash: 'a'.repeat(64), fileName: this.templateFile });
  }
}

class StackSetSynthesizer extends StackSynthesizer {
  constructor(private readonly parent: Stack) {
    super();
  }

  public addFileAsset(asset: FileAssetSource) {
    return this.parent.synthesizer.addFileAsset(asset);
  }

  public addDockerImageAsset(): never {
    throw new Error('a stack set has no image assets');
  }

  public synthesize(session: ISynthesisSession): void {
    (this.boundStack as StackSetStack).writeTo(session);
  }
}

type Declare = (parent: Stack) => Stack;
const KINDS: [string, RegExp, Declare][] = [
  ['a product', /product\.template\.json$/, (parent) => {
    const product = new ProductStack(parent, 'Product', { assetBucket: new s3.Bucket(parent, 'Assets', { bucketName: 'product-assets' }) });
    new servicecatalog.CloudFormationProduct(parent, 'P', {
      productName: 'p', owner: 'o', productVersions: [{ cloudFormationTemplate: servicecatalog.CloudFormationTemplate.fromProductStack(product) }],
    });
    return product;
  }],
  ['a stack set', /StackSet.*\.template\.json$/, (parent) => new StackSetStack(parent, 'StackSet')],
];

function templateOf(declare: Declare, file: RegExp, fill: (stack: Stack) => void): Resources {
  const app = new App({ analyticsReporting: false });
  fill(declare(new Stack(app, 'Portfolio')));
  const { directory } = app.synth();
  const [found] = fs.readdirSync(directory).filter((name) => file.test(name));
  return JSON.parse(fs.readFileSync(path.join(directory, found), 'utf8')).Resources;
}

describe.each(KINDS)('%s', (_, file, declare) => {
  test.each<[string, (stack: Stack) => void]>([
    ['a GatedRepository', (stack) => new GatedRepository(stack, 'Web', { ...WITH_POLICY, guards: [LifecycleGuard.maxImages(5)] })],
    ['LifecyclePreviewGates of the app', (stack) => {
      new ecr.Repository(stack, 'Web', WITH_POLICY);
      LifecyclePreviewGates.of(stack.node.root).add({ guards: [LifecycleGuard.maxImages(5)] });
    }],
  ])('has a complete gate in its template: %s', (__, fill) => {
    const resources = templateOf(declare, file, fill);
    const [[gateId, { Properties }]] = gatesOf(resources);
    const [[repositoryId, repository]] = ofType('AWS::ECR::Repository', resources);
    expect(repository.DependsOn).toEqual([gateId]);
    expect(Properties).toMatchObject({
      RepositoryLogicalId: repositoryId,
      LifecyclePolicyText: repository.Properties.LifecyclePolicy.LifecyclePolicyText,
      RepositoryFingerprint: expect.anything(),
      Guards: [{ Id: 'max-images', Limit: '5' }],
    });
    expect(ofType('AWS::Lambda::Function', resources)).toHaveLength(1);
  });

  test.each(['SC-111122223333-pp-abcdefghijklm', 'StackSet-Shop-0a1b2c3d-4e5f'])('its permissions cover the repository of the stack %s', (stackName) => {
    const resources = templateOf(declare, file, (stack) => new GatedRepository(stack, 'Web', WITH_POLICY));
    const [[repositoryId]] = ofType('AWS::ECR::Repository', resources);
    const statements: any[] = ofType('AWS::IAM::Policy', resources).flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    const { Resource } = statements.find(({ Action }) => [Action].flat().includes('ecr:StartLifecyclePolicyPreview'));
    const [pattern] = JSON.stringify(Resource).match(/repository\/[^"]+/)!;
    const generated = `repository/${stackName}-${repositoryId}-1x2y3z4a5b6c`.toLowerCase();
    expect(generated).toMatch(new RegExp(`^${pattern.split('*').join('.*')}$`));
    expect(JSON.stringify(statements)).not.toMatch(/Portfolio/);
  });
});
