import type { Clock } from '../deadline';
import { GateError } from '../errors';
import type { Facts } from './facts';
import { approvedBy, fingerprintOf } from './fingerprint';
import { AffectedImage, expires, withLaterExpiry } from '../../core/judgement/affected-image';
import { Evidence, Guard, isProtection } from '../../core/judgement/guards/guard';
import { judge, Judgement } from '../../core/judgement/judgement';
import { LookAhead, lookAhead, needsLookAhead } from '../../core/judgement/look-ahead';
import type { PolicyDocument } from '../../core/policy/policy-document';
import { parsePolicyText } from '../../core/policy/policy-text';
import { describeProblemsInLine } from '../../core/text/problem';

/** One judgement to make, whatever its images come from. */
export interface JudgementRequest {
  readonly repositoryName: string;
  readonly lifecyclePolicyText: string;
  readonly guards: readonly Guard[];
  /** Guards that only ever make it stricter. @default none */
  readonly addedGuards?: readonly Guard[];
  /** How far ahead guards protect. */
  readonly lookAheadSeconds: number;
  readonly approvedPreview?: string;
}

export interface JudgedRepository {
  readonly evidence: Evidence;
  readonly judgement: Judgement;
  readonly fingerprint: string;
}

/**
 * Judges the images that a policy takes now, and those that it takes within the look-ahead.
 *
 * The fingerprint covers both, as they are known before any guard has its facts: an approval of all of them needs no facts.
 *
 * @param listed the images that the preview lists
 */
export async function judgeAffected(
  request: JudgementRequest, listed: readonly AffectedImage[], facts: Facts, clock: Pick<Clock, 'now'>,
): Promise<JudgedRepository> {
  const { guards, addedGuards: added = [], lookAheadSeconds, approvedPreview } = request;
  const all = [...guards, ...added];
  const now = clock.now();
  const policy = policyIn(request, all.some(isProtection) || listed.some((image) => !expires(image)));
  const affected = policy ? withLaterExpiry(policy, listed) : listed;
  const aheadAmong = policy && needsLookAhead(all)
    ? () => aheadOf(policy, listed, facts, { now, until: now + lookAheadSeconds * 1000 })
    : async () => [];

  const ahead = await aheadAmong();
  const fingerprint = fingerprintOf([...affected, ...ahead]);
  const approved = approvedBy(approvedPreview, affected, ahead);
  if (approved && ahead.every(({ imageDigest }) => approved.has(imageDigest))) {
    const evidence = { affected, ahead, now };
    return { evidence, fingerprint, judgement: judge(guards, evidence, { added, approved, approvedInFull: true }) };
  }

  const unapproved = async (evidence: Evidence) => (await facts.uncovered(evidence)).filter(({ imageDigest }) => !approved?.has(imageDigest));
  const judged = async () => {
    const known = await facts.about(affected, ahead);
    // By now the parts of some indexes are known: the parts of one that stays stay with it.
    const evidence = { affected, ahead: ahead.length > 0 ? await aheadAmong() : ahead, now, ...known };
    return { evidence, fingerprint, judgement: judge(guards, evidence, { added, approved }), uncovered: await unapproved(evidence) };
  };
  let last = await judged();
  // An index that stays may hold what seems to go later. The preview knows that of what goes now, the evaluator has to be told.
  const isDoubtful = [...last.judgement.unexpected, ...last.uncovered].some(({ goesAt }) => goesAt !== undefined);
  if (isDoubtful) {
    const inventory = await facts.inventory(listed);
    if (await facts.readPartsOf(inventory.keys(), inventory)) last = await judged();
  }
  const { uncovered, ...answer } = last;
  await facts.refuseUncovered(uncovered);
  return answer;
}

/** What goes later, with the parts of the indexes that hold it until they go. */
async function aheadOf(
  policy: PolicyDocument, listed: readonly AffectedImage[], facts: Facts, times: LookAhead,
): Promise<readonly AffectedImage[]> {
  const inventory = await facts.inventory(listed);
  for (;;) {
    const { ahead, unreadIndexes } = lookAhead(policy, [...inventory.values()], listed, times);
    if (await facts.readPartsOf(unreadIndexes, inventory)) continue;
    // ECR does not show the parts of an archived index. Images that are held by others are none of them.
    if (unreadIndexes.length === 0 || !await facts.readPartsOf(inventory.keys(), inventory)) return ahead;
  }
}

/** The policy, as the evaluator understands it. Undefined where ECR takes one that it does not, and no guard looks ahead. */
function policyIn({ repositoryName, lifecyclePolicyText }: JudgementRequest, isNeeded: boolean): PolicyDocument | undefined {
  const parsed = parsePolicyText(lifecyclePolicyText);
  if (parsed.ok) return parsed.value;
  if (!isNeeded) return undefined;
  throw new GateError('UnknownPolicyLanguage', `ECR takes the lifecycle policy for "${repositoryName}", but this version of the gate cannot tell what it does `
    + `in the days ahead (${describeProblemsInLine(parsed.problems)}); update cdk-ecr-lifecycle, or leave out what it does not know`);
}
