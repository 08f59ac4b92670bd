import { Assignment, JudgeInput, literalName } from './assignment';
import type { JudgedRepository } from '../../aws/judgment/judge-affected';
import { buildReport, GateReport } from '../../core/report/report';
import { oneLine } from '../../core/text/one-line';
import type { Problem } from '../../core/text/problem';
import { valueOf } from '../assembly/resolve-gate';
import { problemOf } from '../errors';

/** The result for one assignment. */
export type Outcome = Judged | NothingToJudge | NotJudged;

interface Subject {
  /** The gate in the assembly. Absent for a policy file. */
  readonly gate?: { readonly stack: string; readonly logicalId: string; readonly path?: string };
  /** The path of the construct of the repository or of the attachment. Absent for a policy file, or if the app omits paths. */
  readonly path?: string;
  /** Absent if CloudFormation generates the name, and it is not known yet. */
  readonly repositoryName?: string;
}

export interface Judged extends Subject {
  readonly outcome: 'JUDGED';
  readonly repositoryName: string;
  readonly report: GateReport;
}

/** The gate would pass without a preview. */
export interface NothingToJudge extends Subject {
  readonly outcome: 'NOTHING_TO_JUDGE';
  readonly because: string;
}

export interface NotJudged extends Subject {
  readonly outcome: 'NOT_JUDGED';
  readonly problem: Pick<Problem, 'code' | 'message'>;
}

/** Judges an assignment. Never rejects: an error becomes the outcome `NOT_JUDGED`. */
export type Judge = (assignment: Assignment) => Promise<Outcome>;

/** Returns a judge that turns errors into outcomes. */
export function makeJudge(judge: (assignment: Assignment, input: JudgeInput) => Promise<Outcome>): Judge {
  return async (assignment) => {
    try {
      return await judge(assignment, valueOf(assignment.input));
    } catch (error) {
      return notJudged(assignment, error);
    }
  };
}

export function judged(
  assignment: Assignment, input: JudgeInput, repositoryName: string, answer: JudgedRepository, timings: Readonly<Record<string, number>>,
): Judged {
  const { gate } = gateOf(assignment);
  const { evidence, judgment, fingerprint } = answer;
  const report = buildReport({
    planned: true,
    stackId: gate?.stack ?? '',
    logicalId: gate?.logicalId ?? '',
    repositoryName,
    enforcement: input.enforcement,
    fingerprint,
    approvedPreview: input.approvedPreview,
    lifecyclePolicyText: input.lifecyclePolicyText ?? '',
    guards: [...input.guards, ...input.addedGuards],
    evidence,
    judgment,
    timings,
    calls: {},
  });
  return { outcome: 'JUDGED', ...gateOf(assignment), repositoryName, report };
}

export function nothingToJudge(assignment: Assignment, repositoryName: string | undefined, because: string): NothingToJudge {
  return { outcome: 'NOTHING_TO_JUDGE', ...gateOf(assignment), ...(repositoryName !== undefined && { repositoryName }), because };
}

/** Returns the outcome for an assignment that has no policy to judge. */
export function withoutPolicy(assignment: Assignment, { repository, passesBecause }: JudgeInput): NothingToJudge {
  return nothingToJudge(assignment, literalName(repository), passesBecause ?? 'the repository has no lifecycle policy');
}

function notJudged(assignment: Assignment, error: unknown): NotJudged {
  const { code, message } = problemOf(error);
  const { input } = assignment;
  const repositoryName = input.ok ? literalName(input.value.repository) : undefined;
  return {
    outcome: 'NOT_JUDGED',
    ...gateOf(assignment),
    ...(repositoryName !== undefined && { repositoryName }),
    problem: { code, message: oneLine(message) },
  };
}

function gateOf({ gate }: Assignment): Pick<Subject, 'gate' | 'path'> {
  if (gate === undefined) return {};
  const { stack, logicalId, path, repositoryPath = path } = gate;
  return {
    gate: { stack: stack.displayName, logicalId, ...(path !== undefined && { path }) },
    ...(repositoryPath !== undefined && { path: repositoryPath }),
  };
}
