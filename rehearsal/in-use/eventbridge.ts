import { Account, Rule, targetOnWire } from './account';
import { Context, jsonTarget, Operation, pageOf } from './operation';
import { ServiceError } from '../http/errors';
import type { Input } from '../http/input';

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ListEventBuses: {
    action: 'events:ListEventBuses',
    serve: (input, context) => list('EventBuses', busesOf(context.account).map((Name) => ({
      Name, Arn: eventsArn(context.account, `event-bus/${Name}`),
    })), 'buses', input, context),
  },
  ListRules: {
    action: 'events:ListRules',
    serve: (input, context) => {
      const bus = busIn(input, context.account);
      const rules = context.account.rules.filter((rule) => busOf(rule) === bus);
      return list('Rules', rules.map((rule) => ({
        Name: rule.name,
        Arn: ruleArn(context.account, bus, rule.name),
        State: rule.state ?? 'ENABLED',
        ScheduleExpression: 'rate(1 day)',
        EventBusName: bus,
      })), `rules of ${bus}`, input, context);
    },
  },
  ListTargetsByRule: {
    action: 'events:ListTargetsByRule',
    resources: (input, account) => [ruleArn(account, input.optionalText('EventBusName') ?? 'default', input.text('Rule'))],
    serve: (input, context) => {
      const bus = busIn(input, context.account);
      const name = input.text('Rule', { min: 1, max: 64 });
      const found = context.account.rules.find((rule) => rule.name === name && busOf(rule) === bus);
      if (!found) throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${bus}.`);
      const targets = found.targets.map((target, i) => ({ Id: `Target${i}`, ...targetOnWire(context.account, target) }));
      return list('Targets', targets, `targets of ${bus}/${name}`, input, context);
    },
  },
  PutEvents: {
    action: 'events:PutEvents',
    resources: (input, account) => input.objects('Entries', { min: 1, max: 10 }).map((entry) => arnOfBus(entry.optionalText('EventBusName') ?? 'default', account)),
    serve: (input, { account, events }) => {
      const entries = input.objects('Entries', { min: 1, max: 10 }).map((entry) => {
        const bus = arnOfBus(entry.optionalText('EventBusName') ?? 'default', account);
        events.push({ bus, source: entry.text('Source'), detailType: entry.text('DetailType'), detail: JSON.parse(entry.text('Detail')) });
        return { EventId: `event-${events.length}` };
      });
      return { FailedEntryCount: 0, Entries: entries };
    },
  },
};

/** The operations of Amazon EventBridge that find the targets of rules, and the one that puts events: JSON 1.1, with the operation in a header. */
export const eventBridgeRoute = jsonTarget('AWSEvents', OPERATIONS);

function list(name: string, items: readonly object[], scope: string, input: Input, { pageSize }: Context): object {
  const atMost = Math.min(input.optionalInteger('Limit', { min: 1, max: 100 }) ?? 100, pageSize);
  const page = pageOf(items, { scope, token: input.optionalText('NextToken'), atMost });
  return { [name]: page.items, NextToken: page.nextToken };
}

function busIn(input: Input, account: Account): string {
  const bus = input.optionalText('EventBusName') ?? 'default';
  if (!busesOf(account).includes(bus)) throw new ServiceError('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
  return bus;
}

function busesOf({ rules }: Account): string[] {
  return [...new Set(['default', ...rules.map(busOf)])];
}

/** An entry names its bus, or has the ARN of it. */
const arnOfBus = (bus: string, account: Account) => (bus.startsWith('arn:') ? bus : eventsArn(account, `event-bus/${bus}`));
const busOf = ({ bus = 'default' }: Rule) => bus;
const eventsArn = ({ region, accountId }: Account, resource: string) => `arn:aws:events:${region}:${accountId}:${resource}`;
const ruleArn = (account: Account, bus: string, name: string) => eventsArn(account, `rule/${bus === 'default' ? name : `${bus}/${name}`}`);
