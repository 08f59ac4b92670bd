import { CandidateIndex } from './candidates';
import type { Action, Decision, Outcome, Reason } from './decision';
import type { Image } from './image';
import type { PolicyDocument, PolicyRule } from './policy-document';
import { settleReferences } from './references';

/** Whether images that an index refers to take part in rules like any image (ECR's own answer is not documented). */
export type IndexChildren = 'counted' | 'exempt';

export interface EvaluationOptions {
  /** The moment to judge at, in milliseconds since 1970. */
  readonly now: number;
  /** @default 'counted' */
  readonly indexChildren?: IndexChildren;
}

export interface Evaluation {
  /** One decision an image, in the order of the input. */
  readonly decisions: readonly Decision[];
  /** Why: the rules that match the image at this place of the input, by precedence. */
  reasonsFor(index: number): Reason[];
}

const OUTCOMES: readonly (Outcome | undefined)[] = [undefined, 'ACTS', 'WITHIN_COUNT', 'NOT_OLD_ENOUGH', 'CLAIMED_EARLIER'];
const ACTS = 1;
const WITHIN_COUNT = 2;
const NOT_OLD_ENOUGH = 3;
const CLAIMED_EARLIER = 4;
const UNCLAIMED = -1;

/**
 * What ECR would do to each image: linear in images times rules, but for one sort.
 *
 * The document must be valid. An image without the time that a rule asks for counts as older than all others: a
 * prediction must rather name an image too many than one too few.
 */
export function evaluate(document: PolicyDocument, images: readonly Image[], options: EvaluationOptions): Evaluation {
  const rules = [...document.rules].sort((a, b) => a.rulePriority - b.rulePriority);
  const candidates = new CandidateIndex(images, options.indexChildren ?? 'counted');
  const claimedBy = new Int32Array(images.length).fill(UNCLAIMED);
  const actedOnBy = new Int32Array(images.length).fill(UNCLAIMED);
  const outcomes = rules.map(() => new Uint8Array(images.length));

  rules.forEach((rule, ruleIndex) => {
    const isHit = hitTest(rule, candidates, options.now);
    const missed = rule.selection.countType === 'imageCountMoreThan' ? WITHIN_COUNT : NOT_OLD_ENOUGH;
    const outcome = outcomes[ruleIndex];
    // INVARIANT: every candidate goes through isHit, also a claimed one, because it takes up a place in the count.
    candidates.forEach(rule, (image) => {
      const hit = isHit(image);
      if (claimedBy[image] !== UNCLAIMED) {
        outcome[image] = hit ? CLAIMED_EARLIER : missed;
        return;
      }
      claimedBy[image] = ruleIndex;
      outcome[image] = hit ? ACTS : missed;
      if (hit) actedOnBy[image] = ruleIndex;
    });
  });

  const selected = Array.from(actedOnBy, (ruleIndex): Decision => ruleIndex === UNCLAIMED
    ? { action: 'KEEP' }
    : { action: actionOf(rules[ruleIndex]), rulePriority: rules[ruleIndex].rulePriority });

  return {
    decisions: settleReferences(images, selected),
    reasonsFor: (image) => rules.flatMap((rule, ruleIndex): Reason[] => {
      const outcome = OUTCOMES[outcomes[ruleIndex][image]];
      if (outcome === undefined) return [];
      const claim = outcome === 'CLAIMED_EARLIER' ? { claimedBy: rules[claimedBy[image]].rulePriority } : {};
      return [{ rulePriority: rule.rulePriority, outcome, ...claim }];
    }),
  };
}

const DAY = 24 * 60 * 60 * 1000;

/** Says of a rule's candidates, youngest first, which it hits. Stateful for counts: ask once for each. */
function hitTest(rule: PolicyRule, candidates: CandidateIndex, now: number): (image: number) => boolean {
  const { countType, countNumber } = rule.selection;
  if (countType === 'imageCountMoreThan') {
    let place = 0;
    return () => ++place > countNumber;
  }
  const times = candidates.timesFor(countType);
  // Strictly older: at exactly N days an image stays.
  return (image) => now - times[image] > countNumber * DAY;
}

function actionOf(rule: PolicyRule): Action {
  return rule.action.type === 'expire' ? 'EXPIRE' : 'TRANSITION';
}
