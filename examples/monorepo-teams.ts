/** One repository for a monorepo: each team has its own tags and its own rules for them. */
import { Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ExpireWhen, GatedRepository, ImageSelection, LifecycleGuard, LifecyclePolicy, LifecycleRule } from 'cdk-ecr-lifecycle';

interface Team {
  readonly name: string;
  /** The number of builds that the team keeps. */
  readonly builds: number;
}

const TEAMS: Team[] = [{ name: 'search', builds: 30 }, { name: 'checkout', builds: 100 }, { name: 'mail', builds: 10 }];

export class MonorepoStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const policy = LifecyclePolicy.fromRules(LifecycleRule.keepForEachPattern(TEAMS.map(({ name }) => `${name}-release-*`)));
    for (const { name, builds } of TEAMS) {
      policy.addRule(LifecycleRule.expire({
        description: `${name}: the newest ${builds} builds stay`,
        images: ImageSelection.tagged(`${name}-build-*`),
        when: ExpireWhen.imageCountMoreThan(builds),
        maxExpiring: 50, // a budget per team: a cleanup by one team does not use up the limit of the others
      }));
    }

    new GatedRepository(this, 'Monorepo', {
      lifecyclePolicy: policy,
      guards: TEAMS.map(({ name }) => LifecycleGuard.keepAtLeast(5, ImageSelection.tagged(`${name}-build-*`))),
    });
  }
}
