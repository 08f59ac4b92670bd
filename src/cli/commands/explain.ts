import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import type { Image } from '../../core/evaluation/image';
import { explainImages, ImageExplanation } from '../../core/evaluation/image-explanation';
import { checkTimes } from '../../core/evaluation/inventory';
import { parsePolicyText } from '../../core/policy/policy-text';
import { show, visible } from '../../core/text/show';
import { cut } from '../../core/text/words';
import { AssemblyGate, labelOf } from '../assembly/assembly-gate';
import { resolveGate, valueOf } from '../assembly/resolve-gate';
import { commandError, problemOf, problemsError } from '../errors';
import { ImageFiles } from '../input/image-files';
import { readPolicyText } from '../input/policy-file';
import { Assignment, gateAssignment, literalName, mapConcurrently } from '../judge/assignment';
import { imagesOwnerOf, offlinePlace, rejectUnknownNames, repositoryOfGate, sharedNames } from '../judge/images-owner';
import type { LiveAccount } from '../judge/live-account';
import { moment, readApp, rejectOptions, SourceOptions, sourceProblems } from '../options/source-options';
import { terminalWidth, wrap } from '../output/wrap';
import { writeOutput } from '../output/write-output';

export interface ExplainOptions extends SourceOptions {
  readonly policy?: string;
  readonly repository?: string;
  readonly format: 'text' | 'json';
  readonly output?: string;
}

interface Explained extends ImageExplanation {
  readonly repositoryName: string;
}

/** A policy and the images of its repository. */
interface Source {
  readonly repositoryName: string;
  readonly policyText: string;
  readonly images: readonly Image[];
}

const MILLISECONDS = 5 * 60 * 1000;
const CONCURRENT_GATES = 8;
const MIN_DIGEST_LENGTH = 'sha256:'.length + 6;

/** Explains the effect of a policy on one image. It uses the evaluator, because ECR's preview does not return reasons. */
export async function explain(image: string, options: ExplainOptions): Promise<number> {
  const { app, repository } = options;
  const problems = app === undefined && repository === undefined
    ? [{ code: 'InvalidOption', path: '--repository', message: 'give --repository NAME, or --app DIRECTORY' }] : [];
  rejectOptions([...sourceProblems(options, { option: '--policy', isGiven: options.policy !== undefined }), ...problems]);
  const now = moment(options.now);
  const sources = app === undefined ? [await repositorySource(repository!, options)] : await appSources(options);
  if (sources.length === 0) {
    const missing = repository === undefined ? 'an existing repository' : `an existing repository ${show(repository)}`;
    throw commandError('MissingTarget', `no gate of the app has a policy for ${missing}; check the names`);
  }
  const explained = sources.flatMap((source) => explainIn(source, image, now));
  if (explained.length === 0) {
    const where = sources.length === 1 ? `in repository "${sources[0].repositoryName}"` : `in any of ${sources.length} repositories`;
    throw commandError('UnknownImage', `there is no image ${show(image)} ${where}; give a tag, a digest, or at least the first ${MIN_DIGEST_LENGTH} characters of a digest`);
  }
  const json = `${JSON.stringify({ schemaVersion: 1, images: explained }, undefined, 2)}\n`;
  const width = options.output === undefined ? terminalWidth(process.stdout) : undefined;
  await writeOutput(options.format === 'json' ? json : wrap(explained.map(formatExplanation).join('\n'), width), options.output);
  return 0;
}

async function repositorySource(repositoryName: string, { policy, images, region, profile }: ExplainOptions): Promise<Source> {
  const given = policy === undefined ? undefined : await readPolicyText(policy);
  if (images) {
    const files = await ImageFiles.open(images, 1);
    if (given === undefined) throw commandError('InvalidOptions', 'saved images do not contain a policy; give one with --policy');
    return { repositoryName, policyText: given, images: await files.imagesOf({ name: repositoryName, isLogicalId: false }) };
  }
  const { openAccount } = await import('../judge/live-account.js');
  const live = await (await openAccount({ region, profile })).in(undefined);
  const deadline = Deadline.in(SYSTEM_CLOCK, MILLISECONDS);
  const [listed, policyText] = await Promise.all([
    live.images(repositoryName, deadline),
    given ?? live.lifecyclePolicyText(repositoryName, deadline),
  ]);
  return { repositoryName, policyText, images: [...listed.values()] };
}

async function appSources(options: ExplainOptions): Promise<Source[]> {
  const { repository, images, region, profile } = options;
  const { gates } = await readApp(options);
  const candidates = gates.filter((gate) => mayNeed(gate, repository));
  if (images) {
    const resolved = candidates.map((gate) => resolveGate(gate, offlinePlace(gate.stack, region)));
    const wanted = repository === undefined ? Math.max(1, gates.length) : 1;
    const files = await ImageFiles.open(images, wanted, sharedNames(resolved.map(repositoryOfGate)));
    rejectUnknownNames(files.names, gates.map((gate) => resolveGate(gate, offlinePlace(gate.stack, region))).map(repositoryOfGate));
    return defined(await Promise.all(resolved.map((gate) => offlineSource(gateAssignment(gate), files, repository))));
  }
  const { openAccount } = await import('../judge/live-account.js');
  const { liveAssignment } = await import('../judge/live-assignment.js');
  const account = await openAccount({ region, profile });
  return defined(await mapConcurrently(candidates, CONCURRENT_GATES, async (gate) =>
    liveSource(await liveAssignment(gate, account), account, repository)));
}

/** False if the template names a repository other than `--repository`. The gates of other repositories may have unknown values. */
function mayNeed({ properties: { RepositoryName: name } }: AssemblyGate, repository: string | undefined): boolean {
  return repository === undefined || typeof name !== 'string' || name === repository;
}

/** Returns undefined if the gate has no policy, or its repository is not `wanted`. */
async function offlineSource({ gate, input }: Assignment, files: ImageFiles, wanted: string | undefined): Promise<Source | undefined> {
  const { repository, lifecyclePolicyText } = valueOf(input);
  if (lifecyclePolicyText === undefined || (wanted !== undefined && literalName(repository) !== wanted)) return undefined;
  const owner = imagesOwnerOf(repository, gate);
  const images = await files.imagesOf(owner);
  return { repositoryName: literalName(repository) ?? labelOf(gate!), policyText: lifecyclePolicyText, images };
}

/** Returns undefined if the gate has no policy, or its repository is not `wanted`, or if the repository does not exist yet. */
async function liveSource({ gate, input }: Assignment, account: LiveAccount, wanted: string | undefined): Promise<Source | undefined> {
  const { liveName } = await import('../judge/live-assignment.js');
  const { repository, lifecyclePolicyText, mayBeMissing } = valueOf(input);
  const live = await account.in(gate?.stack.region);
  const deadline = Deadline.in(SYSTEM_CLOCK, MILLISECONDS);
  const repositoryName = await liveName(gate, repository, live, deadline);
  if (repositoryName === undefined || lifecyclePolicyText === undefined || (wanted !== undefined && repositoryName !== wanted)) return undefined;
  const images = await live.images(repositoryName, deadline).catch((error: unknown) => {
    if (mayBeMissing && wanted === undefined && problemOf(error).code === 'UnknownRepository') return undefined;
    throw error;
  });
  return images && { repositoryName, policyText: lifecyclePolicyText, images: [...images.values()] };
}

function defined<T>(list: readonly (T | undefined)[]): T[] {
  return list.filter((each): each is T => each !== undefined);
}

function explainIn({ repositoryName, policyText, images }: Source, wanted: string, now: number): Explained[] {
  const parsed = parsePolicyText(policyText);
  if (!parsed.ok) throw problemsError('RejectedPolicy', `the lifecycle policy for "${repositoryName}"`, parsed.problems);
  const digest = digestOf(wanted, images);
  if (digest === undefined) return [];
  const missingTimes = checkTimes(parsed.value, images);
  if (missingTimes.length > 0) throw problemsError('InvalidImages', `the list of the images of "${repositoryName}"`, missingTimes);
  return explainImages(parsed.value, images, new Set([digest]), now).map((explanation) => ({ repositoryName, ...explanation }));
}

/** Finds an image by a tag, a digest, or the unique beginning of a digest. */
function digestOf(wanted: string, images: readonly Image[]): string | undefined {
  const tagged = images.find(({ imageTags }) => imageTags?.includes(wanted));
  if (tagged) return tagged.imageDigest;
  if (wanted.length < MIN_DIGEST_LENGTH || !wanted.startsWith('sha256:')) return undefined;
  const matching = images.filter(({ imageDigest }) => imageDigest.startsWith(wanted)).map(({ imageDigest }) => imageDigest);
  if (matching.length > 1) throw commandError('AmbiguousImage', `${matching.length} images have a digest that starts with ${show(wanted)}; give more of the digest`);
  return matching[0];
}

const ACTIONS = {
  EXPIRE: ['EXPIRE', 'the image is deleted'],
  TRANSITION: ['ARCHIVE', 'the image is archived, and cannot be pulled until it is restored'],
  KEEP: ['KEEP', 'the image is kept'],
} as const;

function formatExplanation({ repositoryName, imageDigest, imageTags, action, rulePriority, rules, besides }: Explained): string {
  const [verb, effect] = ACTIONS[action];
  const by = action !== 'KEEP' && rulePriority !== undefined ? ` by rule ${rulePriority}` : '';
  return [
    `${repositoryName}  ${imageDigest}`,
    `tags: ${imageTags.length === 0 ? 'none' : cut(imageTags.join(', '), 200)}`,
    `${verb}${by}: ${effect}`,
    '',
    ...rules.map(({ message, description }) => `  ${message}${description === undefined ? '' : `  (${cut(description, 80)})`}`),
    ...besides.map(({ message }) => `  ${message}`),
  ].map(visible).join('\n') + '\n';
}
