import type { GateReport } from '../../core/report/report';
import { plural, withThousands } from '../../core/text/words';
import type { Coverage, UncoveredRepository } from '../judge/coverage';
import type { Judged, Outcome } from '../judge/outcome';

const NO_REPOSITORIES: Coverage = { withoutGate: [], withoutPolicy: [] };

/** The result of a plan as plain JSON. docs/cli.md describes the schema. */
export interface PlanResult {
  /** Changes if a program that reads older plans could misread newer plans. */
  readonly schemaVersion: 1;
  readonly verdict: PlanVerdict;
  /** The moment of the plan, ISO 8601. */
  readonly at: string;
  readonly counts: PlanCounts;
  /** One outcome per gate, or per repository of the policy file. */
  readonly repositories: readonly Outcome[];
  /** The repositories of the app that have a lifecycle policy, but no gate. */
  readonly withoutGate: readonly UncoveredRepository[];
  /** The repositories of the app that have no lifecycle policy. */
  readonly withoutPolicy: readonly UncoveredRepository[];
  /** True with `--require-gates`. */
  readonly gatesRequired: boolean;
}

export type PlanVerdict = 'EXPECTED' | 'UNEXPECTED' | 'NOT_JUDGED';

export interface PlanCounts {
  readonly repositories: number;
  /** The number of repositories whose deployment would fail. */
  readonly unexpected: number;
  /** The number of repositories that could not be judged. */
  readonly notJudged: number;
  /** The number of images that would expire in all judged repositories. */
  readonly expiring: number;
  /** The number of images that would be archived in all judged repositories. */
  readonly archiving: number;
}

/** Returns the result of a plan. The verdict `NOT_JUDGED` takes precedence over `UNEXPECTED`. */
export function planResult(
  repositories: readonly Outcome[], now: number, { withoutGate, withoutPolicy }: Coverage = NO_REPOSITORIES, gatesRequired = false,
): PlanResult {
  const reports = repositories.filter(isJudged).map(({ report }) => report);
  const counts: PlanCounts = {
    repositories: repositories.length,
    unexpected: reports.filter(({ verdict }) => verdict === 'FAILED').length,
    notJudged: repositories.filter(({ outcome }) => outcome === 'NOT_JUDGED').length,
    expiring: sum(reports, ({ expiring }) => expiring),
    archiving: sum(reports, ({ archiving }) => archiving),
  };
  const isUnexpected = counts.unexpected > 0 || (gatesRequired && withoutGate.length > 0);
  return {
    schemaVersion: 1,
    verdict: counts.notJudged > 0 ? 'NOT_JUDGED' : isUnexpected ? 'UNEXPECTED' : 'EXPECTED',
    at: new Date(now).toISOString(),
    counts,
    repositories,
    withoutGate,
    withoutPolicy,
    gatesRequired,
  };
}

export function isJudged(outcome: Outcome): outcome is Judged {
  return outcome.outcome === 'JUDGED';
}

/** Returns a sentence such as `Unexpected in 1 of 3 repositories: 26 images would expire.` */
export function headline(plan: PlanResult): string {
  const { counts: { repositories, unexpected, notJudged, expiring, archiving } } = plan;
  const missing = missingGates(plan);
  if (repositories === 0) return missing === undefined ? 'The app has no gates, so there is nothing to plan.' : `Unexpected: ${missing}.`;
  const of = repositories === 1 ? '' : ` of ${withThousands(repositories)} repositories`;
  const also = missing === undefined ? '' : ` Also unexpected: ${missing}.`;
  if (notJudged === repositories) return `${repositories === 1 ? 'Could not be judged.' : `None${of} could be judged.`}${also}`;
  const unknown = notJudged === 0 ? '' : `, and ${withThousands(notJudged)}${of} could not be judged`;
  const archived = archiving > 0 ? `, ${plural(archiving, 'image')} would be archived` : '';
  const effect = `${plural(expiring, 'image')} would expire${archived}.`;
  if (unexpected > 0) return `Unexpected${of === '' ? '' : ` in ${withThousands(unexpected)}${of}`}${unknown}: ${effect}${also}`;
  if (notJudged > 0) return `Nothing unexpected in the judged repositories${unknown}: ${effect}${also}`;
  return missing === undefined ? `As expected: ${effect}` : `Unexpected: ${missing}. Within the gates, ${effect}`;
}

/** Returns the clause about `--require-gates`, or undefined if it does not fail. */
function missingGates({ gatesRequired, withoutGate }: PlanResult): string | undefined {
  if (!gatesRequired || withoutGate.length === 0) return undefined;
  return withoutGate.length === 1 ? '1 repository has a lifecycle policy, but no gate' : `${withThousands(withoutGate.length)} repositories have a lifecycle policy, but no gate`;
}

/** A sentence about repositories without a gate or without a policy, and their names. */
export interface CoverageNote {
  readonly sentence: string;
  readonly names: readonly string[];
}

export function coverageNotes({ withoutGate, withoutPolicy }: PlanResult): CoverageNote[] {
  const count = (repositories: readonly unknown[]) => (repositories.length === 1 ? '1 repository' : `${withThousands(repositories.length)} repositories`);
  const notes = [
    { repositories: withoutGate, sentence: `No gate covers ${count(withoutGate)} with a lifecycle policy` },
    { repositories: withoutPolicy, sentence: `${count(withoutPolicy)} without a lifecycle policy ${withoutPolicy.length === 1 ? 'needs' : 'need'} no gate` },
  ];
  return notes.filter(({ repositories }) => repositories.length > 0)
    .map(({ sentence, repositories }) => ({ sentence, names: repositories.map(uncoveredName) }));
}

function uncoveredName({ stack, logicalId, path = `${stack}/${logicalId}`, repositoryName }: UncoveredRepository): string {
  return repositoryName === undefined ? path : `${repositoryName} (${path})`;
}

/** Returns `, 3 more would be affected in the days ahead`, or an empty string. */
export function formatAhead(ahead: number): string {
  return ahead === 0 ? '' : `, ${withThousands(ahead)} more would be affected in the days ahead`;
}

/** Returns the name of the repository, or its construct while the name is unknown. */
export function nameOf(outcome: Outcome): string {
  return outcome.repositoryName ?? constructOf(outcome) ?? '';
}

/** Returns the path of the construct of the repository, or the stack and the logical id of the gate if the app omits paths. */
export function constructOf({ path, gate }: Outcome): string | undefined {
  return path ?? (gate && `${gate.stack}/${gate.logicalId}`);
}

export function verdictOf(outcome: Outcome): GateReport['verdict'] | 'NOT JUDGED' {
  switch (outcome.outcome) {
    case 'JUDGED': return outcome.report.verdict;
    case 'NOTHING_TO_JUDGE': return 'PASSED';
    case 'NOT_JUDGED': return 'NOT JUDGED';
  }
}

function sum(reports: readonly GateReport[], count: (counts: GateReport['counts']) => number): number {
  return reports.reduce((total, { counts }) => total + count(counts), 0);
}
