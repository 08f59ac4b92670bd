import fc from 'fast-check';
import { afterRollback, isOvertaken, Ledger, remember, Step, rollbackStep, detachStep } from '../../../src/core/attachment/ledger';

/* Deployments, rollbacks and changes by other processes in any order: a policy that another process set last must be restored. */

const policy = (countNumber: number) => JSON.stringify({
  rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber }, action: { type: 'expire' } }],
});
/** The same policy with different white space. */
const reworded = (text: string) => JSON.stringify(JSON.parse(text), null, 2);

const HOLDER = { holder: 'Attachment', formerPropertiesId: 'former' };

type How = 'succeeds' | 'is blocked' | 'fails later' | 'fails and stays';

const meaning = (text: string | undefined): unknown => text && JSON.parse(text);

/** One repository with an attachment. Its methods call the ledger in the order in which CloudFormation calls the handler. */
class Repository {
  /** The policy that another process set last, or the initial policy. */
  others: string | undefined;
  live: string | undefined;
  private ledger: Ledger | undefined;
  private holder = 'Attachment0';
  private properties = '';
  /** The state after the last successful deployment, which a rollback must restore. */
  private stable = { propertiesId: '', text: '', live: undefined as string | undefined };
  private texts = 0;
  private requests = 0;

  constructor(found: boolean) {
    if (found) this.changedByOthers();
  }

  changedByOthers(): void {
    this.live = this.others = this.stable.live = policy(1_000_000 + ++this.texts);
  }

  removedByOthers(): void {
    this.live = this.others = this.stable.live = undefined;
  }

  rewordedByOthers(): void {
    if (this.live !== undefined) this.live = reworded(this.live);
    if (this.others !== undefined) this.others = reworded(this.others);
  }

  /**
   * @param twice True if the event arrives twice.
   * @param moved True if the logical ID of the attachment changes.
   */
  deploy(how: How, sameText: boolean, twice: boolean, moved: boolean): void {
    const before = this.live;
    const text = sameText && this.texts > 0 ? policy(this.texts) : policy(++this.texts);
    const next = `properties ${++this.requests}`;
    const formerHolder = this.holder;
    // Only after earlier failed deployments are undone: each would be another attachment with its own Delete event.
    const holder = moved && this.properties === this.stable.propertiesId ? `Attachment${this.requests}` : formerHolder;
    const isMoved = holder !== formerHolder;
    const attaching = { holder, text, requestId: next, propertiesId: next, formerPropertiesId: isMoved ? '' : this.properties };
    const times = twice ? 2 : 1;
    for (let i = 0; how !== 'is blocked' && i < times; i++) {
      this.ledger = remember(this.ledger, this.live, attaching);
      this.live = text;
    }
    if (how === 'succeeds') {
      this.holder = holder;
      if (isMoved) this.delete(formerHolder);
      expect(this.live).toBe(text);
      this.properties = next;
      this.stable = { propertiesId: next, text, live: text };
    } else if (how === 'fails and stays' && !isMoved) {
      this.properties = next;
    } else {
      for (let i = 0; i < times; i++) {
        if (!isMoved) this.rollBack();
        else if (how !== 'is blocked') this.delete(holder);
      }
      this.properties = this.stable.propertiesId;
      expect(meaning(this.live)).toEqual(meaning(isMoved ? before : this.stable.live));
    }
  }

  private rollBack(): void {
    const step = rollbackStep(this.ledger, this.live, this.stable);
    this.take(step);
    if (this.ledger) this.ledger = afterRollback(this.ledger, step, this.stable, `rollback ${this.requests}`);
  }

  delete(holder = this.holder): void {
    const { step, ledger } = detachStep(this.ledger, this.live, holder);
    this.take(step);
    this.ledger = ledger;
  }

  private take(step: Step): void {
    if (step.kind === 'PUT') this.live = step.text;
    if (step.kind === 'DELETE') this.live = undefined;
  }
}

const act: fc.Arbitrary<(repository: Repository) => void> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom<How>('succeeds', 'is blocked', 'fails later', 'fails and stays'), fc.boolean(), fc.boolean(), fc.boolean())
      .map(([how, sameText, twice, moved]) => (repository: Repository) => repository.deploy(how, sameText, twice, moved)),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      (repository: Repository) => repository.changedByOthers(),
      (repository: Repository) => repository.removedByOthers(),
      (repository: Repository) => repository.rewordedByOthers(),
    ),
  },
);

test('a rollback always restores the previous policy, and a delete the policy that another process set last', () => {
  fc.assert(fc.property(fc.boolean(), fc.array(act, { maxLength: 12 }), (found, acts) => {
    const repository = new Repository(found);
    for (const one of acts) one(repository);
    repository.delete();
    expect(meaning(repository.live)).toEqual(meaning(repository.others));
  }), { numRuns: 3_000 });
});

test('recognizes an event that arrives again after its policy was set', () => {
  const event = { ...HOLDER, text: policy(2), requestId: 'r', propertiesId: 'p' };
  const first = remember(undefined, policy(1), event);
  expect(remember(first, policy(2), event)).toEqual(first);
  expect(detachStep(first, policy(2), 'Attachment')).toEqual({ step: { kind: 'PUT', text: policy(1) } });
});

test('an event that arrives again after a change by another process treats that policy as the one that it found', () => {
  const event = { ...HOLDER, text: policy(2), requestId: 'r', propertiesId: 'p' };
  const again = remember(remember(undefined, policy(1), event), policy(3), event);
  expect(detachStep(again, policy(2), 'Attachment')).toEqual({ step: { kind: 'PUT', text: policy(3) } });
});

test('an event that arrives again before its policy was set finds the same policy', () => {
  const first = remember(undefined, policy(1), { ...HOLDER, text: policy(2), requestId: 'r1', propertiesId: 'p1' });
  const event = { ...HOLDER, text: policy(3), requestId: 'r2', propertiesId: 'p2' };
  const second = remember(first, policy(2), event);
  expect(remember(second, policy(2), event)).toEqual(second);
});

test('an attachment that was updated and is then rolled back restores the policy of the former attachment', () => {
  const first = remember(undefined, policy(1), { ...HOLDER, text: policy(2), requestId: 'r1', propertiesId: 'p1' });
  const moved = remember(first, policy(2), { holder: 'Moved', formerPropertiesId: '', text: policy(3), requestId: 'r2', propertiesId: 'p2' });
  const again = remember(moved, policy(3), { holder: 'Moved', formerPropertiesId: 'p2', text: policy(4), requestId: 'r3', propertiesId: 'p3' });
  expect(detachStep(again, policy(4), 'Moved')).toEqual({ step: { kind: 'PUT', text: policy(2) }, ledger: first });
});

describe('an event that is delivered again after a later one', () => {
  const deployment = (id: string) => ({ ...HOLDER, text: policy(2), requestId: id, propertiesId: id });
  const first = remember(undefined, policy(1), deployment('first'));

  test('is recognized if the later event is a deployment or a rollback', () => {
    expect(isOvertaken(undefined, 'first')).toBe(false);
    expect(isOvertaken(first, 'first')).toBe(false);
    const second = remember(first, policy(2), deployment('second'));
    expect([isOvertaken(second, 'first'), isOvertaken(second, 'second')]).toEqual([true, false]);
    const target = { propertiesId: 'former' };
    const rolledBack = afterRollback(first, rollbackStep(first, policy(2), target), target, 'rollback');
    expect([isOvertaken(rolledBack, 'first'), isOvertaken(rolledBack, 'rollback')]).toEqual([true, false]);
    const left = afterRollback(first, { kind: 'LEAVE', because: 'not its own' }, target, 'rollback');
    expect(isOvertaken(left, 'first')).toBe(true);
  });

  test('is forgotten after ten other events: Lambda does not keep it that long', () => {
    let ledger = first;
    for (let i = 0; i < 30; i++) ledger = remember(ledger, policy(2), deployment(`event ${i}`));
    expect(ledger.earlierRequestIds).toHaveLength(10);
  });

  test('starts from the beginning if it had removed its own policy', () => {
    const event = { ...deployment('second'), text: policy(3), formerPropertiesId: 'first' };
    const second = remember(first, policy(2), event);
    const target = { propertiesId: 'first', text: policy(2) };
    const undone = afterRollback(second, rollbackStep(second, policy(3), target), target, 'second');
    expect(isOvertaken(undone, 'second')).toBe(false);
    const again = remember(undone, policy(2), event);
    expect(rollbackStep(again, policy(3), target)).toEqual({ kind: 'PUT', text: policy(2) });
  });
});

test('a rollback does not change a policy that another process set after the failed deployment', () => {
  const ledger = remember(undefined, policy(1), { ...HOLDER, text: policy(2), requestId: 'r', propertiesId: 'p' });
  const target = { propertiesId: 'former', text: policy(9) };
  expect(rollbackStep(ledger, policy(2), target)).toEqual({ kind: 'PUT', text: policy(1) });
  expect(rollbackStep(ledger, policy(3), target).kind).toBe('LEAVE');
});

test.each([
  ['there is no memory', undefined, policy(1), 'no memory of this repository was found'],
  ['the policy was removed', remember(undefined, undefined, { ...HOLDER, text: policy(1), requestId: 'r', propertiesId: 'p' }), undefined, 'another process'],
])('deleting the attachment does not change the policy if %s', (_, ledger, live, because) => {
  expect(detachStep(ledger, live, 'Attachment')).toEqual({ step: { kind: 'LEAVE', because: expect.stringContaining(because) as string } });
});
