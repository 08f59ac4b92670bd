import type { Assignment, JudgeInput } from './assignment';
import { nearest } from '../../core/policy/nearest';
import { show } from '../../core/text/show';
import type { Resolved, ResolvedGate } from '../assembly/resolve-gate';
import type { AssemblyStack, Place } from '../assembly/scope';
import { commandError } from '../errors';
import type { ImagesOwner } from '../input/image-files';

/** Returns the repository whose saved images an assignment needs. */
export function imagesOwnerOf(repository: JudgeInput['repository'], gate: Pick<NonNullable<Assignment['gate']>, 'stack'> | undefined): ImagesOwner {
  return { name: nameIn(repository), isLogicalId: !('name' in repository), stack: gate?.stack.displayName };
}

/**
 * Returns the place of a stack as far as it is known without AWS.
 *
 * @param region The region of stacks that leave it to the deployment.
 */
export function offlinePlace(stack: AssemblyStack, region: string | undefined): Place {
  return { account: stack.account, region: stack.region ?? region };
}

/** A repository of an app at the place that it is judged for. */
export interface PlacedRepository {
  readonly stack: AssemblyStack;
  readonly place: Place;
  readonly isCreated: boolean;
  /** Absent for a policy that belongs to no repository. */
  readonly repository?: Resolved<JudgeInput['repository']>;
}

export function repositoryOfGate({ stack, place, isCreated, properties }: ResolvedGate): PlacedRepository {
  return { stack, place, isCreated, repository: properties.ok ? { ok: true, value: properties.value.repository } : properties };
}

/**
 * Returns the names that stand for several repositories of an app.
 *
 * Such a name is used in several accounts or regions, as by stages, or is a logical id of several stacks.
 */
export function sharedNames(repositories: readonly PlacedRepository[]): ReadonlySet<string> {
  const homes = new Map<string, string>();
  const shared = new Set<string>();
  for (const { stack, place, isCreated, repository } of repositories) {
    // An unknown repository is reported when its gate is judged.
    if (!isCreated || !repository?.ok) continue;
    const home = JSON.stringify('name' in repository.value ? [place, stack.launchedAs] : stack.displayName);
    const name = nameIn(repository.value);
    if ((homes.get(name) ?? home) !== home) shared.add(name);
    homes.set(name, home);
  }
  return shared;
}

/** Throws if saved images are given for a name that no repository has. */
export function rejectUnknownNames(given: readonly string[], repositories: readonly PlacedRepository[]): void {
  const known = repositories.flatMap(({ stack, repository }) => (repository?.ok ? [nameIn(repository.value), `${stack.displayName}/${nameIn(repository.value)}`] : []));
  // A repository whose name is unknown could be any of them. It is reported when its gate is judged.
  if (repositories.some(({ repository }) => repository?.ok === false)) return;
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const names = [...new Set(known)].filter((name) => !name.startsWith('/'));
  const likely = nearest(unknown[0], names);
  const hint = likely === undefined ? `the repositories are ${show(names.slice(0, 5))}` : `did you mean ${show(likely)}?`;
  throw commandError('InvalidOptions', `--images has images of ${show(unknown)}, but no such repository is checked; ${hint}`);
}

function nameIn(repository: JudgeInput['repository']): string {
  return 'name' in repository ? repository.name : repository.logicalId;
}
