import { CandidateIndex, compileTagTest, storageClassOfImage } from './candidates';
import type { Action, Decision, Outcome, Reason } from './decision';
import type { Image } from './image';
import { settleReferences } from './references';
import { PolicyDocument, PolicyRule, StorageClass, storageClassOf } from '../policy/policy-document';

/** The treatment of images that an index refers to: counted by rules like any other image, or ignored by rules. ECR's own is not documented. */
export type IndexChildren = 'counted' | 'exempt';

export interface EvaluationOptions {
  /** The time of the evaluation, in milliseconds since 1970. */
  readonly now: number;
  /** @default 'counted' */
  readonly indexChildren?: IndexChildren;
}

export interface Evaluation {
  /** One decision per image, in the order of the input. */
  readonly decisions: readonly Decision[];
  /** Returns the outcome of each rule that matches the image at this position of the input, by precedence. */
  reasonsFor(index: number): Reason[];
}

const OUTCOMES: readonly (Outcome | undefined)[] = [undefined, 'ACTS', 'WITHIN_COUNT', 'NOT_OLD_ENOUGH', 'CLAIMED_EARLIER'];
const ACTS = 1;
const WITHIN_COUNT = 2;
const NOT_OLD_ENOUGH = 3;
const CLAIMED_EARLIER = 4;
const UNCLAIMED = -1;
const NO_TAGS: readonly string[] = [];

/**
 * Predicts what ECR would do to each image. The time is linear in images times rules, apart from one sort.
 *
 * The document must be valid. An image without the time that a rule depends on counts as older than all others: it is
 * better to predict one affected image too many than one too few.
 */
export function evaluate(document: PolicyDocument, images: readonly Image[], options: EvaluationOptions): Evaluation {
  const rules = [...document.rules].sort((a, b) => a.rulePriority - b.rulePriority);
  const candidates = new CandidateIndex(images, options.indexChildren ?? 'counted');
  const claimedBy = new Int32Array(images.length).fill(UNCLAIMED);
  const actedOnBy = new Int32Array(images.length).fill(UNCLAIMED);
  const outcomes = new Uint8Array(images.length * rules.length);

  const applications = rules.map((rule, ruleIndex) => applicationOf(rule, ruleIndex, candidates, options.now));
  const applicationsTo: Readonly<Record<StorageClass, readonly Application[]>> = {
    standard: applications.filter(({ ruleIndex }) => storageClassOf(rules[ruleIndex]) === 'standard'),
    archive: applications.filter(({ ruleIndex }) => storageClassOf(rules[ruleIndex]) === 'archive'),
  };

  // The outcome of a rule for an image depends on the younger images that the rule selects, and on the earlier rules that
  // select this image. So one pass over the images can apply all rules, which is several times faster than a pass per rule.
  for (const i of candidates.youngestFirst()) {
    const tags = images[i].imageTags ?? NO_TAGS;
    for (const { ruleIndex, selects, isHit, missed } of applicationsTo[storageClassOfImage(images[i])]) {
      if (!selects(tags)) continue;
      // INVARIANT: isHit is called for every candidate, even if it is claimed, because it counts as one of the youngest.
      const hit = isHit(i);
      const claimed = claimedBy[i] !== UNCLAIMED;
      outcomes[i * rules.length + ruleIndex] = !hit ? missed : claimed ? CLAIMED_EARLIER : ACTS;
      if (claimed) continue;
      claimedBy[i] = ruleIndex;
      if (hit) actedOnBy[i] = ruleIndex;
    }
  }

  const selected = Array.from(actedOnBy, (ruleIndex): Decision => ruleIndex === UNCLAIMED
    ? { action: 'KEEP' }
    : { action: actionOf(rules[ruleIndex]), rulePriority: rules[ruleIndex].rulePriority });

  return {
    decisions: settleReferences(images, selected),
    reasonsFor: (image) => rules.flatMap((rule, ruleIndex): Reason[] => {
      const outcome = OUTCOMES[outcomes[image * rules.length + ruleIndex]];
      if (outcome === undefined) return [];
      const claim = outcome === 'CLAIMED_EARLIER' ? { claimedBy: rules[claimedBy[image]].rulePriority } : {};
      return [{ rulePriority: rule.rulePriority, outcome, ...claim }];
    }),
  };
}

const DAY = 24 * 60 * 60 * 1000;

/** One rule, applied to one list of images. */
interface Application {
  readonly ruleIndex: number;
  readonly selects: (tags: readonly string[]) => boolean;
  /** Called once per candidate, youngest first. */
  readonly isHit: (image: number) => boolean;
  readonly missed: number;
}

function applicationOf(rule: PolicyRule, ruleIndex: number, candidates: CandidateIndex, now: number): Application {
  const { countType, countNumber } = rule.selection;
  const selects = compileTagTest(rule.selection);
  if (countType === 'imageCountMoreThan') {
    let seen = 0;
    return { ruleIndex, selects, isHit: () => ++seen > countNumber, missed: WITHIN_COUNT };
  }
  const times = candidates.timesFor(countType);
  // Strictly older: at exactly N days, an image is kept.
  return { ruleIndex, selects, isHit: (image) => now - times[image] > countNumber * DAY, missed: NOT_OLD_ENOUGH };
}

function actionOf(rule: PolicyRule): Action {
  return rule.action.type === 'expire' ? 'EXPIRE' : 'TRANSITION';
}
