import type { Assignment, Judged, NothingToJudge, NotJudged, Outcome } from './assignment';
import type { JudgedRepository } from '../../aws/judgement/judge-affected';
import type { Guard } from '../../core/judgement/guards/guard';
import { buildReport } from '../../core/report/report';
import { oneLine } from '../../core/text/one-line';
import { describeProblemsInLine, Parsed, Problem } from '../../core/text/problem';
import type { Enforcement, GateProperties } from '../../protocol/gate-properties';
import { bypassOf, GateResource, propertiesOf } from '../assembly/gate-resource';
import type { Place } from '../assembly/scope';
import { problemOf, refusal } from '../errors';

/** An assignment once everything in it is known: what both ways of judging ask. */
export interface Question {
  readonly repository: GateProperties['repository'];
  /** A gate lets a repository pass that is not there yet; of one that somebody names, or attaches to, that is a mistake. */
  readonly mayBeMissing: boolean;
  /** Absent when there is nothing to judge. */
  readonly lifecyclePolicyText?: string;
  /** The reason, if it is another one than that the repository has no policy. */
  readonly passesBecause?: string;
  readonly guards: readonly Guard[];
  readonly addedGuards: readonly Guard[];
  readonly enforcement: Enforcement;
  readonly approvedPreview?: string;
  readonly timeoutSeconds: number;
  readonly lookAheadSeconds: number;
}

export const NO_POLICY = 'the repository has no lifecycle policy';

/** As long as a gate has by default. */
const TIMEOUT_SECONDS = 14 * 60;
/** As far ahead as a gate looks by default. */
const LOOK_AHEAD_SECONDS = 2 * 24 * 60 * 60;

/** Throws with everything that is not known, or malformed. */
export function questionOf(assignment: Assignment, place: Place): Question {
  if (assignment.kind === 'POLICY') {
    const { repositoryName, ...rest } = assignment;
    return {
      ...rest,
      repository: { name: repositoryName },
      mayBeMissing: false,
      addedGuards: [],
      enforcement: 'FAIL',
      timeoutSeconds: TIMEOUT_SECONDS,
      lookAheadSeconds: LOOK_AHEAD_SECONDS,
    };
  }
  const { gate, scopeAt, madeAt, addedGuards } = assignment;
  const subject = `the gate ${gate.logicalId} of stack ${gate.stack.displayName}`;
  const properties = propertiesOf(gate, scopeAt(place));
  if (!madeAt(place)) return notMade(gate, properties);
  if (!properties.ok) throw refusalOf('UnknownProperties', subject, properties.problems);
  const { purpose } = properties.value;
  const bypass = purpose === 'GATE' ? bypassOf(gate, scopeAt(place)) : undefined;
  if (bypass !== undefined) throw refusal('BypassedGate', oneLine(`${subject} protects nothing: ${bypass}; run cdk synth again with this version`));
  return { ...properties.value, mayBeMissing: purpose === 'GATE', addedGuards };
}

/** Of a gate whose condition is false: as far as anything is known of it. */
function notMade({ logicalId }: GateResource, properties: Parsed<GateProperties>): Question {
  return {
    repository: properties.ok ? properties.value.repository : { logicalId },
    passesBecause: 'its condition is false, so the stack does not have it',
    mayBeMissing: true,
    guards: [],
    addedGuards: [],
    enforcement: 'FAIL',
    timeoutSeconds: TIMEOUT_SECONDS,
    lookAheadSeconds: LOOK_AHEAD_SECONDS,
  };
}

/** One line with all problems of one input. */
export function refusalOf(code: string, subject: string, problems: readonly Problem[]): Error {
  const many = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return refusal(code, oneLine(`${subject} has ${many}: ${describeProblemsInLine(problems)}`));
}

/** What is said of an assignment besides its outcome. */
export function gateOf(assignment: Assignment): Pick<Outcome, 'gate'> {
  if (assignment.kind === 'POLICY') return {};
  const { stack, logicalId } = assignment.gate;
  return { gate: { stack: stack.displayName, logicalId } };
}

export function judged(
  assignment: Assignment, question: Question, repositoryName: string, answer: JudgedRepository, timings: Readonly<Record<string, number>>,
): Judged {
  const { gate } = gateOf(assignment);
  const { evidence, judgement, fingerprint } = answer;
  const report = buildReport({
    planned: true,
    stackId: gate?.stack ?? '',
    logicalId: gate?.logicalId ?? '',
    repositoryName,
    enforcement: question.enforcement,
    fingerprint,
    approvedPreview: question.approvedPreview,
    lifecyclePolicyText: question.lifecyclePolicyText ?? '',
    guards: [...question.guards, ...question.addedGuards],
    evidence,
    judgement,
    timings,
    calls: {},
  });
  return { outcome: 'JUDGED', ...gateOf(assignment), repositoryName, report };
}

export function nothingToJudge(assignment: Assignment, repositoryName: string | undefined, because: string): NothingToJudge {
  return { outcome: 'NOTHING_TO_JUDGE', ...gateOf(assignment), ...(repositoryName !== undefined && { repositoryName }), because };
}

/** @param question as far as it was known by then */
export function notJudged(assignment: Assignment, question: Question | undefined, error: unknown): NotJudged {
  const { code, message } = problemOf(error);
  const repositoryName = assignment.kind === 'POLICY' ? assignment.repositoryName : question && literalName(question.repository);
  return {
    outcome: 'NOT_JUDGED',
    ...gateOf(assignment),
    ...(repositoryName !== undefined && { repositoryName }),
    problem: { code, message: oneLine(message) },
  };
}

/** The name, if one was given: what is said of a repository before anything else is known of it. */
export function literalName(repository: Question['repository']): string | undefined {
  return 'name' in repository ? repository.name : undefined;
}

export function noSuchRepository(repositoryName: string, region: string): Error {
  return refusal('UnknownRepository', `there is no repository "${repositoryName}" in ${region}; look at the name, the region and the account`);
}
