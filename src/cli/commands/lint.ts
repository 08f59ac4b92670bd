import type { Image } from '../../core/evaluation/image';
import { parsePolicyText } from '../../core/policy/policy-text';
import type { Problem } from '../../core/text/problem';
import { visible } from '../../core/text/show';
import { plural } from '../../core/text/words';
import { policyWarnings, inventoryWarnings } from '../../core/warnings/find-warnings';
import { protectedTagsCanExpire } from '../../core/warnings/protected-tags';
import { Resolved, ResolvedGate, resolveGate, valueOf } from '../assembly/resolve-gate';
import { problemOf } from '../errors';
import { ImageFiles, ImagesOwner } from '../input/image-files';
import { readPolicyFile } from '../input/policy-file';
import { imagesOwnerOf, offlinePlace, sharedNames } from '../judge/images-owner';
import { guardsOf } from '../options/guard-options';
import { moment, readGates, rejectOptions, SourceOptions, sourceProblems } from '../options/source-options';
import { writeOutput } from '../output/write-output';

export interface LintOptions extends SourceOptions {
  readonly ignore?: readonly string[];
  readonly protectTags?: readonly string[];
  readonly format: 'text' | 'json';
  readonly output?: string;
}

/** The findings in one policy. */
interface LintedPolicy {
  /** The file, or the gate. */
  readonly policy: string;
  readonly findings: readonly Finding[];
  /** A sentence about the file, if it is another document and the policy in it was checked. */
  readonly note?: string;
  /** The problem that prevented the command from reading the policy or its images. */
  readonly unread?: Pick<Problem, 'code' | 'message'>;
}

interface Finding {
  /** `PROBLEM`: ECR would reject the policy. `WARNING`: ECR accepts it, but its effect may not be the intended one. */
  readonly kind: 'PROBLEM' | 'WARNING';
  readonly id: string;
  readonly message: string;
}

/** A policy to check. Its text and the owner of its images may be unknown. */
interface Candidate {
  readonly policy: string;
  readonly text: Resolved<string | undefined>;
  readonly note?: string;
  /** The tag patterns that the guards of the gate protect. */
  readonly protectedTags: readonly string[];
  readonly owner: Resolved<ImagesOwner>;
}

/** The checks that apply to all policies. */
interface Checks {
  readonly now: number;
  readonly files?: ImageFiles;
  readonly ignore: readonly string[];
  readonly protectTags: readonly string[];
}

/** Checks policies, and returns the exit code: 1 for any finding, 2 if something could not be read. */
export async function lint(options: LintOptions): Promise<number> {
  const { app, policy, repository, images, region, format, output, ignore = [], protectTags = [] } = options;
  const problems = app === undefined && policy === undefined
    ? [{ code: 'InvalidOption', path: '--app', message: 'give --app DIRECTORY, or --policy FILE' }] : [];
  const guards = guardsOf({ protectTags: options.protectTags });
  rejectOptions([...sourceProblems(options), ...problems, ...guards.ok ? [] : guards.problems]);
  const gates = (await readGates(options)).map((gate) => resolveGate(gate, offlinePlace(gate.stack, region)));
  const candidates = app !== undefined ? gates.map(gateCandidate) : [await fileCandidate(policy!, repository)];
  const files = images && await ImageFiles.open(images, candidates.length, sharedNames(gates));
  const checks: Checks = { now: moment(options.now), files, ignore, protectTags };

  const linted: LintedPolicy[] = [];
  for (const candidate of candidates) linted.push(await lintOne(candidate, checks));
  const code = linted.some(({ unread }) => unread) ? 2 : linted.some(({ findings }) => findings.length > 0) ? 1 : 0;
  process.exitCode = code;
  for (const { unread } of linted) if (unread) process.stderr.write(`${unread.code}: ${unread.message}\n`);
  await writeOutput(format === 'json' ? `${JSON.stringify({ schemaVersion: 1, policies: linted }, undefined, 2)}\n` : formatLinted(linted), output);
  return code;
}

async function fileCandidate(file: string, repository: string | undefined): Promise<Candidate> {
  const { text, note } = await readPolicyFile(file);
  return {
    policy: file === '-' ? 'stdin' : file,
    text: { ok: true, value: text },
    note,
    protectedTags: [],
    owner: { ok: true, value: { name: repository ?? '', isLogicalId: repository === undefined } },
  };
}

function gateCandidate(gate: ResolvedGate): Candidate {
  const { stack, logicalId, isCreated, policyText, protectedTags, properties } = gate;
  return {
    policy: `${stack.displayName}/${logicalId}`,
    text: isCreated ? policyText : { ok: true, value: undefined },
    protectedTags,
    owner: properties.ok ? { ok: true, value: imagesOwnerOf(properties.value.repository, gate) } : properties,
  };
}

async function lintOne(candidate: Candidate, { now, files, ignore, protectTags }: Checks): Promise<LintedPolicy> {
  const { policy, protectedTags, note } = candidate;
  try {
    const text = valueOf(candidate.text);
    if (text === undefined) return { policy, findings: [] };
    const images = files && await files.imagesOf(valueOf(candidate.owner));
    const findings = findingsIn(text, [...protectedTags, ...protectTags], images, now);
    return { policy, note, findings: findings.filter(({ kind, id }) => kind === 'PROBLEM' || !ignore.includes(id)) };
  } catch (error) {
    return { policy, findings: [], unread: problemOf(error) };
  }
}

function findingsIn(text: string, protectedTags: readonly string[], images: readonly Image[] | undefined, now: number): Finding[] {
  const parsed = parsePolicyText(text);
  if (!parsed.ok) {
    return parsed.problems.map(({ code, path, message }) => ({ kind: 'PROBLEM', id: code, message: path === '' ? message : `${path}: ${message}` }));
  }
  const warnings = [
    ...policyWarnings(parsed.value),
    ...protectedTagsCanExpire(parsed.value, protectedTags),
    ...images ? inventoryWarnings(parsed.value, images, now) : [],
  ];
  return warnings.map(({ id, message }) => ({ kind: 'WARNING', id, message }));
}

function formatLinted(linted: readonly LintedPolicy[]): string {
  const lines = linted.flatMap(({ policy, note, findings, unread }) => [
    ...note === undefined ? [] : [`${visible(policy)}: note WrappedPolicy: ${note}`],
    ...findings.map(({ kind, id, message }) => `${visible(policy)}: ${kind.toLowerCase()} ${id}: ${visible(message)}`),
    ...unread ? [`${visible(policy)}: could not be read: ${unread.code}: ${visible(unread.message)}`] : [],
  ]);
  const count = (kind: Finding['kind']) => linted.flatMap(({ findings }) => findings).filter((finding) => finding.kind === kind).length;
  const policies = linted.length === 1 ? '1 policy' : `${linted.length} policies`;
  return `${[...lines, `${plural(count('PROBLEM'), 'problem')} and ${plural(count('WARNING'), 'warning')} in ${policies}.`].join('\n')}\n`;
}
