import type { LoggedCommand } from './tools/logged-command';
import type { PolicyDocument } from '../../src/core/policy/policy-document';

const WIDTH = 110;
const INDENT = '   ';
const TAIL_LINES = 40;

/** A failed check, which ends the scenario. */
export class ScenarioFailure extends Error {
  constructor(message: string, readonly evidence?: LoggedCommand) {
    super(message);
  }
}

/** Prints the progress of the scenarios. */
export class Story {
  heading(text: string): void {
    console.log(`\n${text}\n`);
  }

  say(text: string): void {
    console.log(wrapped(text, INDENT));
  }

  /** Prints the output of another program. */
  quote(text: string): void {
    console.log(wrapped(text, `${INDENT}    `));
  }

  /** Prints a skipped part, in the format that CI collects. */
  skipped(part: string, why: string): void {
    console.log(`- ${part}: skipped: ${why}`);
  }

  livePolicy(repositoryName: string, text: string | undefined): void {
    console.log(`${INDENT}    live policy of ${repositoryName}: ${text === undefined ? 'none' : formatPolicy(text)}`);
  }

  /** Prints the claim if it holds, and throws otherwise. */
  check(holds: boolean, claim: string, evidence?: LoggedCommand): void {
    if (!holds) throw new ScenarioFailure(`expected that ${claim}`, evidence);
    console.log(wrapped(`ok  ${claim}`, INDENT));
  }

  failed(error: unknown): void {
    const message = error instanceof ScenarioFailure ? error.message : error instanceof Error ? error.stack ?? error.message : String(error);
    console.log(message.replace(/^/gm, `${INDENT}FAILED  `));
    if (!(error instanceof ScenarioFailure) || !error.evidence) return;
    const { exitCode, output, logFile } = error.evidence;
    console.log(`${INDENT}exit code ${exitCode ?? 'none'}; the end of ${logFile}:`);
    console.log(output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n').replace(/^/gm, `${INDENT}| `));
  }
}

/** Formats a policy for reading. The checks compare the exact text. */
function formatPolicy(policyText: string): string {
  const { rules } = JSON.parse(policyText) as PolicyDocument;
  return rules.map(({ rulePriority, selection, action }) => {
    const { tagStatus, tagPatternList, countType, countNumber, countUnit } = selection;
    return `${rulePriority}. ${action.type} ${tagPatternList?.join('+') ?? tagStatus}, ${countType} ${countNumber}${countUnit ? ` ${countUnit}` : ''}`;
  }).join('; ');
}

function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + 1 + word.length <= WIDTH) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines.join('\n').replace(/^/gm, indent);
}
