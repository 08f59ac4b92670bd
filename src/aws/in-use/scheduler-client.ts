import { GetScheduleCommand, GetScheduleInput, ListSchedulesCommand, ListSchedulesInput, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { CallOptions } from '../call';

/** Amazon EventBridge Scheduler with the calls that are made here. The SDK's own class would bring all of its calls into the bundles. */
export class Scheduler extends SchedulerClient {
  listSchedules(input: ListSchedulesInput, options: CallOptions) {
    return this.send(new ListSchedulesCommand(input), options);
  }

  getSchedule(input: GetScheduleInput, options: CallOptions) {
    return this.send(new GetScheduleCommand(input), options);
  }
}
