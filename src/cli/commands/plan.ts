import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';
import { refusal } from '../errors';
import { ImageFiles } from '../input/image-files';
import { readText } from '../input/read-file';
import type { Assignment, Judge } from '../judge/assignment';
import { sharedNames } from '../judge/images-owner';
import { sideBySide } from '../judge/side-by-side';
import { GuardOptions, guardsOf } from '../options/guard-options';
import { count, gatesOf, moment, refuseOptions, SourceOptions, sourceProblems } from '../options/source-options';
import { startProgress } from '../output/progress';
import { isOnePage } from '../output/write-output';
import { isJudged, planResult, PlanResult } from '../render/plan-result';
import { PlanFormat, writePlan } from '../render/write-plan';

export interface PlanOptions extends SourceOptions, GuardOptions {
  readonly approvedPreview?: string;
  readonly assumeNotInUse?: boolean;
  readonly format: PlanFormat;
  readonly output?: string;
  readonly concurrency: string;
}

/** Judges every gate of an assembly, or one policy; the exit code says what came of it. */
export async function plan(options: PlanOptions): Promise<number> {
  const assignments = await assignmentsFrom(options);
  if (options.format === 'html' && isOnePage(options.output) && assignments.length > 1) {
    throw refusal('InvalidOptions', `--format html makes a page a repository, and there are ${assignments.length}; name a directory with --output`);
  }
  const now = moment(options.now);
  const judge = await judgeFor(options, assignments, now);
  const atOnce = count('concurrency', options.concurrency, 1);

  const progress = await startProgress(assignments.length, process.stderr);
  const outcomes = await sideBySide(assignments, atOnce, async (assignment) => {
    const outcome = await judge(assignment);
    progress.step();
    return outcome;
  }).finally(() => progress.stop());

  const result = planResult(outcomes, now);
  process.exitCode = exitCodeOf(result);
  tellProblems(result);
  await writePlan(result, options.format, options.output);
  return exitCodeOf(result);
}

async function assignmentsFrom(options: PlanOptions): Promise<Assignment[]> {
  const { app, policy, repository, approvedPreview } = options;
  const guards = guardsOf(options);
  refuseOptions([...sourceProblems(options), ...planProblems(options), ...guards.ok ? [] : guards.problems]);
  const given = guards.ok ? guards.value : [];
  if (app !== undefined) return gatesOf(options, given);
  return [{ kind: 'POLICY', repositoryName: repository!, lifecyclePolicyText: await readText(policy!), guards: given, approvedPreview }];
}

function planProblems({ app, policy, repository, approvedPreview, images, assumeNotInUse }: PlanOptions): Problem[] {
  const problem = (path: string, message: string): Problem => ({ code: 'InvalidOption', path, message });
  return [
    ...app === undefined && (policy === undefined || repository === undefined)
      ? [problem('--app', 'give --app DIRECTORY, or --policy FILE and --repository NAME')] : [],
    ...app !== undefined && repository !== undefined ? [problem('--repository', 'goes with --policy: the gates of an app name their repositories')] : [],
    ...app !== undefined && approvedPreview !== undefined
      ? [problem('--approved-preview', 'goes with --policy: a deployment goes by the approvedPreview of its gate, so set it there')] : [],
    ...images === undefined && assumeNotInUse ? [problem('--assume-not-in-use', 'goes with --images: else it is asked what is in use')] : [],
  ];
}

/** The SDK is loaded only when it is needed: it takes longer than all else together. */
async function judgeFor(options: PlanOptions, assignments: readonly Assignment[], now: number): Promise<Judge> {
  if (options.images !== undefined) {
    const { judgeOffline } = await import('../judge/judge-offline.js');
    const files = await ImageFiles.from(options.images, assignments.length);
    const known = assignments.flatMap((assignment) => (assignment.kind === 'POLICY' ? [assignment.repositoryName] : []));
    const strangers = known.length > 0 ? files.names.filter((name) => !known.includes(name)) : [];
    if (strangers.length > 0) throw refusal('InvalidOptions', `--images has images of ${show(strangers)}, which nothing here is about; look at the names`);
    const shared = sharedNames(assignments, options.region);
    return judgeOffline({ files, shared, now, region: options.region, assumeNotInUse: options.assumeNotInUse ?? false });
  }
  const { openAccount } = await import('../judge/open-account.js');
  const { judgeLive } = await import('../judge/judge-live.js');
  return judgeLive(await openAccount(options));
}

function exitCodeOf({ verdict }: PlanResult): number {
  return { EXPECTED: 0, UNEXPECTED: 1, NOT_JUDGED: 2 }[verdict];
}

/** Each problem once, however many repositories have it: the result says which. */
function tellProblems({ repositories }: PlanResult): void {
  const lines = repositories.flatMap((outcome) => (isJudged(outcome) || outcome.outcome === 'NOTHING_TO_JUDGE' ? [] : [outcome.problem]))
    .map(({ code, message }) => `${code}: ${message}\n`);
  for (const line of new Set(lines)) process.stderr.write(line);
}
