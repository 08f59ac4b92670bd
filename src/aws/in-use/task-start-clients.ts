import {
  EventBridgeClient, ListEventBusesCommand, ListEventBusesRequest, ListRulesCommand, ListRulesRequest, ListTargetsByRuleCommand,
  ListTargetsByRuleRequest,
} from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, GetScheduleInput, ListSchedulesCommand, ListSchedulesInput, SchedulerClient } from '@aws-sdk/client-scheduler';
import type { CallOptions } from '../call';

/*
 * Clients of the services that start ECS tasks, each with the calls that the gate makes. The SDK's aggregated clients would add
 * every call of the service to the bundles.
 */

export class EventBridge extends EventBridgeClient {
  listEventBuses(input: ListEventBusesRequest, options: CallOptions) {
    return this.send(new ListEventBusesCommand(input), options);
  }

  listRules(input: ListRulesRequest, options: CallOptions) {
    return this.send(new ListRulesCommand(input), options);
  }

  listTargetsByRule(input: ListTargetsByRuleRequest, options: CallOptions) {
    return this.send(new ListTargetsByRuleCommand(input), options);
  }
}

export class Scheduler extends SchedulerClient {
  listSchedules(input: ListSchedulesInput, options: CallOptions) {
    return this.send(new ListSchedulesCommand(input), options);
  }

  getSchedule(input: GetScheduleInput, options: CallOptions) {
    return this.send(new GetScheduleCommand(input), options);
  }
}
