/** One repository for a monorepo: every team has its own tags, and its own rules for them. */
import { Stack, StackProps } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule } from 'cdk-ecr-lifecycle';

interface Team {
  readonly name: string;
  /** How many builds of its branches the team wants to have. */
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
        maxExpiring: 50, // a budget for each team: one that cleans up does not use up what the others may lose
      }));
    }

    new GatedRepository(this, 'Monorepo', {
      lifecyclePolicy: policy,
      guards: TEAMS.map(({ name }) => LifecycleGuard.keepAtLeast(5, ImageSelection.tagged(`${name}-build-*`))),
    });
  }
}
