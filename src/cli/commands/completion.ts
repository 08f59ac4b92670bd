import type { Command } from 'commander';
import { completionScript, Shell } from '../completion/script';
import { writeOutput } from '../output/write-output';

/** Prints the completion script of a shell. */
export async function completion(shell: Shell, program: Command): Promise<number> {
  await writeOutput(completionScript(shell, program), undefined);
  return 0;
}
