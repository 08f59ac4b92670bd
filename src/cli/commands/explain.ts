import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import type { Image } from '../../core/evaluation/image';
import { explainImages, ImageExplanation } from '../../core/evaluation/image-explanation';
import { checkTimes } from '../../core/evaluation/inventory';
import { parsePolicyText } from '../../core/policy/policy-text';
import { show, visible } from '../../core/text/show';
import { cut } from '../../core/text/words';
import { problemOf, refusal } from '../errors';
import { ImageFiles } from '../input/image-files';
import { readText } from '../input/read-file';
import type { FromGate } from '../judge/assignment';
import { imagesOwnerOf, savedPlaceOf, sharedNames } from '../judge/images-owner';
import type { LiveAccount } from '../judge/live-account';
import { literalName, questionOf, refusalOf } from '../judge/question';
import { sideBySide } from '../judge/side-by-side';
import { gatesOf, moment, refuseOptions, SourceOptions, sourceProblems } from '../options/source-options';
import { writeOutput } from '../output/write-output';

export interface ExplainOptions extends SourceOptions {
  readonly format: 'text' | 'json';
  readonly output?: string;
}

interface Explained extends ImageExplanation {
  readonly repositoryName: string;
}

/** A policy, and the images that it is for. */
interface Source {
  readonly repositoryName: string;
  readonly policyText: string;
  readonly images: readonly Image[];
}

const MILLISECONDS = 5 * 60 * 1000;
const GATES_AT_ONCE = 8;
const MIN_DIGEST_LENGTH = 'sha256:'.length + 6;

/** What becomes of an image, and why, by the evaluator: it knows the reasons, ECR's preview names the outcome only. */
export async function explain(image: string, options: ExplainOptions): Promise<number> {
  const { app, repository } = options;
  const source = app === undefined && repository === undefined
    ? [{ code: 'InvalidOption', path: '--repository', message: 'give --repository NAME, or --app DIRECTORY' }] : [];
  refuseOptions([...sourceProblems(options), ...source]);
  const now = moment(options.now);
  const sources = await sourcesFrom(options);
  if (sources.length === 0) {
    throw refusal('MissingTarget', `no gate of the app has a policy for ${repository === undefined ? 'a repository that is there' : `a repository ${show(repository)} that is there`}; look at the names`);
  }
  const explained = sources.flatMap((each) => explainIn(each, image, now));
  if (explained.length === 0) {
    const where = sources.length === 1 ? `in repository "${sources[0].repositoryName}"` : `in any of ${sources.length} repositories`;
    throw refusal('UnknownImage', `there is no image ${show(image)} ${where}; give a tag, or a digest of which the first ${MIN_DIGEST_LENGTH} characters are enough`);
  }
  const json = `${JSON.stringify({ schemaVersion: 1, images: explained }, undefined, 2)}\n`;
  await writeOutput(options.format === 'json' ? json : explained.map(inWords).join('\n'), options.output);
  return 0;
}

async function sourcesFrom(options: ExplainOptions): Promise<Source[]> {
  const { app, policy, repository, images } = options;
  const gates = await gatesOf(options);
  const given = policy === undefined ? undefined : await readText(policy);
  if (images) {
    const files = await ImageFiles.from(images, gates.length > 1 && repository === undefined ? gates.length : 1);
    const shared = sharedNames(gates, options.region);
    if (app !== undefined) return some(await Promise.all(gates.map((gate) => savedSource(gate, files, shared, options))));
    if (given === undefined) throw refusal('InvalidOptions', 'saved images come without a policy; give one with --policy');
    return [{ repositoryName: repository!, policyText: given, images: await files.imagesOf({ name: repository!, isLogicalId: false }) }];
  }
  const { openAccount } = await import('../judge/open-account.js');
  const account = await openAccount(options);
  if (app !== undefined) return some(await sideBySide(gates, GATES_AT_ONCE, (gate) => liveSource(gate, account, options)));

  const live = await account.in(undefined);
  const deadline = Deadline.in(SYSTEM_CLOCK, MILLISECONDS);
  const [listed, policyText] = await Promise.all([
    live.images(repository!, deadline),
    // Without a policy file, the policy that is in force.
    given ?? live.lifecyclePolicyText(repository!, deadline),
  ]);
  return [{ repositoryName: repository!, policyText, images: [...listed.values()] }];
}

/** Nothing when the gate is about another repository than the one that was asked for. */
async function savedSource(
  assignment: FromGate, files: ImageFiles, shared: ReadonlySet<string>, options: ExplainOptions,
): Promise<Source | undefined> {
  if (isAnother(assignment, options)) return undefined;
  const question = questionOf(assignment, savedPlaceOf(assignment, options.region));
  const { repository, lifecyclePolicyText } = question;
  const name = literalName(repository);
  if (lifecyclePolicyText === undefined || !isWanted(name, options)) return undefined;
  const images = await files.imagesOf(imagesOwnerOf(assignment, question, shared));
  return { repositoryName: name ?? assignment.gate.logicalId, policyText: lifecyclePolicyText, images };
}

/** Nothing, too, when the repository is not there yet. */
async function liveSource(assignment: FromGate, account: LiveAccount, options: ExplainOptions): Promise<Source | undefined> {
  const { liveName, liveQuestion } = await import('../judge/live-question.js');
  if (isAnother(assignment, options)) return undefined;
  const question = await liveQuestion(assignment, account);
  const deadline = Deadline.in(SYSTEM_CLOCK, MILLISECONDS);
  const name = await liveName(assignment, question, deadline);
  if (name === undefined || question.lifecyclePolicyText === undefined || !isWanted(name, options)) return undefined;
  const images = await question.live.images(name, deadline).catch((error: unknown) => {
    if (question.mayBeMissing && options.repository === undefined && problemOf(error).code === 'UnknownRepository') return undefined;
    throw error;
  });
  return images && { repositoryName: name, policyText: question.lifecyclePolicyText, images: [...images.values()] };
}

/** Told by the template alone: whatever else is not known of another repository's gate need not be. */
function isAnother({ gate }: FromGate, { repository }: ExplainOptions): boolean {
  const { RepositoryName: name } = gate.properties;
  return repository !== undefined && typeof name === 'string' && name !== repository;
}

function isWanted(name: string | undefined, { repository }: ExplainOptions): boolean {
  return repository === undefined || repository === name;
}

function some<T>(list: readonly (T | undefined)[]): T[] {
  return list.filter((each): each is T => each !== undefined);
}

function explainIn({ repositoryName, policyText, images }: Source, wanted: string, now: number): Explained[] {
  const parsed = parsePolicyText(policyText);
  if (!parsed.ok) throw refusalOf('RejectedPolicy', `the lifecycle policy for "${repositoryName}"`, parsed.problems);
  const digest = digestOf(wanted, images);
  if (digest === undefined) return [];
  const timeless = checkTimes(parsed.value, images);
  if (timeless.length > 0) throw refusalOf('InvalidImages', `the list of the images of "${repositoryName}"`, timeless);
  return explainImages(parsed.value, images, new Set([digest]), now).map((explanation) => ({ repositoryName, ...explanation }));
}

/** By tag, by digest, or by as much of a digest as only one image has. */
function digestOf(wanted: string, images: readonly Image[]): string | undefined {
  const tagged = images.find(({ imageTags }) => imageTags?.includes(wanted));
  if (tagged) return tagged.imageDigest;
  if (wanted.length < MIN_DIGEST_LENGTH || !wanted.startsWith('sha256:')) return undefined;
  const alike = images.filter(({ imageDigest }) => imageDigest.startsWith(wanted)).map(({ imageDigest }) => imageDigest);
  if (alike.length > 1) throw refusal('AmbiguousImage', `${alike.length} images have a digest that starts with ${show(wanted)}; give more of it`);
  return alike[0];
}

const ACTIONS = { EXPIRE: 'EXPIRE: it is deleted', TRANSITION: 'ARCHIVE: it cannot be pulled until it is restored', KEEP: 'KEEP: it stays' };

function inWords({ repositoryName, imageDigest, imageTags, action, rulePriority, rules, besides }: Explained): string {
  const by = action !== 'KEEP' && rulePriority !== undefined ? `, by rule ${rulePriority}` : '';
  return [
    `${repositoryName}  ${imageDigest}`,
    `tags: ${imageTags.length === 0 ? 'none' : cut(imageTags.join(', '), 200)}`,
    `${ACTIONS[action]}${by}`,
    '',
    ...rules.map(({ message, description }) => `  ${message}${description === undefined ? '' : `  (${cut(description, 80)})`}`),
    ...besides.map(({ message }) => `  ${message}`),
  ].map(visible).join('\n') + '\n';
}
