import { isDefined, present, unlessGone } from './asking';
import type { EcsReader } from './ecs-reader';
import type { EventBridge } from './eventbridge-client';
import { eventBridgeRules } from './eventbridge-rules';
import { ImageUse, RepositoryAddress, useOf } from './image-use';
import type { Scheduler } from './scheduler-client';
import { schedulesFor } from './scheduler-schedules';
import type { Call } from '../call';
import { GateError } from '../errors';

/** Something that starts tasks of a task definition, now and then. */
export interface TaskStart {
  /** ARN, `family:revision`, or `family` for the newest active revision. */
  readonly taskDefinition: string;
  /** `EventBridge rule nightly-report`, `schedule default/nightly-report`. */
  readonly startedBy: string;
  readonly isDisabled: boolean;
}

/** `arn:aws:ecs:us-east-1:111122223333:cluster/shop`: the target of a rule, or of a schedule, that starts a task. */
const ECS_ARN = /^arn:[^:]*:ecs:/;
/** `arn:aws:scheduler:::aws-sdk:ecs:runTask`: a schedule may call any action of ECS itself; the input is the request. */
const ECS_ACTION_ARN = /^arn:[^:]*:scheduler:[^:]*:[^:]*:aws-sdk:ecs:/;
const ARN_WITHOUT_REVISION = /^arn:[^:]*:ecs:[^:]*:[^:]*:task-definition\/([^:/]+)$/;

/** ECS starts no task of such a revision, and it never becomes ACTIVE again. */
const ENDED = ['INACTIVE', 'DELETE_IN_PROGRESS'];

/**
 * The starts by EventBridge rules and EventBridge Scheduler, disabled ones too: an image that only a disabled schedule needs
 * is not in use now, but a person enables the schedule again and expects it to run. An expired image never comes back.
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
      taskDefinition: normalized(present(EcsParameters?.TaskDefinitionArn, 'events:ListTargetsByRule', `TaskDefinitionArn of a target of the rule ${name}`)),
      startedBy: `EventBridge rule ${name}`,
      isDisabled,
    })));
}

async function startsOfSchedules(client: Scheduler, call: Call): Promise<TaskStart[]> {
  const schedules = await schedulesFor((arn) => ECS_ARN.test(arn) || ECS_ACTION_ARN.test(arn), client, call);
  return schedules.flatMap(({ name, isDisabled, target: { Arn, EcsParameters, Input } }): TaskStart[] => {
    const arn = present(Arn, 'scheduler:GetSchedule', `the ARN of the target of the schedule ${name}`);
    const start = (taskDefinition: string) => [{ taskDefinition: normalized(taskDefinition), startedBy: `schedule ${name}`, isDisabled }];
    if (ECS_ACTION_ARN.test(arn)) return [definitionInRequest(Input, name)].filter(isDefined).flatMap(start);
    if (!ECS_ARN.test(arn) && EcsParameters === undefined) return [];
    return start(present(EcsParameters?.TaskDefinitionArn, 'scheduler:GetSchedule', `TaskDefinitionArn of the schedule ${name}`));
  });
}

/** The task definition that a request to ECS names. Not every action needs one, and without it ECS starts nothing. */
function definitionInRequest(input = '{}', schedule: string): string | undefined {
  let request: unknown;
  try {
    request = JSON.parse(input);
  } catch (cause) {
    throw new GateError('UnknownImageUse', `the input of the schedule ${schedule} is not JSON, so it is not known which task definition it starts; `
      + 'correct the schedule or delete it', { cause });
  }
  const [, definition] = Object.entries(request ?? {}).find(([key]) => key.toLowerCase() === 'taskdefinition') ?? [];
  return typeof definition === 'string' ? definition : undefined;
}

/** ECS documents the family as the way to ask for the newest active revision; an ARN without revision means the same. */
function normalized(taskDefinition: string): string {
  return ARN_WITHOUT_REVISION.exec(taskDefinition)?.[1] ?? taskDefinition;
}

/** A task definition that does not exist, or that was deregistered, starts nothing: it uses no image. */
export async function usesOfStart(
  { taskDefinition, startedBy, isDisabled }: TaskStart, reader: EcsReader, repository: RepositoryAddress,
): Promise<ImageUse[]> {
  const found = await unlessGone(reader.definition(taskDefinition), 'ClientException', 'Unable to describe task definition');
  if (!found || ENDED.includes(found.status ?? '')) return [];
  const usedBy = `${startedBy} (${isDisabled ? 'disabled, ' : ''}task ${found.arn.split('/').at(-1)})`;
  return found.images.map((image) => useOf(image, repository, usedBy)).filter(isDefined);
}
