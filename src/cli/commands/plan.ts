import { approvalsIn, isFingerprint } from '../../core/judgment/approved-previews';
import type { Guard } from '../../core/judgment/guards/guard';
import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';
import { resolveGate, ResolvedPolicy, resolveRepository } from '../assembly/resolve-gate';
import { commandError } from '../errors';
import { ImageFiles } from '../input/image-files';
import { readPolicyText } from '../input/policy-file';
import { Assignment, fileAssignment, gateAssignment, mapConcurrently } from '../judge/assignment';
import { Coverage, coverageOf } from '../judge/coverage';
import { offlinePlace, rejectUnknownNames, repositoryOfGate, sharedNames } from '../judge/images-owner';
import type { OfflineSettings } from '../judge/judge-offline';
import type { AccountOptions } from '../judge/live-account';
import type { Judge, Outcome } from '../judge/outcome';
import { GuardOptions, guardsOf } from '../options/guard-options';
import { splitList } from '../options/lists';
import { AppContents, moment, readApp, rejectOptions, SourceOptions, sourceProblems, wholeNumber } from '../options/source-options';
import { startProgress } from '../output/progress';
import { isOnePage } from '../output/write-output';
import { isJudged, planResult, PlanResult } from '../render/plan-result';
import { PlanFormat, writePlan } from '../render/write-plan';

export interface PlanOptions extends SourceOptions, GuardOptions {
  readonly policy?: string;
  readonly repository?: readonly string[];
  readonly approvedPreview?: string;
  readonly assumeNotInUse?: boolean;
  readonly requireGates?: boolean;
  readonly format: PlanFormat;
  readonly output?: string;
  readonly concurrency: string;
}

/** The gates of an app, or one policy file for several repositories. */
interface Source {
  readonly gates: AppContents['gates'];
  /** The repositories of the app, with and without a gate. */
  readonly repositories: readonly ResolvedPolicy[];
  readonly files: readonly FileSource[];
  /** Guards to add to those of the gates. */
  readonly addedGuards: readonly Guard[];
  /** The repositories without a gate. Absent for a policy file. */
  readonly coverage?: Coverage;
}

interface FileSource {
  readonly repositoryName: string;
  readonly assignment: Assignment;
}

interface Work {
  readonly assignments: readonly Assignment[];
  readonly judge: Judge;
}

/** Judges every gate of an app, or one policy file, and returns the exit code. */
export async function plan(options: PlanOptions): Promise<number> {
  const { images, region, profile, assumeNotInUse = false, format, output, requireGates = false } = options;
  const source = await readSource(options);
  const count = source.files.length + source.gates.length;
  if (format === 'html' && isOnePage(output) && count > 1) {
    throw commandError('InvalidOptions', `--format html writes one page per repository, and there are ${count} repositories; name a directory with --output`);
  }
  const now = moment(options.now);
  const concurrency = wholeNumber('concurrency', options.concurrency, 1);
  const workOf = () => (images === undefined
    ? liveWork(source, { region, profile })
    : offlineWork(source, images, region, { now, assumeNotInUse }));
  // An app without gates needs no credentials.
  const outcomes = count === 0 && images === undefined ? [] : await judgeAll(await workOf(), concurrency);

  const result = planResult(outcomes, now, source.coverage, requireGates);
  process.exitCode = exitCodeOf(result);
  printProblems(result);
  await writePlan(result, format, output);
  return exitCodeOf(result);
}

async function readSource(options: PlanOptions): Promise<Source> {
  const parsed = guardsOf(options);
  const names = splitList(options.repository ?? []);
  rejectOptions([
    ...sourceProblems(options, { option: '--policy', isGiven: options.policy !== undefined }),
    ...planProblems(options, names),
    ...parsed.ok ? [] : parsed.problems,
  ]);
  const guards = parsed.ok ? parsed.value : [];
  if (options.app !== undefined) {
    const contents = await readApp(options);
    rejectUnread(contents, options);
    const repositories = contents.repositories.map((each) => resolveRepository(each, offlinePlace(each.stack, options.region)));
    return { gates: contents.gates, repositories, files: [], addedGuards: guards, coverage: coverageOf(repositories) };
  }
  const { approvedPreview } = options;
  const lifecyclePolicyText = await readPolicyText(options.policy!);
  const files = names.map((repositoryName) => (
    { repositoryName, assignment: fileAssignment({ repositoryName, lifecyclePolicyText, guards, approvedPreview }) }));
  return { gates: [], repositories: [], files, addedGuards: [] };
}

/** Rejects a template that may declare repositories without a gate. */
function rejectUnread({ unread: [first] }: AppContents, { requireGates }: PlanOptions): void {
  if (first === undefined || requireGates !== true) return;
  throw commandError('UnreadableTemplate', `${show(first.file)} declares repositories, but is not JSON, so --require-gates cannot check them; plan without --require-gates`);
}

function planProblems(options: PlanOptions, repositories: readonly string[]): Problem[] {
  const { app, policy, repository, approvedPreview, images, assumeNotInUse, requireGates } = options;
  const problem = (path: string, message: string): Problem => ({ code: 'InvalidOption', path, message });
  return [
    ...app === undefined && (policy === undefined || repository === undefined)
      ? [problem('--app', 'give --app DIRECTORY, or --policy FILE and --repository NAME')] : [],
    ...app !== undefined && repository !== undefined ? [problem('--repository', 'requires --policy, because the gates of an app name their repositories')] : [],
    ...repositories.includes('') ? [problem('--repository', 'has an empty name; give the name of a repository')] : [],
    ...app === undefined && requireGates ? [problem('--require-gates', 'requires --app, because a policy file has no gates')] : [],
    ...app !== undefined && approvedPreview !== undefined
      ? [problem('--approved-preview', 'requires --policy, because a deployment uses the approvedPreview of its gate; set it there')] : [],
    ...approvalsIn(approvedPreview).filter((entry) => !isFingerprint(entry)).map((entry) =>
      problem('--approved-preview', `must be fingerprints, separated by commas, got ${show(entry)}; copy the 16 hex digits from the plan`)),
    ...images === undefined && assumeNotInUse ? [problem('--assume-not-in-use', 'requires --images, because a live plan reads which images are in use')] : [],
  ];
}

/** Loads the AWS SDK only for a live plan, because loading it takes longer than all other steps together. */
async function liveWork({ gates, files, addedGuards }: Source, options: AccountOptions): Promise<Work> {
  const [{ openAccount }, { liveAssignment }, { judgeLive }] = await Promise.all([
    import('../judge/live-account.js'), import('../judge/live-assignment.js'), import('../judge/judge-live.js'),
  ]);
  const account = await openAccount(options);
  const ofGates = await Promise.all(gates.map((gate) => liveAssignment(gate, account, addedGuards)));
  return { assignments: [...files.map(({ assignment }) => assignment), ...ofGates], judge: judgeLive(account) };
}

async function offlineWork(
  { gates, repositories, files, addedGuards }: Source, images: readonly string[], region: string | undefined, settings: OfflineSettings,
): Promise<Work> {
  const { judgeOffline } = await import('../judge/judge-offline.js');
  const resolved = gates.map((gate) => resolveGate(gate, offlinePlace(gate.stack, region)));
  const assignments = [...files.map(({ assignment }) => assignment), ...resolved.map((gate) => gateAssignment(gate, addedGuards))];
  const placed = resolved.map(repositoryOfGate);
  const saved = await ImageFiles.open(images, assignments.length, sharedNames(placed));
  if (files.length === 0) {
    rejectUnknownNames(saved.names, [...placed, ...repositories]);
  } else {
    const unused = saved.names.filter((name) => !files.some(({ repositoryName }) => name === repositoryName));
    const names = files.map(({ repositoryName }) => repositoryName);
    if (unused.length > 0) {
      throw commandError('InvalidOptions', `--images has images of ${show(unused)}, but the policy is for ${names.map(show).join(' and ')}; check the names`);
    }
  }
  return { assignments, judge: judgeOffline(saved, settings) };
}

async function judgeAll({ assignments, judge }: Work, concurrency: number): Promise<Outcome[]> {
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

/** Prints each problem once, because many repositories can have the same one. The table on stdout has only the codes, other results have both. */
function printProblems({ repositories }: PlanResult): void {
  const lines = repositories.flatMap((outcome) => (isJudged(outcome) || outcome.outcome === 'NOTHING_TO_JUDGE' ? [] : [outcome.problem]))
    .map(({ code, message }) => `${code}: ${message}\n`);
  for (const line of new Set(lines)) process.stderr.write(line);
}
