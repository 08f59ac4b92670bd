/** Gates a whole existing app. Its stacks and its plain CDK repositories do not change. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { InUseSource, LifecycleGuard, LifecyclePreviewGates } from 'cdk-ecr-lifecycle';

export function gateWholeApp(app: App): void {
  const frontend = new Stack(app, 'Frontend');
  new ecr.Repository(frontend, 'Web', { lifecycleRules: [{ maxImageCount: 100 }] });
  new ecr.Repository(frontend, 'Assets'); // a repository without lifecycle rules does not get a gate

  const backend = new Stack(app, 'Backend');
  new ecr.Repository(backend, 'Api', { lifecycleRules: [{ tagPatternList: ['pr-*'], maxImageAge: Duration.days(30) }] });

  // Gates all repositories. At most 20 percent of the images of each one may expire, and no image that ECS or Lambda uses.
  LifecyclePreviewGates.of(app).add({
    guards: [LifecycleGuard.maxPercent(20), LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda())],
  });
}
