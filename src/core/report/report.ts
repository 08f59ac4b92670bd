import { KeptImages, keptImages } from './kept-images';
import { DAY, pushTime } from './push-times';
import type { AffectedImage } from '../judgment/affected-image';
import { Evidence, affectedInAll } from '../judgment/guards/evidence';
import type { Guard } from '../judgment/guards/guard';
import type { Judgment } from '../judgment/judgment';
import { cut } from '../text/words';

/** The result of one run of a gate, as plain JSON. docs/report.md describes the schema. */
export interface GateReport {
  /** Changes if a program for older reports could misread newer ones. */
  readonly schemaVersion: 1;
  /** `WARNED` means that a guard objects, but the enforcement of the gate lets the deployment continue. */
  readonly verdict: 'PASSED' | 'FAILED' | 'WARNED';
  /** True if the report is from a plan, without a deployment. Absent in the report of a gate. */
  readonly planned?: true;
  /** The time of the judgment, in ISO 8601. */
  readonly at: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly repositoryName: string;
  readonly enforcement: 'FAIL' | 'WARN';
  /** Identifies exactly this set of affected images, now or later. */
  readonly fingerprint: string;
  readonly approvedPreview?: string;
  /** True if one of its fingerprints covers all images that are affected now, so that no guard can block. */
  readonly approved: boolean;
  readonly counts: ReportCounts;
  readonly guards: readonly Guard[];
  /** True if no guard limits the number of expiring images. Then only rules with a budget of their own may expire images. */
  readonly limitImplied: boolean;
  /** True if no guard limits the number of archived images. Then no image may be archived. */
  readonly archiveLimitImplied: boolean;
  /** One per guard that objects. */
  readonly violations: readonly ReportViolation[];
  /**
   * The images that are affected now, or within the look-ahead if a guard protects images for that time. The unexpected images
   * come first. Then the order is by rule, push time and digest.
   */
  readonly images: readonly ReportImage[];
  /** A summary of the kept images. Present only if the images of the repository were listed. */
  readonly kept?: KeptImages;
  /** The policy that was previewed: parsed, or its text if that is not JSON. */
  readonly lifecyclePolicy: unknown;
  /** The duration of each phase in milliseconds. */
  readonly timings: Readonly<Record<string, number>>;
  /** The number of calls of each operation. */
  readonly calls: Readonly<Record<string, number>>;
}

export interface ReportCounts {
  readonly expiring: number;
  readonly archiving: number;
  /** The images that are affected within the look-ahead, but not now. */
  readonly ahead: number;
  readonly unexpected: number;
  /** All images of the repository, including archived ones. Present only if they were listed. */
  readonly inventory?: number;
}

export interface ReportViolation {
  readonly guardId: string;
  readonly because: string;
  /** The number of images that the guard objects to. */
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
  /** The time from which the rule acts, in ISO 8601. Absent if it acts now. */
  readonly goesAt?: string;
  /** The rule that later expires the archived image. */
  readonly expiresLaterBy?: number;
  /** Descriptions of the users of the image. */
  readonly usedBy?: readonly string[];
  /** The guards that object to the image. Empty if the image is expected. Long reasons are cut here, not in `violations`. */
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
  /** The facts that the guards judged. The report uses the time `now` in them. */
  readonly evidence: Evidence;
  /** The result of `judge` for the evidence. */
  readonly judgment: Judgment;
  readonly timings: Readonly<Record<string, number>>;
  readonly calls: Readonly<Record<string, number>>;
}

/** Limits the size of the report: a reason with 50 patterns, repeated for 100,000 images, would take half a gigabyte. */
const MAX_REASON_LENGTH = 160;
/** More than the length of an ARN. */
const MAX_USER_LENGTH = 300;

/** Returns the verdict, which is valid even if building the report fails. */
export function verdictOf({ judgment, enforcement }: Pick<ReportInput, 'judgment' | 'enforcement'>): GateReport['verdict'] {
  if (!judgment.blocks) return 'PASSED';
  return enforcement === 'FAIL' ? 'FAILED' : 'WARNED';
}

export function buildReport(input: ReportInput): GateReport {
  const { evidence, judgment, fingerprint, approvedPreview } = input;
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
    approved: judgment.approved,
    counts: reportCounts(judgment, evidence),
    guards: input.guards,
    limitImplied: judgment.limitImplied,
    archiveLimitImplied: judgment.archiveLimitImplied,
    violations: judgment.violations.map(({ guardId, because, images }) => ({ guardId, because, images: images.length })),
    images: reportImages(evidence, judgment),
    kept: inventory && keptImages(inventory, affectedInAll(evidence), now),
    lifecyclePolicy: parsedOrText(input.lifecyclePolicyText),
    timings: input.timings,
    calls: input.calls,
  });
}

export function reportCounts({ expiring, archiving, ahead, unexpected }: Judgment, { inventory }: Pick<Evidence, 'inventory'>): ReportCounts {
  return present<ReportCounts>({ expiring, archiving, ahead, unexpected: unexpected.length, inventory: inventory?.size });
}

function reportImages(evidence: Evidence, { violations }: Judgment): ReportImage[] {
  const objections = new Map<AffectedImage, ImageViolation[]>();
  for (const { guardId, because, images } of violations) {
    const objection = { guardId, because: cut(because, MAX_REASON_LENGTH) };
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
    usedBy: uses?.get(image.imageDigest)?.map((user) => cut(user, MAX_USER_LENGTH)),
    violates,
  });
}

/** Sorts times: oldest first, unknown last. */
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

/** Removes undefined fields, so that a report equals its parsed JSON. */
function present<T extends object>(fields: T): T {
  // `delete` is not used: an object with a deleted property takes several times the memory, and there can be 100,000 of them.
  const some: Partial<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) if (fields[name] !== undefined) some[name] = fields[name];
  return some as T;
}

/** Returns the name of the files of a report, without the extension. Names sort by time and never need escaping. */
export function reportName({ at, fingerprint }: Pick<GateReport, 'at' | 'fingerprint'>): string {
  return `${at.replace(/:/g, '-')}-${fingerprint}`.replace(/[^A-Za-z0-9.-]/g, '_');
}

/** Describes the location of the whole report, for a page that omits something. */
export function wholeReport(report: Pick<GateReport, 'at' | 'fingerprint' | 'planned'>): string {
  return report.planned ? 'the output of ecr-lifecycle plan --format json' : `${reportName(report)}.json beside this page`;
}
