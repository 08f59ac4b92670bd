import type { Rule, Target } from '@aws-sdk/client-eventbridge';
import { allPages, CallAction, makeCallAction, required, unlessDeleted } from './call-action';
import type { EventBridge } from './task-start-clients';
import type { Call } from '../call';

/** The maximum page size of EventBridge. */
const PAGE_SIZE = 100;

const LIST_BUSES = 'events:ListEventBuses';
const LIST_RULES = 'events:ListRules';
const LIST_TARGETS = 'events:ListTargetsByRule';

export interface RuleWithTargets {
  /** `nightly-report` on the default event bus, `orders/nightly-report` on any other. */
  readonly name: string;
  readonly isDisabled: boolean;
  readonly targets: readonly Target[];
}

/** Returns the rules of all event buses, including disabled ones, with their targets. */
export async function eventBridgeRules(client: EventBridge, call: Call): Promise<RuleWithTargets[]> {
  const callAction = makeCallAction(call);
  const buses = await allPages((NextToken) => callAction(LIST_BUSES, async (options) => {
    const answer = await client.listEventBuses({ NextToken, Limit: PAGE_SIZE }, options);
    return { items: required(answer.EventBuses, LIST_BUSES, 'EventBuses'), nextToken: answer.NextToken };
  }));
  const rules = await Promise.all(buses.map(({ Name }) => rulesOfBus(client, callAction, required(Name, LIST_BUSES, 'the name of an event bus'))));
  return rules.flat();
}

async function rulesOfBus(client: EventBridge, callAction: CallAction, EventBusName: string): Promise<RuleWithTargets[]> {
  const rules = await unlessDeleted(allPages((NextToken) => callAction(LIST_RULES, async (options) => {
    const answer = await client.listRules({ EventBusName, NextToken, Limit: PAGE_SIZE }, options);
    return { items: required(answer.Rules, LIST_RULES, 'Rules'), nextToken: answer.NextToken };
  })), 'ResourceNotFoundException');
  return Promise.all((rules ?? []).map((rule) => withTargets(client, callAction, EventBusName, rule)));
}

async function withTargets(client: EventBridge, callAction: CallAction, EventBusName: string, { Name, State }: Rule): Promise<RuleWithTargets> {
  const name = required(Name, LIST_RULES, `the name of a rule of the event bus ${EventBusName}`);
  const targets = await unlessDeleted(allPages((NextToken) => callAction(LIST_TARGETS, async (options) => {
    const answer = await client.listTargetsByRule({ EventBusName, Rule: name, NextToken, Limit: PAGE_SIZE }, options);
    return { items: required(answer.Targets, LIST_TARGETS, `Targets of the rule ${name}`), nextToken: answer.NextToken };
  })), 'ResourceNotFoundException');
  return {
    name: EventBusName === 'default' ? name : `${EventBusName}/${name}`,
    isDisabled: State === 'DISABLED',
    targets: targets ?? [],
  };
}
