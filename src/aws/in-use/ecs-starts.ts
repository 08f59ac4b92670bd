import { isDefined, required, unlessDeleted } from './call-action';
import type { EcsReader } from './ecs-reader';
import { eventBridgeRules } from './eventbridge-rules';
import { ImageUse, RepositoryAddress, useOf } from './image-use';
import { schedulesFor } from './scheduler-schedules';
import type { EventBridge, Scheduler } from './task-start-clients';
import type { Call } from '../call';
import { GateError } from '../errors';

/** An EventBridge rule or a schedule that starts tasks of a task definition. */
export interface TaskStart {
  /** An ARN, `family:revision`, or `family` for the newest active revision. */
  readonly taskDefinition: string;
  /** `EventBridge rule nightly-report`, `schedule default/nightly-report`. */
  readonly startedBy: string;
  readonly isDisabled: boolean;
}

/** `arn:aws:ecs:us-east-1:111122223333:cluster/shop`: the target of a rule or a schedule that starts a task. */
const ECS_ARN = /^arn:[^:]*:ecs:/;
/** `arn:aws:scheduler:::aws-sdk:ecs:runTask`: the target of a schedule that calls an action of ECS. Its input is the request. */
const ECS_ACTION_ARN = /^arn:[^:]*:scheduler:[^:]*:[^:]*:aws-sdk:ecs:/;
const ARN_WITHOUT_REVISION = /^arn:[^:]*:ecs:[^:]*:[^:]*:task-definition\/([^:/]+)$/;

/** ECS does not start tasks of revisions with these statuses, and they never become ACTIVE again. */
const FINAL_STATUSES = ['INACTIVE', 'DELETE_IN_PROGRESS'];

/**
 * Returns the task starts by EventBridge rules and EventBridge Scheduler, including disabled ones. The image of a disabled
 * schedule is not in use now, but has to exist when the schedule is enabled again. An expired image cannot be restored.
 */
export async function taskStarts(eventBridge: EventBridge, scheduler: Scheduler, call: Call): Promise<TaskStart[]> {
  const [rules, schedules] = await Promise.all([startsOfRules(eventBridge, call), startsOfSchedules(scheduler, call)]);
  return [...rules, ...schedules];
}

async function startsOfRules(client: EventBridge, call: Call): Promise<TaskStart[]> {
  const rules = await eventBridgeRules(client, call);
  return rules.flatMap(({ name, isDisabled, targets }) => targets
    .filter(({ Arn, EcsParameters }) => EcsParameters !== undefined || Arn === undefined || ECS_ARN.test(Arn))
    .map(({ EcsParameters }) => ({
      taskDefinition: normalized(required(EcsParameters?.TaskDefinitionArn, 'events:ListTargetsByRule', `TaskDefinitionArn of a target of the rule ${name}`)),
      startedBy: `EventBridge rule ${name}`,
      isDisabled,
    })));
}

async function startsOfSchedules(client: Scheduler, call: Call): Promise<TaskStart[]> {
  const schedules = await schedulesFor((arn) => ECS_ARN.test(arn) || ECS_ACTION_ARN.test(arn), client, call);
  return schedules.flatMap(({ name, isDisabled, target: { Arn, EcsParameters, Input } }): TaskStart[] => {
    const arn = required(Arn, 'scheduler:GetSchedule', `the ARN of the target of the schedule ${name}`);
    const start = (taskDefinition: string) => [{ taskDefinition: normalized(taskDefinition), startedBy: `schedule ${name}`, isDisabled }];
    if (ECS_ACTION_ARN.test(arn)) return [definitionInRequest(Input, name)].filter(isDefined).flatMap(start);
    if (!ECS_ARN.test(arn) && EcsParameters === undefined) return [];
    return start(required(EcsParameters?.TaskDefinitionArn, 'scheduler:GetSchedule', `TaskDefinitionArn of the schedule ${name}`));
  });
}

/** Returns the task definition in a request to ECS. Actions without one do not start a task. */
function definitionInRequest(input = '{}', schedule: string): string | undefined {
  let request: unknown;
  try {
    request = JSON.parse(input);
  } catch (cause) {
    throw new GateError('UnknownImageUse', `the input of the schedule ${schedule} is not JSON, so the task definition that it starts is unknown; `
      + 'correct the schedule or delete it', { cause });
  }
  const [, definition] = Object.entries(request ?? {}).find(([key]) => key.toLowerCase() === 'taskdefinition') ?? [];
  return typeof definition === 'string' ? definition : undefined;
}

/** In ECS, a family stands for its newest active revision. An ARN without a revision means the same. */
function normalized(taskDefinition: string): string {
  return ARN_WITHOUT_REVISION.exec(taskDefinition)?.[1] ?? taskDefinition;
}

/** Returns the images that a start needs. A deleted or deregistered task definition does not start tasks, so it needs none. */
export async function usesOfStart(
  { taskDefinition, startedBy, isDisabled }: TaskStart, reader: EcsReader, repository: RepositoryAddress,
): Promise<ImageUse[]> {
  const found = await unlessDeleted(reader.definition(taskDefinition), 'ClientException', 'Unable to describe task definition');
  if (!found || FINAL_STATUSES.includes(found.status ?? '')) return [];
  const usedBy = `${startedBy} (${isDisabled ? 'disabled, ' : ''}task ${found.arn.split('/').at(-1)})`;
  return found.images.map((image) => useOf(image, repository, usedBy)).filter(isDefined);
}
