import { CandidateIndex, compileTagTest, storageClassOfImage } from './candidates';
import type { Action, Decision, Outcome, Reason } from './decision';
import type { Image } from './image';
import { settleReferences } from './references';
import { PolicyDocument, PolicyRule, StorageClass, storageClassOf } from '../policy/policy-document';

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
const NO_TAGS: readonly string[] = [];

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
  const outcomes = new Uint8Array(images.length * rules.length);

  const applications = rules.map((rule, place) => applicationOf(rule, place, candidates, options.now));
  const applicationsTo: Readonly<Record<StorageClass, readonly Application[]>> = {
    standard: applications.filter((_, place) => storageClassOf(rules[place]) === 'standard'),
    archive: applications.filter((_, place) => storageClassOf(rules[place]) === 'archive'),
  };

  // What a rule makes of an image depends on the younger images that it selects, and on the earlier rules that select
  // this one. So each image can meet all rules at once, which is several times quicker than a pass for each rule.
  for (const i of candidates.youngestFirst()) {
    const tags = images[i].imageTags ?? NO_TAGS;
    for (const { place, selects, isHit, missed } of applicationsTo[storageClassOfImage(images[i])]) {
      if (!selects(tags)) continue;
      // INVARIANT: every candidate goes through isHit, also a claimed one, because it takes up a place in the count.
      const hit = isHit(i);
      const claimed = claimedBy[i] !== UNCLAIMED;
      outcomes[i * rules.length + place] = !hit ? missed : claimed ? CLAIMED_EARLIER : ACTS;
      if (claimed) continue;
      claimedBy[i] = place;
      if (hit) actedOnBy[i] = place;
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

/** One rule at work on one list of images. */
interface Application {
  readonly place: number;
  readonly selects: (tags: readonly string[]) => boolean;
  /** Asked once for each candidate, youngest first. */
  readonly isHit: (image: number) => boolean;
  readonly missed: number;
}

function applicationOf(rule: PolicyRule, place: number, candidates: CandidateIndex, now: number): Application {
  const { countType, countNumber } = rule.selection;
  const selects = compileTagTest(rule.selection);
  if (countType === 'imageCountMoreThan') {
    let seen = 0;
    return { place, selects, isHit: () => ++seen > countNumber, missed: WITHIN_COUNT };
  }
  const times = candidates.timesFor(countType);
  // Strictly older: at exactly N days an image stays.
  return { place, selects, isHit: (image) => now - times[image] > countNumber * DAY, missed: NOT_OLD_ENOUGH };
}

function actionOf(rule: PolicyRule): Action {
  return rule.action.type === 'expire' ? 'EXPIRE' : 'TRANSITION';
}
