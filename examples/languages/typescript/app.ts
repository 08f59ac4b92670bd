import { App, Duration, Stack } from 'aws-cdk-lib';
import {
  ArchiveWhen, ExpireWhen, GatedRepository, ImageSelection, InUseSource, LifecycleGuard, LifecyclePolicy, LifecycleRule,
  RepositoryPolicy,
} from 'cdk-ecr-lifecycle';

const app = new App();
const stack = new Stack(app, 'Shop');

new GatedRepository(stack, 'Web', {
  lifecyclePolicy: LifecyclePolicy.fromRules(
    LifecycleRule.keepForEachPattern(['release-*', 'prod']),
    LifecycleRule.expire({
      images: ImageSelection.tagged('pr-*'),
      when: ExpireWhen.imageCountMoreThan(5),
      maxExpiring: 20,
    }),
    LifecycleRule.expire({
      images: ImageSelection.untagged(),
      when: ExpireWhen.sinceImagePushed(Duration.days(14)),
    }),
    LifecycleRule.archive({
      images: ImageSelection.all(),
      when: ArchiveWhen.sinceImagePulled(Duration.days(90)),
    }),
  ),
  guards: [
    LifecycleGuard.maxImages(40),
    LifecycleGuard.protectTags('release-*', 'prod'),
    LifecycleGuard.protectInUse(InUseSource.ecs(), InUseSource.lambda()),
  ],
  repositoryPolicy: RepositoryPolicy.combine(
    RepositoryPolicy.crossAccountPull('444455556666'),
    RepositoryPolicy.denyInsecureTransport(),
  ),
});

app.synth();
