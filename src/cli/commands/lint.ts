import type { Image } from '../../core/evaluation/image';
import { parsePolicyText } from '../../core/policy/policy-text';
import type { Problem } from '../../core/text/problem';
import { visible } from '../../core/text/show';
import { plural } from '../../core/text/words';
import { policyWarnings, inventoryWarnings } from '../../core/warnings/find-warnings';
import { protectedTagsCanExpire } from '../../core/warnings/protected-tags';
import { policyTextOf, protectedTagsOf } from '../assembly/gate-resource';
import { problemOf } from '../errors';
import { ImageFiles, ImagesOwner } from '../input/image-files';
import { readText } from '../input/read-file';
import type { FromGate } from '../judge/assignment';
import { imagesOwnerOf, savedPlaceOf, sharedNames } from '../judge/images-owner';
import { questionOf } from '../judge/question';
import { guardsOf } from '../options/guard-options';
import { gatesOf, moment, refuseOptions, SourceOptions, sourceProblems } from '../options/source-options';
import { writeOutput } from '../output/write-output';

export interface LintOptions extends SourceOptions {
  readonly ignore?: readonly string[];
  readonly protectTags?: readonly string[];
  readonly format: 'text' | 'json';
  readonly output?: string;
}

/** What is to be said of one policy. */
interface LintedPolicy {
  /** The file, or the gate. */
  readonly policy: string;
  readonly findings: readonly Finding[];
  /** Why nothing, or not all, could be looked at. */
  readonly unread?: Pick<Problem, 'code' | 'message'>;
}

interface Finding {
  /** `REFUSED`: ECR would not take the policy. `ADVICE`: it would, but it may do other than it seems to. */
  readonly kind: 'REFUSED' | 'ADVICE';
  readonly id: string;
  readonly message: string;
}

/** A policy to look at; what is not known of it comes out where it is asked for. */
interface Candidate {
  readonly policy: string;
  /** Throws what is not known. */
  readonly text: () => string | undefined;
  /** The patterns of tags that its guards protect. */
  readonly protectedTags: readonly string[];
  /** Whose images it is for. Throws likewise. */
  readonly owner: () => ImagesOwner;
}

/** Exit code 1 for anything that was found, 2 for what could not be read. */
export async function lint(options: LintOptions): Promise<number> {
  const { app, policy, repository, images: given, ignore = [], protectTags = [] } = options;
  const source = app === undefined && policy === undefined
    ? [{ code: 'InvalidOption', path: '--app', message: 'give --app DIRECTORY, or --policy FILE' }] : [];
  const guards = guardsOf({ protectTags: options.protectTags });
  refuseOptions([...sourceProblems(options), ...source, ...guards.ok ? [] : guards.problems]);
  const gates = await gatesOf(options);
  const shared = sharedNames(gates, options.region);
  const candidates: Candidate[] = app !== undefined
    ? gates.map((gate) => candidateOf(gate, options.region, shared))
    : [await fileCandidate(policy!, repository)];
  const files = given && await ImageFiles.from(given, candidates.length);
  const now = moment(options.now);

  const linted: LintedPolicy[] = [];
  for (const candidate of candidates) linted.push(await lintOne(candidate, files, now, ignore, protectTags));
  const code = linted.some(({ unread }) => unread) ? 2 : linted.some(({ findings }) => findings.length > 0) ? 1 : 0;
  process.exitCode = code;
  for (const { unread } of linted) if (unread) process.stderr.write(`${unread.code}: ${unread.message}\n`);
  await writeOutput(options.format === 'json' ? `${JSON.stringify({ schemaVersion: 1, policies: linted }, undefined, 2)}\n` : inWords(linted), options.output);
  return code;
}

async function fileCandidate(file: string, repository: string | undefined): Promise<Candidate> {
  const text = await readText(file);
  return { policy: file === '-' ? 'stdin' : file, text: () => text, protectedTags: [], owner: () => ({ name: repository ?? '', isLogicalId: repository === undefined }) };
}

function candidateOf(assignment: FromGate, region: string | undefined, shared: ReadonlySet<string>): Candidate {
  const { gate, scopeAt, madeAt } = assignment;
  const place = savedPlaceOf(assignment, region);
  return {
    policy: `${gate.stack.displayName}/${gate.logicalId}`,
    text: () => (madeAt(place) ? policyTextOf(gate, scopeAt(place)) : undefined),
    protectedTags: protectedTagsOf(gate),
    owner: () => imagesOwnerOf(assignment, questionOf(assignment, place), shared),
  };
}

async function lintOne(
  { policy, ...of }: Candidate, files: ImageFiles | undefined, now: number, ignore: readonly string[], protectTags: readonly string[],
): Promise<LintedPolicy> {
  try {
    const text = of.text();
    if (text === undefined) return { policy, findings: [] };
    const images = files && await files.imagesOf(of.owner());
    const found = findingsIn(text, [...of.protectedTags, ...protectTags], images, now);
    return { policy, findings: found.filter(({ kind, id }) => kind === 'REFUSED' || !ignore.includes(id)) };
  } catch (error) {
    return { policy, findings: [], unread: problemOf(error) };
  }
}

function findingsIn(text: string, protectedTags: readonly string[], images: readonly Image[] | undefined, now: number): Finding[] {
  const parsed = parsePolicyText(text);
  if (!parsed.ok) {
    return parsed.problems.map(({ code, path, message }) => ({ kind: 'REFUSED', id: code, message: path === '' ? message : `${path}: ${message}` }));
  }
  const advice = [
    ...policyWarnings(parsed.value),
    ...protectedTagsCanExpire(parsed.value, protectedTags),
    ...images ? inventoryWarnings(parsed.value, images, now) : [],
  ];
  return advice.map(({ id, message }) => ({ kind: 'ADVICE', id, message }));
}

function inWords(linted: readonly LintedPolicy[]): string {
  const lines = linted.flatMap(({ policy, findings, unread }) => [
    ...findings.map(({ kind, id, message }) => `${visible(policy)}: ${kind === 'REFUSED' ? 'refused' : 'advice'} ${id}: ${visible(message)}`),
    ...unread ? [`${visible(policy)}: could not be read: ${unread.code}: ${visible(unread.message)}`] : [],
  ]);
  const found = linted.reduce((sum, { findings }) => sum + findings.length, 0);
  const policies = linted.length === 1 ? '1 policy' : `${linted.length} policies`;
  return `${[...lines, `${plural(found, 'finding')} in ${policies}.`].join('\n')}\n`;
}
