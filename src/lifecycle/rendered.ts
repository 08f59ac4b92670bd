import { Duration, Token } from 'aws-cdk-lib';
import { MisuseError } from '../construct/errors';
import type { CountType, RuleSelection } from '../core/policy/policy-document';

/** The part of a rule's selection that says which images. */
export type RenderedSelection = Pick<RuleSelection, 'tagStatus' | 'tagPatternList' | 'tagPrefixList'>;

/** The part of a rule's selection that says when. */
export type RenderedCondition = Pick<RuleSelection, 'countType' | 'countUnit' | 'countNumber'>;

export function countCondition(countNumber: number): RenderedCondition {
  return { countType: 'imageCountMoreThan', countNumber };
}

export function sinceCondition(countType: Exclude<CountType, 'imageCountMoreThan'>, age: Duration): RenderedCondition {
  return { countType, countUnit: 'days', countNumber: wholeDays(age, countType) };
}

/** ECR counts in days and knows nothing smaller. A token passes: its value is not known at synth. */
function wholeDays(duration: Duration, what: string): number {
  const days = duration.toDays({ integral: false });
  if (!Token.isUnresolved(days) && !Number.isInteger(days)) {
    throw new MisuseError('FractionalDays', `${what} takes whole days, got ${duration.toHumanString()}; ECR knows no smaller unit`);
  }
  return days;
}

/** A priority so many places later. */
export function following(priority: number, places: number): number {
  // A token stands as a number so large that adding to it changes nothing.
  if (Token.isUnresolved(priority)) {
    throw new MisuseError('UnknownRulePriority', 'a rule after one whose priority is a token has to state a priority of its own');
  }
  return priority + places;
}
