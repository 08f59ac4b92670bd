import { Duration, Token } from 'aws-cdk-lib';
import { MisuseError } from './errors';

/** ECR counts in days and knows nothing smaller. A token passes: its value is not known at synth. */
export function wholeDays(duration: Duration, what: string): number {
  const days = duration.toDays({ integral: false });
  if (!Token.isUnresolved(days) && !Number.isInteger(days)) {
    throw new MisuseError('NotWholeDays', `${what} takes whole days, got ${duration.toHumanString()}; ECR knows no smaller unit`);
  }
  return days;
}
