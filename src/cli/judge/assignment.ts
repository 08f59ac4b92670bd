import type { Guard } from '../../core/judgement/guards/guard';
import type { GateReport } from '../../core/report/report';
import type { Problem } from '../../core/text/problem';
import type { FoundGate } from '../assembly/read-assembly';

/** One policy to be judged on the images of one repository. */
export type Assignment = FromGate | FromPolicy;

/** As a gate of the assembly would judge it. */
export interface FromGate extends FoundGate {
  readonly kind: 'GATE';
  /** Guards that were given as options, on top of the gate's own. */
  readonly addedGuards: readonly Guard[];
}

/** A policy file and a repository that somebody named. */
export interface FromPolicy {
  readonly kind: 'POLICY';
  readonly repositoryName: string;
  readonly lifecyclePolicyText: string;
  readonly guards: readonly Guard[];
  readonly approvedPreview?: string;
}

/** What came of it. */
export type Outcome = Judged | NothingToJudge | NotJudged;

interface Answer {
  /** The gate in the assembly: absent for a policy file. */
  readonly gate?: { readonly stack: string; readonly logicalId: string };
  /** Absent when the name is CloudFormation's to generate, and not known yet. */
  readonly repositoryName?: string;
}

export interface Judged extends Answer {
  readonly outcome: 'JUDGED';
  readonly repositoryName: string;
  readonly report: GateReport;
}

/** A gate would pass without looking at images. */
export interface NothingToJudge extends Answer {
  readonly outcome: 'NOTHING_TO_JUDGE';
  readonly because: string;
}

export interface NotJudged extends Answer {
  readonly outcome: 'NOT_JUDGED';
  readonly problem: Pick<Problem, 'code' | 'message'>;
}

/** Never rejects: what goes wrong is an outcome, too. */
export type Judge = (assignment: Assignment) => Promise<Outcome>;
