import {
  EventBridgeClient, ListEventBusesCommand, ListEventBusesRequest, ListRulesCommand, ListRulesRequest, ListTargetsByRuleCommand,
  ListTargetsByRuleRequest,
} from '@aws-sdk/client-eventbridge';
import type { CallOptions } from '../call';

/** Amazon EventBridge with the calls that are made here. The SDK's own class would bring all of its calls into the bundles. */
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
