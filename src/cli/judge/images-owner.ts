import type { Assignment, FromGate } from './assignment';
import { Question, questionOf } from './question';
import type { Place } from '../assembly/scope';
import type { ImagesOwner } from '../input/image-files';

/** Whose saved images a question is about. */
export function imagesOwnerOf(assignment: Assignment, { repository }: Pick<Question, 'repository'>, shared: ReadonlySet<string>): ImagesOwner {
  const name = nameIn(repository);
  const stack = assignment.kind === 'GATE' ? assignment.gate.stack.displayName : undefined;
  return { name, isLogicalId: !('name' in repository), stack, isShared: shared.has(name) };
}

/** Where a gate is, as far as it is known without asking AWS. */
export function savedPlaceOf({ gate: { stack } }: Pick<FromGate, 'gate'>, region: string | undefined): Place {
  return { account: stack.account, region: stack.region ?? region };
}

/**
 * The names by which gates of an app mean different repositories: a name in two accounts or regions, as stages have it, or a
 * logical id in two stacks.
 */
export function sharedNames(assignments: readonly Assignment[], region: string | undefined): ReadonlySet<string> {
  const homes = new Map<string, string>();
  const shared = new Set<string>();
  for (const assignment of assignments) {
    if (assignment.kind === 'POLICY') continue;
    const repository = repositoryOf(assignment, region);
    if (!repository) continue;
    const { displayName } = assignment.gate.stack;
    const home = JSON.stringify('name' in repository ? savedPlaceOf(assignment, region) : displayName);
    const name = nameIn(repository);
    if ((homes.get(name) ?? home) !== home) shared.add(name);
    homes.set(name, home);
  }
  return shared;
}

/** Undefined when it is not known: it will be told when the gate's turn comes. */
function repositoryOf(assignment: FromGate, region: string | undefined): Question['repository'] | undefined {
  try {
    const place = savedPlaceOf(assignment, region);
    return assignment.madeAt(place) ? questionOf(assignment, place).repository : undefined;
  } catch {
    return undefined;
  }
}

function nameIn(repository: Question['repository']): string {
  return 'name' in repository ? repository.name : repository.logicalId;
}
