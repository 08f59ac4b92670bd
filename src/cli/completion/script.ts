import type { Command } from 'commander';
import { bashScript } from './bash';
import { commandTree, optionsOf } from './command-tree';
import { fishScript } from './fish';
import { zshScript } from './zsh';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

export type Shell = keyof typeof SCRIPTS;

/** Returns the script with which a shell completes the commands, options and values of the program. */
export function completionScript(shell: Shell, program: Command): string {
  return SCRIPTS[shell](program.name(), commandTree(program), optionsOf(program));
}
