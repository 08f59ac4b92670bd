import type { GateReport } from '../../core/report/report';
import { plural, withThousands } from '../../core/text/words';
import type { Judged, Outcome } from '../judge/outcome';

/** The result of a plan as plain JSON. docs/cli.md describes the schema. */
export interface PlanResult {
  /** Changes if a program that reads older plans could misread newer plans. */
  readonly schemaVersion: 1;
  readonly verdict: PlanVerdict;
  /** The moment of the plan, ISO 8601. */
  readonly at: string;
  readonly counts: PlanCounts;
  /** One outcome per gate, or the outcome of the policy file. */
  readonly repositories: readonly Outcome[];
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
export function planResult(repositories: readonly Outcome[], now: number): PlanResult {
  const reports = repositories.filter(isJudged).map(({ report }) => report);
  const counts: PlanCounts = {
    repositories: repositories.length,
    unexpected: reports.filter(({ verdict }) => verdict === 'FAILED').length,
    notJudged: repositories.filter(({ outcome }) => outcome === 'NOT_JUDGED').length,
    expiring: sum(reports, ({ expiring }) => expiring),
    archiving: sum(reports, ({ archiving }) => archiving),
  };
  return {
    schemaVersion: 1,
    verdict: counts.notJudged > 0 ? 'NOT_JUDGED' : counts.unexpected > 0 ? 'UNEXPECTED' : 'EXPECTED',
    at: new Date(now).toISOString(),
    counts,
    repositories,
  };
}

export function isJudged(outcome: Outcome): outcome is Judged {
  return outcome.outcome === 'JUDGED';
}

/** Returns a sentence such as `Unexpected in 1 of 3 repositories: 26 images would expire.` */
export function headline({ counts: { repositories, unexpected, notJudged, expiring, archiving } }: PlanResult): string {
  if (repositories === 0) return 'The app has no gates, so there is nothing to plan.';
  const of = repositories === 1 ? '' : ` of ${withThousands(repositories)} repositories`;
  if (notJudged === repositories) return repositories === 1 ? 'Could not be judged.' : `None${of} could be judged.`;
  const unknown = notJudged === 0 ? '' : `, and ${withThousands(notJudged)}${of} could not be judged`;
  const verdict = unexpected > 0 ? `Unexpected${of === '' ? '' : ` in ${withThousands(unexpected)}${of}`}`
    : notJudged > 0 ? 'Nothing unexpected in the judged repositories' : 'As expected';
  const archived = archiving > 0 ? `, ${plural(archiving, 'image')} would be archived` : '';
  return `${verdict}${unknown}: ${plural(expiring, 'image')} would expire${archived}.`;
}

/** Returns `, 3 more would be affected in the days ahead`, or an empty string. */
export function formatAhead(ahead: number): string {
  return ahead === 0 ? '' : `, ${withThousands(ahead)} more would be affected in the days ahead`;
}

/** Returns the name of the repository, or the gate while the name is unknown. */
export function nameOf({ repositoryName, gate }: Outcome): string {
  return repositoryName ?? `${gate?.stack ?? ''}/${gate?.logicalId ?? ''}`;
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
