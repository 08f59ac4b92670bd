import { Stack, Stage } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as pipelines from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import { WITH_POLICY, countsOf, newApp, synthesize } from './gated-app';
import { LifecycleGuard, LifecyclePreviewGates } from '../../src';

/* CDK Pipelines synthesize a stage in addStage, before the aspects of the app run. */

class ShopStage extends Stage {
  constructor(scope: Construct, id: string, finish: (stage: Stage) => void = () => {}) {
    super(scope, id);
    new ecr.Repository(new Stack(this, 'Shop'), 'Web', WITH_POLICY);
    finish(this);
  }
}

const GUARDS = { guards: [LifecycleGuard.maxImages(5)] };

describe.each([true, false])('with aspect stabilization %p', (aspectStabilization) => {
  function pipelineStack() {
    const stack = new Stack(newApp(aspectStabilization), 'Pipeline');
    const input = pipelines.CodePipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Source', 'source'), 'main');
    return {
      app: stack.node.root as ReturnType<typeof newApp>,
      stack,
      pipeline: new pipelines.CodePipeline(stack, 'Pipeline', {
        synth: new pipelines.ShellStep('Synth', { input, commands: ['npx cdk synth'] }),
      }),
    };
  }
  const gatesIn = (app: ReturnType<typeof newApp>) => synthesize(app).map(countsOf).filter((counts) => 'Web' in counts);

  test('gates that the stage adds in its constructor', () => {
    const { app, stack, pipeline } = pipelineStack();
    for (const id of ['Dev', 'Prod']) pipeline.addStage(new ShopStage(stack, id, (stage) => LifecyclePreviewGates.of(stage).add(GUARDS)));
    expect(gatesIn(app)).toEqual([{ Web: 1 }, { Web: 1 }]);
  });

  test('gates of the app that are added between the stages and addStage', () => {
    const { app, stack, pipeline } = pipelineStack();
    const stages = ['Dev', 'Prod'].map((id) => new ShopStage(stack, id));
    LifecyclePreviewGates.of(app).add(GUARDS);
    for (const stage of stages) pipeline.addStage(stage);
    expect(gatesIn(app)).toEqual([{ Web: 1 }, { Web: 1 }]);
  });

  test.each(['before', 'after'])('gates of the app that are added %s addStage fail synthesis, once per stage, with the way out', (when) => {
    const { app, stack, pipeline } = pipelineStack();
    if (when === 'before') LifecyclePreviewGates.of(app).add(GUARDS);
    for (const id of ['Dev', 'Prod']) pipeline.addStage(new ShopStage(stack, id));
    if (when === 'after') LifecyclePreviewGates.of(app).add(GUARDS);
    const stageError = (id: string) => `LateStage: .* does not reach the stage Pipeline/${id} in time, so Pipeline/${id}/Shop/Web/Resource has no gate: .*LifecyclePreviewGates\\.of\\(this\\)\\.add\\(…\\) in the constructor`;
    expect(() => app.synth()).toThrow(new RegExp(`${stageError('Dev')}[^]*${stageError('Prod')}`));
    expect(() => app.synth()).not.toThrow('MissingGate');
  });
});
