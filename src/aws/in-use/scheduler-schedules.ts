import type { ScheduleSummary, Target } from '@aws-sdk/client-scheduler';
import { allPages, CallAction, isDefined, makeCallAction, required, unlessDeleted } from './call-action';
import type { Scheduler } from './task-start-clients';
import type { Call } from '../call';

/** The maximum page size of EventBridge Scheduler. */
const PAGE_SIZE = 100;

const LIST = 'scheduler:ListSchedules';
const GET = 'scheduler:GetSchedule';

export interface ScheduleWithTarget {
  /** `group/name` */
  readonly name: string;
  readonly isDisabled: boolean;
  readonly target: Target;
}

/**
 * Returns the schedules of all groups, including disabled ones, whose target ARN is wanted or unknown.
 *
 * An account may have a million schedules, and each GetSchedule is a call. The list contains the ARN of most targets, so only
 * schedules with a wanted ARN, or without one in the list, are read.
 */
export async function schedulesFor(isWanted: (targetArn: string) => boolean, client: Scheduler, call: Call): Promise<ScheduleWithTarget[]> {
  const callAction = makeCallAction(call);
  const summaries = await allPages((NextToken) => callAction(LIST, async (options) => {
    const answer = await client.listSchedules({ NextToken, MaxResults: PAGE_SIZE }, options);
    return { items: required(answer.Schedules, LIST, 'Schedules'), nextToken: answer.NextToken };
  }));
  const schedules = await Promise.all(summaries
    .filter(({ Target: target }) => target?.Arn === undefined || isWanted(target.Arn))
    .map((summary) => withTarget(client, callAction, summary)));
  return schedules.filter(isDefined);
}

async function withTarget(client: Scheduler, callAction: CallAction, summary: ScheduleSummary): Promise<ScheduleWithTarget | undefined> {
  const Name = required(summary.Name, LIST, 'the name of a schedule');
  const GroupName = required(summary.GroupName, LIST, `the group of the schedule ${Name}`);
  const answer = await unlessDeleted(callAction(GET, (options) => client.getSchedule({ Name, GroupName }, options)), 'ResourceNotFoundException');
  if (!answer) return undefined;
  const name = `${GroupName}/${Name}`;
  return { name, isDisabled: answer.State === 'DISABLED', target: required(answer.Target, GET, `Target of the schedule ${name}`) };
}
