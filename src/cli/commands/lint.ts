import { existsSync } from 'node:fs';
import { nearest } from '../../core/policy/nearest';
import type { Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';
import { WARNING_IDS } from '../../core/warnings/warning';
import { labelOf } from '../assembly/assembly-gate';
import { ResolvedPolicy, resolveDetachedPolicy, resolveRepository, valueOf } from '../assembly/resolve-gate';
import { commandError } from '../errors';
import { ImageFiles } from '../input/image-files';
import { readPolicyFile } from '../input/policy-file';
import { imagesOwnerOf, offlinePlace, rejectUnknownNames, sharedNames } from '../judge/images-owner';
import { Candidate, Checks, LintedPolicy, lintOne } from '../lint/lint-policy';
import { guardsOf } from '../options/guard-options';
import { splitList, swallowedFiles } from '../options/lists';
import { PolicyFile, policyFiles } from '../options/policy-files';
import { AppContents, moment, readApp, rejectOptions, SourceOptions, sourceProblems } from '../options/source-options';
import { terminalWidth } from '../output/wrap';
import { writeOutput } from '../output/write-output';
import { formatLinted } from '../render/lint-text';

export interface LintOptions extends SourceOptions {
  readonly policy?: readonly string[];
  readonly repository?: string;
  readonly ignore?: readonly string[];
  readonly protectTags?: readonly string[];
  readonly format: 'text' | 'json';
  readonly output?: string;
}

/** Checks policies, and returns the exit code: 1 for any finding, 2 if something could not be read. */
export async function lint(args: readonly string[], options: LintOptions): Promise<number> {
  const { policy = [], format, output } = options;
  const given = [...args, ...policy];
  // Synthesis prints the ids with the prefix.
  const ignore = splitList(options.ignore ?? []).map((id) => id.replace(/^cdk-ecr-lifecycle:/, ''));
  rejectOptions(lintProblems(given, ignore, options));
  const { candidates, files } = options.app === undefined
    ? await fromFiles(await policyFiles(given), options)
    : await fromApp(await readApp(options), options);
  const checks: Checks = { now: moment(options.now), files, ignore, protectTags: splitList(options.protectTags ?? []) };

  const linted: LintedPolicy[] = [];
  for (const candidate of candidates) linted.push(await lintOne(candidate, checks));
  const code = linted.some(({ unread }) => unread) ? 2 : linted.some(({ findings }) => findings.length > 0) ? 1 : 0;
  process.exitCode = code;
  for (const line of new Set(linted.flatMap(({ unread }) => (unread ? [`${unread.code}: ${unread.message}\n`] : [])))) process.stderr.write(line);
  const text = output === undefined
    ? formatLinted(linted, { width: terminalWidth(process.stdout), explainsProblems: false })
    : formatLinted(linted, { explainsProblems: true });
  await writeOutput(format === 'json' ? `${JSON.stringify({ schemaVersion: 1, policies: linted }, undefined, 2)}\n` : text, output);
  return code;
}

function lintProblems(given: readonly string[], ignore: readonly string[], options: LintOptions): Problem[] {
  const { app, images = [], repository } = options;
  const problem = (path: string, message: string): Problem => ({ code: 'InvalidOption', path, message });
  const guards = guardsOf({ protectTags: options.protectTags });
  const unknown = ignore.filter((id) => !(WARNING_IDS as readonly string[]).includes(id));
  const needsName = app === undefined && repository === undefined && images.length > 1;
  return [
    ...sourceProblems(options, { option: 'policy files', isGiven: given.length > 0 }),
    ...app === undefined && given.length === 0 ? [problem('--app', 'give --app DIRECTORY, or files with policies')] : [],
    ...app !== undefined && repository !== undefined ? [problem('--repository', 'requires policy files, because an app names its repositories')] : [],
    ...given.filter((file) => file === '-').length > 1 ? [problem('-', 'stdin can be read only once')] : [],
    ...swallowedFiles('--ignore', options.ignore),
    ...swallowedFiles('--protect-tags', options.protectTags),
    ...needsName ? [problem('--repository', 'is required, because several --images are given')] : [],
    ...swallowed(unknown).map((id) => problem('--ignore', unknownId(id))),
    ...guards.ok ? [] : guards.problems,
  ];
}

/** Returns the ids that are not reported as files. */
function swallowed(ids: readonly string[]): string[] {
  return ids.filter((id) => !/\.json$/i.test(id) || !existsSync(id));
}

function unknownId(id: string): string {
  const likely = nearest(id, WARNING_IDS);
  return `${show(id)} is not the id of a warning; ${likely === undefined ? `the ids are ${WARNING_IDS.join(', ')}` : `did you mean ${show(likely)}?`}`;
}

interface Work {
  readonly candidates: readonly Candidate[];
  readonly files?: ImageFiles;
}

/** All files are checked on the images of one repository. */
async function fromFiles(files: readonly PolicyFile[], { images, repository }: LintOptions): Promise<Work> {
  const owner = { name: repository ?? '', isLogicalId: repository === undefined };
  const candidates = files.map(({ name, file }): Candidate => ({
    policy: name === '-' ? 'stdin' : name,
    read: async () => readPolicyFile(valueOf(file)),
    protectedTags: [],
    owner: { ok: true, value: owner },
  }));
  const opened = images && await ImageFiles.open(images, 1);
  const unused = opened?.names.filter((name) => repository !== undefined && name !== repository) ?? [];
  if (unused.length > 0) {
    throw commandError('InvalidOptions', `--images has images of ${show(unused)}, but --repository is ${show(repository)}; check the names`);
  }
  return { candidates, files: opened };
}

async function fromApp({ gates, repositories, unread }: AppContents, { images, region }: LintOptions): Promise<Work> {
  const policies = [
    ...repositories.map((repository) => resolveRepository(repository, offlinePlace(repository.stack, region))),
    ...gates.filter(({ repository }) => repository === undefined).map((gate) => resolveDetachedPolicy(gate, offlinePlace(gate.stack, region))),
  ].filter(mayHavePolicy);
  const withImages = policies.filter(({ repository }) => repository !== undefined);
  const files = images && await ImageFiles.open(images, withImages.length, sharedNames(withImages));
  if (files) rejectUnknownNames(files.names, withImages);
  const unreadable = unread.map(({ stack, file }): Candidate => ({
    policy: stack,
    read: async () => {
      throw commandError('UnreadableTemplate', `${show(file)} declares repositories, but is not JSON; lint its policies as files`);
    },
    protectedTags: [],
  }));
  return { candidates: [...policies.map(policyCandidate), ...unreadable], files };
}

function mayHavePolicy({ isCreated, policyText }: ResolvedPolicy): boolean {
  return isCreated && !(policyText.ok && policyText.value === undefined);
}

function policyCandidate(resolved: ResolvedPolicy): Candidate {
  const { stack, logicalId, path, policyText, protectedTags, repository } = resolved;
  return {
    policy: labelOf(resolved),
    resource: { stack: stack.displayName, logicalId, ...(path !== undefined && { path }) },
    read: async () => ({ text: valueOf(policyText) ?? '' }),
    protectedTags,
    ...(repository && { owner: repository.ok ? { ok: true, value: imagesOwnerOf(repository.value, resolved) } : repository }),
  };
}
