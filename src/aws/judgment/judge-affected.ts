import type { Clock } from '../deadline';
import { GateError } from '../errors';
import type { Facts } from './facts';
import { approvedBy, fingerprintOf } from './fingerprint';
import { AffectedImage, expires, withLaterExpiry } from '../../core/judgment/affected-image';
import type { Evidence } from '../../core/judgment/guards/evidence';
import type { Guard } from '../../core/judgment/guards/guard';
import { judge, Judgment } from '../../core/judgment/judgment';
import { LookAhead, lookAhead, needsLookAhead } from '../../core/judgment/look-ahead';
import type { PolicyDocument } from '../../core/policy/policy-document';
import { parsePolicyText } from '../../core/policy/policy-text';
import { describeProblemsInLine } from '../../core/text/problem';

/** A judgment to make, on live or saved images. */
export interface JudgmentRequest {
  readonly repositoryName: string;
  readonly lifecyclePolicyText: string;
  readonly guards: readonly Guard[];
  /** Additional guards, which can only make the judgment stricter. @default - no additional guards */
  readonly addedGuards?: readonly Guard[];
  /** The time ahead for which guards protect images. */
  readonly lookAheadSeconds: number;
  readonly approvedPreview?: string;
}

export interface JudgedRepository {
  readonly evidence: Evidence;
  readonly judgment: Judgment;
  readonly fingerprint: string;
}

/**
 * Judges the images that a policy acts on now, and those that it acts on within the look-ahead.
 *
 * The fingerprint covers both, as known before the facts of the guards are read: if all of them are approved, no facts are read.
 *
 * @param listed The images that the preview lists.
 */
export async function judgeAffected(
  request: JudgmentRequest, listed: readonly AffectedImage[], facts: Facts, clock: Pick<Clock, 'now'>,
): Promise<JudgedRepository> {
  const { guards, addedGuards: added = [], lookAheadSeconds, approvedPreview } = request;
  const all = [...guards, ...added];
  const now = clock.now();
  const looksAhead = needsLookAhead(all);
  const policy = parsePolicy(request, looksAhead || listed.some((image) => !expires(image)));
  const affected = policy ? withLaterExpiry(policy, listed) : listed;
  const readAhead = policy && looksAhead
    ? aheadReader(policy, listed, facts, { now, until: now + lookAheadSeconds * 1000 })
    : async () => [];

  const ahead = await readAhead();
  const fingerprint = fingerprintOf([...affected, ...ahead]);
  const approved = approvedBy(approvedPreview, affected, ahead);
  if (approved && ahead.every(({ imageDigest }) => approved.has(imageDigest))) {
    const evidence = { affected, ahead, now };
    return { evidence, fingerprint, judgment: judge(guards, evidence, { added, approved, approvedInFull: true }) };
  }

  const unapproved = async (evidence: Evidence) => (await facts.uncovered(evidence)).filter(({ imageDigest }) => !approved?.has(imageDigest));
  const judged = async () => {
    const known = await facts.read(affected, ahead);
    // The parts of more indexes may be known now. An index that is kept keeps its parts.
    const evidence = { affected, ahead: ahead.length > 0 ? await readAhead() : ahead, now, ...known };
    return { evidence, fingerprint, judgment: judge(guards, evidence, { added, approved }), uncovered: await unapproved(evidence) };
  };
  let last = await judged();
  // A kept index may also keep images of the look-ahead. ECR's preview considers this. The evaluator needs the parts for it.
  const isDoubtful = [...last.judgment.unexpected, ...last.uncovered].some(({ goesAt }) => goesAt !== undefined);
  if (isDoubtful) {
    const inventory = await facts.inventory(listed);
    if (await facts.readPartsOf(inventory.keys(), inventory)) last = await judged();
  }
  const { uncovered, ...answer } = last;
  await facts.rejectUncovered(uncovered);
  return answer;
}

/** Returns a function that computes the look-ahead, and computes it again only if the parts of more indexes were read since. */
function aheadReader(
  policy: PolicyDocument, listed: readonly AffectedImage[], facts: Facts, times: LookAhead,
): () => Promise<readonly AffectedImage[]> {
  let ahead: readonly AffectedImage[] | undefined;
  let indexesRead = 0;
  return async () => {
    if (ahead === undefined || indexesRead !== facts.indexesRead) {
      ahead = await computeAhead(policy, listed, facts, times);
      indexesRead = facts.indexesRead;
    }
    return ahead;
  };
}

/** Returns the images of the look-ahead. Reads the parts of the indexes that keep such images until they expire themselves. */
async function computeAhead(
  policy: PolicyDocument, listed: readonly AffectedImage[], facts: Facts, times: LookAhead,
): Promise<readonly AffectedImage[]> {
  const inventory = await facts.inventory(listed);
  for (;;) {
    const { ahead, unreadIndexes } = lookAhead(policy, [...inventory.values()], listed, times);
    if (await facts.readPartsOf(unreadIndexes, inventory)) continue;
    // ECR does not return the parts of an archived index. Images that other indexes keep are not among its parts.
    if (unreadIndexes.length === 0 || !await facts.readPartsOf(inventory.keys(), inventory)) return ahead;
  }
}

/** Returns the parsed policy, or undefined if it cannot be parsed and is not needed. Throws if it cannot be parsed but is needed. */
function parsePolicy({ repositoryName, lifecyclePolicyText }: JudgmentRequest, isNeeded: boolean): PolicyDocument | undefined {
  const parsed = parsePolicyText(lifecyclePolicyText);
  if (parsed.ok) return parsed.value;
  if (!isNeeded) return undefined;
  throw new GateError('UnknownPolicyLanguage', `ECR accepts the lifecycle policy of "${repositoryName}", but this version of the gate cannot evaluate it for `
    + `the days ahead (${describeProblemsInLine(parsed.problems)}); update cdk-ecr-lifecycle, or remove what it does not support`);
}
