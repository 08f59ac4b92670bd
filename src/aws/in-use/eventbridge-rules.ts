import type { Rule, Target } from '@aws-sdk/client-eventbridge';
import { allPages, Ask, asking, present, unlessGone } from './asking';
import type { EventBridge } from './eventbridge-client';
import type { Call } from '../call';

/** The most that EventBridge lists per call. */
const PAGE_SIZE = 100;

const LIST_BUSES = 'events:ListEventBuses';
const LIST_RULES = 'events:ListRules';
const LIST_TARGETS = 'events:ListTargetsByRule';

export interface RuleWithTargets {
  /** `nightly-report`, or `orders/nightly-report` on another event bus than the default one. */
  readonly name: string;
  readonly isDisabled: boolean;
  readonly targets: readonly Target[];
}

/** All rules of all event buses, enabled or not, with what they start. */
export async function eventBridgeRules(client: EventBridge, call: Call): Promise<RuleWithTargets[]> {
  const ask = asking(call);
  const buses = await allPages((NextToken) => ask(LIST_BUSES, async (options) => {
    const answer = await client.listEventBuses({ NextToken, Limit: PAGE_SIZE }, options);
    return { items: present(answer.EventBuses, LIST_BUSES, 'EventBuses'), nextToken: answer.NextToken };
  }));
  const rules = await Promise.all(buses.map(({ Name }) => rulesOfBus(client, ask, present(Name, LIST_BUSES, 'the name of an event bus'))));
  return rules.flat();
}

async function rulesOfBus(client: EventBridge, ask: Ask, EventBusName: string): Promise<RuleWithTargets[]> {
  const rules = await unlessGone(allPages((NextToken) => ask(LIST_RULES, async (options) => {
    const answer = await client.listRules({ EventBusName, NextToken, Limit: PAGE_SIZE }, options);
    return { items: present(answer.Rules, LIST_RULES, 'Rules'), nextToken: answer.NextToken };
  })), 'ResourceNotFoundException');
  return Promise.all((rules ?? []).map((rule) => withTargets(client, ask, EventBusName, rule)));
}

async function withTargets(client: EventBridge, ask: Ask, EventBusName: string, { Name, State }: Rule): Promise<RuleWithTargets> {
  const name = present(Name, LIST_RULES, `the name of a rule of the event bus ${EventBusName}`);
  const targets = await unlessGone(allPages((NextToken) => ask(LIST_TARGETS, async (options) => {
    const answer = await client.listTargetsByRule({ EventBusName, Rule: name, NextToken, Limit: PAGE_SIZE }, options);
    return { items: present(answer.Targets, LIST_TARGETS, `Targets of the rule ${name}`), nextToken: answer.NextToken };
  })), 'ResourceNotFoundException');
  return {
    name: EventBusName === 'default' ? name : `${EventBusName}/${name}`,
    isDisabled: State === 'DISABLED',
    targets: targets ?? [],
  };
}
