#!/usr/bin/env node
import { CommanderError } from 'commander';
import { problemOf } from './errors';
import { stopProgress } from './output/progress';
import { dropUnfinished } from './output/write-output';
import { makeProgram } from './program';
import { oneLine } from '../core/text/one-line';

declare const PACKAGE_VERSION: string;

/*
 * The command line's process: results go to stdout, all else to stderr; whatever goes wrong is one line and exit code 2.
 */

/** The SDK would announce on stderr which Node.js it will want next year. */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Who reads the result may stop reading it (`| head`): that is no error. The verdict stays what it is. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') end(Number(process.exitCode ?? 0));
  fail(error);
});

/** What is said besides may find nobody, too: that changes no verdict either. */
process.stderr.on('error', () => undefined);

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
for (const [signal, code] of Object.entries(SIGNALS)) {
  process.once(signal, () => {
    process.stderr.write('Interrupted: nothing was written; run it again\n');
    end(code);
  });
}

const program = makeProgram(PACKAGE_VERSION, async (work) => end(await work));
program.exitOverride();
for (const command of [program, ...program.commands]) {
  command.exitOverride().configureOutput({ outputError: (text, write) => write(`UsageError: ${usageError(text, command.name())}\n`) });
}
program.parseAsync().catch(fail);

/** Not by `process.exitCode` alone: connections that are kept for reuse would hold the process for seconds. */
function end(code: number): never {
  stopProgress();
  dropUnfinished();
  process.exit(code);
}

function fail(error: unknown): never {
  // Help and version come as errors, too; commander has written what it had to say.
  if (error instanceof CommanderError) end(error.exitCode === 0 ? 0 : 2);
  const { code, message } = problemOf(error);
  process.stderr.write(`${oneLine(`${code}: ${message}`)}\n`);
  end(2);
}

function usageError(text: string, command: string): string {
  const help = command === 'ecr-lifecycle' ? 'ecr-lifecycle --help' : `ecr-lifecycle ${command} --help`;
  return `${oneLine(text.replace(/^error: /, ''))}; see ${help}`;
}
