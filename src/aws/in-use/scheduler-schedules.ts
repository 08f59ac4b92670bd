import type { ScheduleSummary, Target } from '@aws-sdk/client-scheduler';
import { allPages, Ask, asking, isDefined, present, unlessGone } from './asking';
import type { Scheduler } from './scheduler-client';
import type { Call } from '../call';

/** The most that EventBridge Scheduler lists per call. */
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
 * The schedules of all groups, enabled or not, whose target may be a wanted one.
 *
 * An account may have a million schedules, and each GetSchedule is a call. The list already tells the ARN of the target,
 * so only schedules with a wanted ARN are asked about, and those whose ARN the list leaves out.
 */
export async function schedulesFor(isWanted: (targetArn: string) => boolean, client: Scheduler, call: Call): Promise<ScheduleWithTarget[]> {
  const ask = asking(call);
  const summaries = await allPages((NextToken) => ask(LIST, async (options) => {
    const answer = await client.listSchedules({ NextToken, MaxResults: PAGE_SIZE }, options);
    return { items: present(answer.Schedules, LIST, 'Schedules'), nextToken: answer.NextToken };
  }));
  const schedules = await Promise.all(summaries
    .filter(({ Target: target }) => target?.Arn === undefined || isWanted(target.Arn))
    .map((summary) => withTarget(client, ask, summary)));
  return schedules.filter(isDefined);
}

async function withTarget(client: Scheduler, ask: Ask, summary: ScheduleSummary): Promise<ScheduleWithTarget | undefined> {
  const Name = present(summary.Name, LIST, 'the name of a schedule');
  const GroupName = present(summary.GroupName, LIST, `the group of the schedule ${Name}`);
  const answer = await unlessGone(ask(GET, (options) => client.getSchedule({ Name, GroupName }, options)), 'ResourceNotFoundException');
  if (!answer) return undefined;
  const name = `${GroupName}/${Name}`;
  return { name, isDisabled: answer.State === 'DISABLED', target: present(answer.Target, GET, `Target of the schedule ${name}`) };
}
