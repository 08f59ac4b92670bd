import fc from 'fast-check';
import { afterRollback, isOvertaken, Ledger, remember, Step, rollbackStep, detachStep } from '../../../src/core/attachment/ledger';

/* Deployments, rollbacks and other people's changes in any order: whoever else set the policy last must find it again. */

const policy = (countNumber: number) => JSON.stringify({
  rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber }, action: { type: 'expire' } }],
});
/** The same policy, as somebody else would write it. */
const reworded = (text: string) => JSON.stringify(JSON.parse(text), null, 2);

const HOLDER = { holder: 'Attachment', formerPropertiesId: 'former' };

type How = 'succeeds' | 'is blocked' | 'fails later' | 'fails and stays';

const meaning = (text: string | undefined): unknown => text && JSON.parse(text);

/** One repository with an attachment, driven as CloudFormation drives the handler. */
class Repository {
  /** What other people set last, or found at the start. */
  others: string | undefined;
  live: string | undefined;
  private ledger: Ledger | undefined;
  private holder = 'Attachment0';
  private properties = '';
  /** What the last deployment that succeeded left: where a rollback goes, and what it has to bring back. */
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
   * @param twice whether the event arrives once more
   * @param moved whether the attachment has another logical id from now on
   */
  deploy(how: How, sameText: boolean, twice: boolean, moved: boolean): void {
    const before = this.live;
    const text = sameText && this.texts > 0 ? policy(this.texts) : policy(++this.texts);
    const next = `properties ${++this.requests}`;
    const formerHolder = this.holder;
    // Only once the failed ones before are undone: each would be another attachment, with its own Delete.
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

test('whatever happens, a rollback brings back what was there, and the delete what others set last', () => {
  fc.assert(fc.property(fc.boolean(), fc.array(act, { maxLength: 12 }), (found, acts) => {
    const repository = new Repository(found);
    for (const one of acts) one(repository);
    repository.delete();
    expect(meaning(repository.live)).toEqual(meaning(repository.others));
  }), { numRuns: 3_000 });
});

test('an event that arrives again after its policy was put is known again', () => {
  const event = { ...HOLDER, text: policy(2), requestId: 'r', propertiesId: 'p' };
  const first = remember(undefined, policy(1), event);
  expect(remember(first, policy(2), event)).toEqual(first);
  expect(detachStep(first, policy(2), 'Attachment')).toEqual({ step: { kind: 'PUT', text: policy(1) } });
});

test('an event that arrives again after somebody else stepped in takes theirs for what it found', () => {
  const event = { ...HOLDER, text: policy(2), requestId: 'r', propertiesId: 'p' };
  const again = remember(remember(undefined, policy(1), event), policy(3), event);
  expect(detachStep(again, policy(2), 'Attachment')).toEqual({ step: { kind: 'PUT', text: policy(3) } });
});

test('an event that arrives again before its policy was put finds what it found', () => {
  const first = remember(undefined, policy(1), { ...HOLDER, text: policy(2), requestId: 'r1', propertiesId: 'p1' });
  const event = { ...HOLDER, text: policy(3), requestId: 'r2', propertiesId: 'p2' };
  const second = remember(first, policy(2), event);
  expect(remember(second, policy(2), event)).toEqual(second);
});

test('an attachment that was updated before it had to make way for the one before it gives back what that one had', () => {
  const first = remember(undefined, policy(1), { ...HOLDER, text: policy(2), requestId: 'r1', propertiesId: 'p1' });
  const moved = remember(first, policy(2), { holder: 'Moved', formerPropertiesId: '', text: policy(3), requestId: 'r2', propertiesId: 'p2' });
  const again = remember(moved, policy(3), { holder: 'Moved', formerPropertiesId: 'p2', text: policy(4), requestId: 'r3', propertiesId: 'p3' });
  expect(detachStep(again, policy(4), 'Moved')).toEqual({ step: { kind: 'PUT', text: policy(2) }, ledger: first });
});

describe('an event that is delivered again after a later one', () => {
  const deployment = (id: string) => ({ ...HOLDER, text: policy(2), requestId: id, propertiesId: id });
  const first = remember(undefined, policy(1), deployment('first'));

  test('is recognized, be the later one a deployment or a rollback', () => {
    expect(isOvertaken(undefined, 'first')).toBe(false);
    expect(isOvertaken(first, 'first')).toBe(false);
    const second = remember(first, policy(2), deployment('second'));
    expect([isOvertaken(second, 'first'), isOvertaken(second, 'second')]).toEqual([true, false]);
    const target = { propertiesId: 'former' };
    const rolledBack = afterRollback(first, rollbackStep(first, policy(2), target), target, 'rollback');
    expect([isOvertaken(rolledBack, 'first'), isOvertaken(rolledBack, 'rollback')]).toEqual([true, false]);
    const left = afterRollback(first, { kind: 'LEAVE', because: 'foreign' }, target, 'rollback');
    expect(isOvertaken(left, 'first')).toBe(true);
  });

  test('is forgotten when ten others came in between: Lambda does not keep it that long', () => {
    let ledger = first;
    for (let i = 0; i < 30; i++) ledger = remember(ledger, policy(2), deployment(`event ${i}`));
    expect(ledger.earlierRequestIds).toHaveLength(10);
  });

  test('and that had taken its own policy back starts anew', () => {
    const event = { ...deployment('second'), text: policy(3), formerPropertiesId: 'first' };
    const second = remember(first, policy(2), event);
    const target = { propertiesId: 'first', text: policy(2) };
    const undone = afterRollback(second, rollbackStep(second, policy(3), target), target, 'second');
    expect(isOvertaken(undone, 'second')).toBe(false);
    const again = remember(undone, policy(2), event);
    expect(rollbackStep(again, policy(3), target)).toEqual({ kind: 'PUT', text: policy(2) });
  });
});

test('a rollback leaves alone what somebody else put after the failed deployment', () => {
  const ledger = remember(undefined, policy(1), { ...HOLDER, text: policy(2), requestId: 'r', propertiesId: 'p' });
  const target = { propertiesId: 'former', text: policy(9) };
  expect(rollbackStep(ledger, policy(2), target)).toEqual({ kind: 'PUT', text: policy(1) });
  expect(rollbackStep(ledger, policy(3), target).kind).toBe('LEAVE');
});

test.each([
  ['nothing is remembered', undefined, policy(1), 'nothing is remembered of this repository'],
  ['the policy was removed', remember(undefined, undefined, { ...HOLDER, text: policy(1), requestId: 'r', propertiesId: 'p' }), undefined, 'somebody else'],
])('leaving does nothing when %s', (_, ledger, live, because) => {
  expect(detachStep(ledger, live, 'Attachment')).toEqual({ step: { kind: 'LEAVE', because: expect.stringContaining(because) as string } });
});
