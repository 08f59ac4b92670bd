#!/usr/bin/env node
import { CommanderError } from 'commander';
import { problemOf } from './errors';
import { stopProgress } from './output/progress';
import { removeUnfinished } from './output/write-output';
import { makeProgram } from './program';
import { oneLine } from '../core/text/one-line';

declare const PACKAGE_VERSION: string;

/*
 * The process of the command line. Results go to stdout, all other output goes to stderr. An error is one line and exit code 2.
 */

/** Suppresses the SDK's announcement on stderr of the Node.js versions that it will require. */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** A reader that closes the pipe early (`| head`) is not an error, and does not change the exit code. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') end(Number(process.exitCode ?? 0));
  fail(error);
});

/** A closed stderr does not change the exit code either. */
process.stderr.on('error', () => undefined);

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
for (const [signal, code] of Object.entries(SIGNALS)) {
  process.once(signal, () => {
    process.stderr.write('Interrupted: the command did not complete; run it again\n');
    end(code);
  });
}

const program = makeProgram(PACKAGE_VERSION, async (work) => end(await work));
program.exitOverride();
for (const command of [program, ...program.commands]) {
  command.exitOverride().configureOutput({ outputError: (text, write) => write(`UsageError: ${usageError(text, command.name())}\n`) });
}
program.parseAsync().catch(fail);

/** Exits at once, because connections that are kept alive for reuse would delay the end of the process by seconds. */
function end(code: number): never {
  stopProgress();
  removeUnfinished();
  process.exit(code);
}

function fail(error: unknown): never {
  // commander throws for --help and --version, too, after it has written its output.
  if (error instanceof CommanderError) end(error.exitCode === 0 ? 0 : 2);
  const { code, message } = problemOf(error);
  process.stderr.write(`${oneLine(`${code}: ${message}`)}\n`);
  end(2);
}

function usageError(text: string, command: string): string {
  const help = command === 'ecr-lifecycle' ? 'ecr-lifecycle --help' : `ecr-lifecycle ${command} --help`;
  return `${oneLine(text.replace(/^error: /, ''))}; see ${help}`;
}
