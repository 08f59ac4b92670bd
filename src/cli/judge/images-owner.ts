import type { Assignment, JudgeInput } from './assignment';
import type { ResolvedGate } from '../assembly/resolve-gate';
import type { AssemblyStack, Place } from '../assembly/scope';
import type { ImagesOwner } from '../input/image-files';

/** Returns the repository whose saved images an assignment needs. */
export function imagesOwnerOf(repository: JudgeInput['repository'], gate: Assignment['gate']): ImagesOwner {
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

/**
 * Returns the names that stand for several repositories of an app.
 *
 * Such a name is used in several accounts or regions, as by stages, or is a logical id of several stacks.
 */
export function sharedNames(gates: readonly ResolvedGate[]): ReadonlySet<string> {
  const homes = new Map<string, string>();
  const shared = new Set<string>();
  for (const { stack, place, isCreated, properties } of gates) {
    // An unknown repository is reported when its gate is judged.
    if (!isCreated || !properties.ok) continue;
    const { repository } = properties.value;
    const home = JSON.stringify('name' in repository ? place : stack.displayName);
    const name = nameIn(repository);
    if ((homes.get(name) ?? home) !== home) shared.add(name);
    homes.set(name, home);
  }
  return shared;
}

function nameIn(repository: JudgeInput['repository']): string {
  return 'name' in repository ? repository.name : repository.logicalId;
}
