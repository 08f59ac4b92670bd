import { Duration, Token } from 'aws-cdk-lib';
import { MisuseError } from '../construct/errors';
import type { CountType, RuleSelection } from '../core/policy/policy-document';

/** The part of a rule's selection that selects images. */
export type RenderedSelection = Pick<RuleSelection, 'tagStatus' | 'tagPatternList' | 'tagPrefixList'>;

/** The part of a rule's selection that is the condition for its action. */
export type RenderedCondition = Pick<RuleSelection, 'countType' | 'countUnit' | 'countNumber'>;

export function countCondition(countNumber: number): RenderedCondition {
  return { countType: 'imageCountMoreThan', countNumber };
}

export function ageCondition(countType: Exclude<CountType, 'imageCountMoreThan'>, age: Duration): RenderedCondition {
  return { countType, countUnit: 'days', countNumber: wholeDays(age, countType) };
}

/** Returns the duration in days, the only unit of ECR. Accepts a token, whose value is not known at synthesis. */
function wholeDays(duration: Duration, countType: CountType): number {
  const days = duration.toDays({ integral: false });
  if (!Token.isUnresolved(days) && !Number.isInteger(days)) {
    throw new MisuseError('FractionalDays', `${countType} takes whole days, got ${duration.toHumanString()}; ECR has no smaller unit`);
  }
  return days;
}

/** Returns the priority that follows another one by this number of places. */
export function priorityAfter(priority: number, places: number): number {
  // CDK encodes a token as a number so large that an addition does not change it.
  if (Token.isUnresolved(priority)) {
    throw new MisuseError('UnknownRulePriority', 'a rule after a rule whose priority is a token has no known priority; set its rulePriority');
  }
  return priority + places;
}
