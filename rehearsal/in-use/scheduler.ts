import { Account, Schedule, targetOnWire } from './account';
import { Operation, pageOf, queryOf, Route, routed } from './operation';
import { ServiceError } from '../http/errors';

const PATH = '/schedules';

const OPERATIONS: Readonly<Record<'ListSchedules' | 'GetSchedule', Operation>> = {
  ListSchedules: {
    action: 'scheduler:ListSchedules',
    // AWS documents no resource type for this action, but denies it for this resource.
    resources: (_, account) => [scheduleArn(account, '*', '*')],
    serve: (input, { account, pageSize }) => {
      const atMost = Math.min(Number(input.optionalText('MaxResults') ?? 100), pageSize);
      const { items, nextToken } = pageOf(account.schedules, { scope: 'schedules', token: input.optionalText('NextToken'), atMost });
      return {
        Schedules: items.map((schedule) => ({ ...commonOnWire(account, schedule), Target: { Arn: targetOnWire(account, schedule.target).Arn } })),
        NextToken: nextToken ?? null,
      };
    },
  },
  GetSchedule: {
    action: 'scheduler:GetSchedule',
    resources: (input, account) => [scheduleArn(account, input.optionalText('groupName') ?? 'default', input.text('Name'))],
    serve: (input, { account }) => {
      const [name, group] = [input.text('Name'), input.optionalText('groupName') ?? 'default'];
      const found = account.schedules.find((schedule) => schedule.name === name && groupOf(schedule) === group);
      if (!found) throw new ServiceError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
      return {
        ...commonOnWire(account, found),
        ScheduleExpression: 'rate(1 day)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { RoleArn: `arn:aws:iam::${account.accountId}:role/scheduler`, ...targetOnWire(account, found.target) },
      };
    },
  },
};

/** The operations of Amazon EventBridge Scheduler that find the targets of schedules: REST, with the operation in the method and the path. */
export const schedulerRoute: Route = (request) => {
  const { method, url } = request;
  if (method !== 'GET') return undefined;
  if (url.pathname === PATH) return routed(OPERATIONS.ListSchedules, queryOf(request));
  const [, Name] = new RegExp(`^${PATH}/([^/]+)$`).exec(url.pathname) ?? [];
  return Name === undefined ? undefined : routed(OPERATIONS.GetSchedule, { ...queryOf(request), Name: decodeURIComponent(Name) });
};

function commonOnWire(account: Account, schedule: Schedule): object {
  const GroupName = groupOf(schedule);
  return {
    Arn: scheduleArn(account, GroupName, schedule.name),
    Name: schedule.name,
    GroupName,
    State: schedule.state ?? 'ENABLED',
    CreationDate: 1_700_000_000.123,
    LastModificationDate: 1_700_000_000.123,
  };
}

const groupOf = ({ group = 'default' }: Schedule) => group;
const scheduleArn = ({ region, accountId }: Account, group: string, name: string) => `arn:aws:scheduler:${region}:${accountId}:schedule/${group}/${name}`;
