import { approvalsIn, isFingerprint } from '../../core/judgment/approved-previews';
import type { Guard } from '../../core/judgment/guards/guard';
import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';
import type { AssemblyGate } from '../assembly/assembly-gate';
import { resolveGate } from '../assembly/resolve-gate';
import { commandError } from '../errors';
import { ImageFiles } from '../input/image-files';
import { readPolicyText } from '../input/policy-file';
import { Assignment, fileAssignment, gateAssignment, mapConcurrently } from '../judge/assignment';
import { offlinePlace, sharedNames } from '../judge/images-owner';
import type { OfflineSettings } from '../judge/judge-offline';
import type { AccountOptions } from '../judge/live-account';
import type { Judge, Outcome } from '../judge/outcome';
import { GuardOptions, guardsOf } from '../options/guard-options';
import { moment, readGates, rejectOptions, SourceOptions, sourceProblems, wholeNumber } from '../options/source-options';
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

/** The gates of an app, or one policy file. */
interface Source {
  readonly gates: readonly AssemblyGate[];
  readonly file?: { readonly repositoryName: string; readonly assignment: Assignment };
  /** Guards to add to those of the gates. */
  readonly addedGuards: readonly Guard[];
}

interface Work {
  readonly assignments: readonly Assignment[];
  readonly judge: Judge;
}

/** Judges every gate of an app, or one policy file, and returns the exit code. */
export async function plan(options: PlanOptions): Promise<number> {
  const { images, region, profile, assumeNotInUse = false, format, output } = options;
  const source = await readSource(options);
  const count = source.file ? 1 : source.gates.length;
  if (format === 'html' && isOnePage(output) && count > 1) {
    throw commandError('InvalidOptions', `--format html writes one page per repository, and there are ${count} repositories; name a directory with --output`);
  }
  const now = moment(options.now);
  const { assignments, judge } = images === undefined
    ? await liveWork(source, { region, profile })
    : await offlineWork(source, images, region, { now, assumeNotInUse });
  const outcomes = await judgeAll(assignments, judge, wholeNumber('concurrency', options.concurrency, 1));

  const result = planResult(outcomes, now);
  process.exitCode = exitCodeOf(result);
  printProblems(result);
  await writePlan(result, format, output);
  return exitCodeOf(result);
}

async function readSource(options: PlanOptions): Promise<Source> {
  const parsed = guardsOf(options);
  rejectOptions([...sourceProblems(options), ...planProblems(options), ...parsed.ok ? [] : parsed.problems]);
  const guards = parsed.ok ? parsed.value : [];
  if (options.app !== undefined) return { gates: await readGates(options), addedGuards: guards };
  const { approvedPreview } = options;
  const repositoryName = options.repository!;
  const lifecyclePolicyText = await readPolicyText(options.policy!);
  const assignment = fileAssignment({ repositoryName, lifecyclePolicyText, guards, approvedPreview });
  return { gates: [], file: { repositoryName, assignment }, addedGuards: [] };
}

function planProblems({ app, policy, repository, approvedPreview, images, assumeNotInUse }: PlanOptions): Problem[] {
  const problem = (path: string, message: string): Problem => ({ code: 'InvalidOption', path, message });
  return [
    ...app === undefined && (policy === undefined || repository === undefined)
      ? [problem('--app', 'give --app DIRECTORY, or --policy FILE and --repository NAME')] : [],
    ...app !== undefined && repository !== undefined ? [problem('--repository', 'requires --policy, because the gates of an app name their repositories')] : [],
    ...app !== undefined && approvedPreview !== undefined
      ? [problem('--approved-preview', 'requires --policy, because a deployment uses the approvedPreview of its gate; set it there')] : [],
    ...approvalsIn(approvedPreview).filter((entry) => !isFingerprint(entry)).map((entry) =>
      problem('--approved-preview', `must be fingerprints, separated by commas, got ${show(entry)}; copy the 16 hex digits from the plan`)),
    ...images === undefined && assumeNotInUse ? [problem('--assume-not-in-use', 'requires --images, because a live plan reads which images are in use')] : [],
  ];
}

/** Loads the AWS SDK only for a live plan, because loading it takes longer than all other steps together. */
async function liveWork({ gates, file, addedGuards }: Source, options: AccountOptions): Promise<Work> {
  const [{ openAccount }, { liveAssignment }, { judgeLive }] = await Promise.all([
    import('../judge/live-account.js'), import('../judge/live-assignment.js'), import('../judge/judge-live.js'),
  ]);
  const account = await openAccount(options);
  const assignments = file ? [file.assignment] : await Promise.all(gates.map((gate) => liveAssignment(gate, account, addedGuards)));
  return { assignments, judge: judgeLive(account) };
}

async function offlineWork(
  { gates, file, addedGuards }: Source, images: readonly string[], region: string | undefined, settings: OfflineSettings,
): Promise<Work> {
  const { judgeOffline } = await import('../judge/judge-offline.js');
  const resolved = gates.map((gate) => resolveGate(gate, offlinePlace(gate.stack, region)));
  const assignments = file ? [file.assignment] : resolved.map((gate) => gateAssignment(gate, addedGuards));
  const files = await ImageFiles.open(images, assignments.length, sharedNames(resolved));
  const unused = file ? files.names.filter((name) => name !== file.repositoryName) : [];
  if (unused.length > 0) {
    throw commandError('InvalidOptions', `--images has images of ${show(unused)}, but the policy is for ${show(file!.repositoryName)}; check the names`);
  }
  return { assignments, judge: judgeOffline(files, settings) };
}

async function judgeAll(assignments: readonly Assignment[], judge: Judge, concurrency: number): Promise<Outcome[]> {
  const progress = await startProgress(assignments.length, process.stderr);
  return mapConcurrently(assignments, concurrency, async (assignment) => {
    const outcome = await judge(assignment);
    progress.step();
    return outcome;
  }).finally(() => progress.stop());
}

function exitCodeOf({ verdict }: PlanResult): number {
  return { EXPECTED: 0, UNEXPECTED: 1, NOT_JUDGED: 2 }[verdict];
}

/** Prints each problem once, because many repositories can have the same one. The result lists it for each repository. */
function printProblems({ repositories }: PlanResult): void {
  const lines = repositories.flatMap((outcome) => (isJudged(outcome) || outcome.outcome === 'NOTHING_TO_JUDGE' ? [] : [outcome.problem]))
    .map(({ code, message }) => `${code}: ${message}\n`);
  for (const line of new Set(lines)) process.stderr.write(line);
}
