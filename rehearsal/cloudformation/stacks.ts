import type { StackLookup } from './cloudformation-api';
import type { CloudFormationStandInOptions } from './options';
import { Stack } from './stack';

/** The stacks of one account and region, including deleted ones. */
export class Stacks implements StackLookup {
  private readonly byId = new Map<string, Stack>();
  private eventCount = 0;

  constructor(
    private readonly account: { readonly accountId: string; readonly region: string },
    private readonly onEvent: CloudFormationStandInOptions['onEvent'],
  ) {}

  add(name: string, id: string): Stack {
    const stack = new Stack(name, id, async (event) => {
      this.eventCount += 1;
      const complete = { index: this.eventCount, ...event };
      await this.onEvent?.(complete);
      return complete;
    });
    this.byId.set(id, stack);
    return stack;
  }

  all(): Iterable<Stack> {
    return this.byId.values();
  }

  list(): Stack[] {
    return [...this.byId.values()].filter(({ status }) => status !== 'DELETE_COMPLETE');
  }

  find(nameOrId: string): Stack | undefined {
    return this.byId.get(nameOrId) ?? this.list().find(({ name }) => name === nameOrId);
  }

  arnOf(nameOrId: string, uuid = '*'): string {
    if (nameOrId.startsWith('arn:')) return nameOrId;
    const { accountId, region } = this.account;
    return this.find(nameOrId)?.id ?? `arn:aws:cloudformation:${region}:${accountId}:stack/${nameOrId}/${uuid}`;
  }
}
