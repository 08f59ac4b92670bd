import { KeptImages, keptImages } from './kept-images';
import { DAY, pushTime } from './push-times';
import type { AffectedImage } from '../judgement/affected-image';
import { Evidence, affectedInAll } from '../judgement/guards/evidence';
import type { Guard } from '../judgement/guards/guard';
import type { Judgement } from '../judgement/judgement';
import { cut } from '../text/words';

/** Everything that one run of a gate found out. Plain JSON; the schema is described in docs/report.md. */
export interface GateReport {
  /** Changes when a reader of older reports could misread a newer one. */
  readonly schemaVersion: 1;
  /** `WARNED`: a guard objects, and the gate was told to let the deployment go on all the same. */
  readonly verdict: 'PASSED' | 'FAILED' | 'WARNED';
  /** Nothing was being deployed: somebody asked what a gate would say. Absent in what a gate reports. */
  readonly planned?: true;
  /** The moment of the judgement, ISO 8601. */
  readonly at: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly repositoryName: string;
  readonly enforcement: 'FAIL' | 'WARN';
  /** Names exactly this set of images that go, now or later. */
  readonly fingerprint: string;
  readonly approvedPreview?: string;
  /** Whether `approvedPreview` names all that goes now, so that it may go whatever the guards say. */
  readonly approved: boolean;
  readonly counts: ReportCounts;
  readonly guards: readonly Guard[];
  /** No guard limits how many images expire, so none may, except by rules with a budget of their own. */
  readonly limitImplied: boolean;
  /** No guard limits how many images are archived, so none may. */
  readonly archiveLimitImplied: boolean;
  /** One for each guard that objects. */
  readonly violations: readonly ReportViolation[];
  /**
   * Every image that goes now, or within the look-ahead if a guard protects for that time: the unexpected ones first, then
   * by rule, push time and digest.
   */
  readonly images: readonly ReportImage[];
  /** What stays, summed up. Only where the images of the repository were listed. */
  readonly kept?: KeptImages;
  /** The policy that was previewed: parsed, or the text when it is not JSON. */
  readonly lifecyclePolicy: unknown;
  /** Milliseconds by phase. */
  readonly timings: Readonly<Record<string, number>>;
  /** How many calls by operation. */
  readonly calls: Readonly<Record<string, number>>;
}

export interface ReportCounts {
  readonly expiring: number;
  readonly archiving: number;
  /** Images that go within the look-ahead, and not yet now. */
  readonly ahead: number;
  readonly unexpected: number;
  /** All images of the repository, archived ones too. Only where they were listed. */
  readonly inventory?: number;
}

export interface ReportViolation {
  readonly guardId: string;
  readonly because: string;
  /** How many images it objects to. */
  readonly images: number;
}

export interface ReportImage {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  readonly imagePushedAt?: string;
  /** Whole days since the push. */
  readonly ageInDays?: number;
  readonly imageSizeInBytes?: number;
  readonly lastRecordedPullTime?: string;
  readonly action: 'EXPIRE' | 'TRANSITION';
  readonly rulePriority: number;
  /** The moment from which the rule acts, ISO 8601. Absent: it acts now. */
  readonly goesAt?: string;
  /** The rule that later expires what is archived. */
  readonly expiresLaterBy?: number;
  /** Who uses it, in words. */
  readonly usedBy?: readonly string[];
  /** The guards that object to it; none: it is expected to go. Long reasons are cut here, not in `violations`. */
  readonly violates: readonly ImageViolation[];
}

export interface ImageViolation {
  readonly guardId: string;
  readonly because: string;
}

export interface ReportInput {
  readonly planned?: true;
  readonly stackId: string;
  readonly logicalId: string;
  readonly repositoryName: string;
  readonly enforcement: 'FAIL' | 'WARN';
  readonly fingerprint: string;
  readonly approvedPreview?: string;
  readonly lifecyclePolicyText: string;
  readonly guards: readonly Guard[];
  /** What the guards judged over; its `now` becomes the report's moment. */
  readonly evidence: Evidence;
  /** What `judge` made of that. */
  readonly judgement: Judgement;
  readonly timings: Readonly<Record<string, number>>;
  readonly calls: Readonly<Record<string, number>>;
}

/** A reason that names 50 patterns, repeated for 100,000 images, would be half a gigabyte. */
const REASON_AT_AN_IMAGE = 160;
/** An ARN with room to spare. */
const USER_OF_AN_IMAGE = 300;

/** The verdict, which holds even if the report cannot be made. */
export function verdictOf({ judgement, enforcement }: Pick<ReportInput, 'judgement' | 'enforcement'>): GateReport['verdict'] {
  if (!judgement.blocks) return 'PASSED';
  return enforcement === 'FAIL' ? 'FAILED' : 'WARNED';
}

export function buildReport(input: ReportInput): GateReport {
  const { evidence, judgement, fingerprint, approvedPreview } = input;
  const { inventory, now } = evidence;
  return present<GateReport>({
    schemaVersion: 1,
    verdict: verdictOf(input),
    planned: input.planned,
    at: new Date(now).toISOString(),
    stackId: input.stackId,
    logicalId: input.logicalId,
    repositoryName: input.repositoryName,
    enforcement: input.enforcement,
    fingerprint,
    approvedPreview,
    approved: judgement.approved,
    counts: present<ReportCounts>({
      expiring: judgement.expiring,
      archiving: judgement.archiving,
      ahead: judgement.ahead,
      unexpected: judgement.unexpected.length,
      inventory: inventory?.size,
    }),
    guards: input.guards,
    limitImplied: judgement.limitImplied,
    archiveLimitImplied: judgement.archiveLimitImplied,
    violations: judgement.violations.map(({ guardId, because, images }) => ({ guardId, because, images: images.length })),
    images: reportImages(evidence, judgement),
    kept: inventory && keptImages(inventory, affectedInAll(evidence), now),
    lifecyclePolicy: parsedOrText(input.lifecyclePolicyText),
    timings: input.timings,
    calls: input.calls,
  });
}

function reportImages(evidence: Evidence, { violations }: Judgement): ReportImage[] {
  const objections = new Map<AffectedImage, ImageViolation[]>();
  for (const { guardId, because, images } of violations) {
    const objection = { guardId, because: cut(because, REASON_AT_AN_IMAGE) };
    for (const image of images) {
      const earlier = objections.get(image);
      if (earlier) earlier.push(objection);
      else objections.set(image, [objection]);
    }
  }
  return affectedInAll(evidence)
    .map((image) => reportImage(image, objections.get(image) ?? [], evidence))
    .map((image) => ({ image, pushed: pushTime(image) }))
    .sort((a, b) => Number(a.image.violates.length === 0) - Number(b.image.violates.length === 0)
      || a.image.rulePriority - b.image.rulePriority
      || compareTimes(a.pushed, b.pushed)
      || (a.image.imageDigest < b.image.imageDigest ? -1 : a.image.imageDigest > b.image.imageDigest ? 1 : 0))
    .map(({ image }) => image);
}

function reportImage(image: AffectedImage, violates: readonly ImageViolation[], { inventory, uses, now }: Evidence): ReportImage {
  const known = inventory?.get(image.imageDigest);
  const imagePushedAt = image.imagePushedAt ?? known?.imagePushedAt;
  const pushed = pushTime({ imagePushedAt });
  return present<ReportImage>({
    imageDigest: image.imageDigest,
    imageTags: image.imageTags,
    imagePushedAt,
    ageInDays: Number.isNaN(pushed) ? undefined : Math.floor((now - pushed) / DAY),
    imageSizeInBytes: known?.imageSizeInBytes,
    lastRecordedPullTime: known?.lastRecordedPullTime,
    action: image.action,
    rulePriority: image.rulePriority,
    goesAt: image.goesAt,
    expiresLaterBy: image.expiresLaterBy,
    usedBy: uses?.get(image.imageDigest)?.map((user) => cut(user, USER_OF_AN_IMAGE)),
    violates,
  });
}

/** Oldest first, unknown last. */
function compareTimes(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Without what is undefined, so that a report is equal to what its JSON says. */
function present<T extends object>(fields: T): T {
  // Not by `delete`: an object that lost a property takes a multiple of the memory, and there are 100,000 of them.
  const some: Partial<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) if (fields[name] !== undefined) some[name] = fields[name];
  return some as T;
}
