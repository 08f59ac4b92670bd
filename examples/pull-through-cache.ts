/** Sets the lifecycle policy of repositories that ECR creates when images are pulled through the cache from the public gallery. */
import { Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import {
  ExpireWhen, ImageSelection, LifecyclePolicy, LifecycleRule, RepositoryCreationScenario, RepositoryCreationTemplate,
  RepositoryPolicy,
} from 'cdk-ecr-lifecycle';

const PREFIX = 'public-gallery';

export class PullThroughCacheStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const template = new RepositoryCreationTemplate(this, 'Template', {
      prefix: PREFIX,
      appliedFor: [RepositoryCreationScenario.PULL_THROUGH_CACHE],
      description: 'What is cached from the public gallery',
      lifecyclePolicy: LifecyclePolicy.fromRules(
        LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(7)) }),
        LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(50) }), // the next pull caches it again
      ),
      repositoryPolicy: RepositoryPolicy.organizationPull('o-exampleorgid'),
      resourceTags: { origin: 'public-gallery' },
    });

    const rule = new ecr.CfnPullThroughCacheRule(this, 'Rule', { ecrRepositoryPrefix: PREFIX, upstreamRegistryUrl: 'public.ecr.aws' });
    rule.node.addDependency(template); // it applies only to repositories that are created after it
  }
}
