import type { GateReport } from '../../core/report/report';
import { plural, withThousands } from '../../core/text/words';
import type { Judged, Outcome } from '../judge/assignment';

/** What a plan came to. Plain JSON; the schema is described in docs/cli.md. */
export interface PlanResult {
  /** Changes when a reader of older plans could misread a newer one. */
  readonly schemaVersion: 1;
  readonly verdict: PlanVerdict;
  /** The moment of the plan, ISO 8601. */
  readonly at: string;
  readonly counts: PlanCounts;
  /** One for each gate, or for the policy file. */
  readonly repositories: readonly Outcome[];
}

export type PlanVerdict = 'EXPECTED' | 'UNEXPECTED' | 'NOT_JUDGED';

export interface PlanCounts {
  readonly repositories: number;
  /** Of repositories: where a deployment would be stopped, and where nobody knows. */
  readonly unexpected: number;
  readonly notJudged: number;
  /** Of images, in all repositories that were judged. */
  readonly expiring: number;
  readonly archiving: number;
}

/** A plan that does not know everything says so, whatever else it found: the unknown is graver than the unexpected. */
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

/** `"Unexpected in 1 of 3 repositories: 26 images would expire."` */
export function headline({ counts: { repositories, unexpected, notJudged, expiring, archiving } }: PlanResult): string {
  if (repositories === 0) return 'There is no gate in this app: nothing to plan.';
  const of = repositories === 1 ? '' : ` of ${withThousands(repositories)} repositories`;
  if (notJudged === repositories) return repositories === 1 ? 'Could not be judged.' : `None${of} could be judged.`;
  const unknown = notJudged === 0 ? '' : `, and ${withThousands(notJudged)}${of} could not be judged`;
  const verdict = unexpected > 0 ? `Unexpected${of === '' ? '' : ` in ${withThousands(unexpected)}${of}`}`
    : notJudged > 0 ? 'Nothing unexpected in what was judged' : 'As expected';
  const archived = archiving > 0 ? `, ${plural(archiving, 'image')} would be archived` : '';
  return `${verdict}${unknown}: ${plural(expiring, 'image')} would expire${archived}.`;
}

/** `", 3 more go in the days ahead"`, or nothing. */
export function formatAhead(ahead: number): string {
  return ahead === 0 ? '' : `, ${withThousands(ahead)} more ${ahead === 1 ? 'goes' : 'go'} in the days ahead`;
}

/** What people call it: the repository, or the gate of one whose name is CloudFormation's to generate. */
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
