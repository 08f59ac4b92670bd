/** Gating a whole app that exists: its stacks stay as they are, plain CDK repositories and all. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { LifecycleGuard, InUseSource, LifecyclePreviewGates } from 'cdk-ecr-lifecycle';

export function gateWholeApp(app: App): void {
  const frontend = new Stack(app, 'Frontend');
  new ecr.Repository(frontend, 'Web', { lifecycleRules: [{ maxImageCount: 100 }] });
  new ecr.Repository(frontend, 'Assets'); // without lifecycle rules there is nothing to gate

  const backend = new Stack(app, 'Backend');
  new ecr.Repository(backend, 'Api', { lifecycleRules: [{ tagPatternList: ['pr-*'], maxImageAge: Duration.days(30) }] });

  // One line for all of it. Most of each repository has to stay, and whatever ECS or Lambda run at the moment.
  LifecyclePreviewGates.of(app).add({
    guards: [LifecycleGuard.maxPercent(20), LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda())],
  });
}
