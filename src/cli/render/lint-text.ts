import { visible } from '../../core/text/show';
import { plural } from '../../core/text/words';
import type { Finding, LintedPolicy } from '../lint/lint-policy';
import { wrap } from '../output/wrap';

export interface TextOutput {
  /** The width of the terminal. Absent for a pipe or a file, whose lines are not wrapped. */
  readonly width?: number;
  /** False if problems are named only by their codes, because stderr has the sentences. */
  readonly explainsProblems: boolean;
}

/** Formats one line per finding and a last line with the count. If there are several policies, those without findings have a line, too. */
export function formatLinted(linted: readonly LintedPolicy[], { width, explainsProblems }: TextOutput): string {
  const lines = linted.flatMap(({ policy, note, findings, unread }) => {
    const prefix = `${visible(policy)}: `;
    const found = findings.map(({ kind, id, message }) => `${prefix}${kind.toLowerCase()} ${id}: ${visible(message)}`);
    if (note !== undefined) found.unshift(`${prefix}note WrappedPolicy: ${note}`);
    if (unread) found.push(`${prefix}could not be read: ${unread.code}${explainsProblems ? `: ${visible(unread.message)}` : ''}`);
    return found.length === 0 && linted.length > 1 ? [`${prefix}no findings`] : found;
  });
  return `${wrap([...lines, countLine(linted)].join('\n'), width)}\n`;
}

function countLine(linted: readonly LintedPolicy[]): string {
  const findings = linted.flatMap((policy) => policy.findings);
  const count = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).length;
  const unread = linted.filter((policy) => policy.unread).length;
  const policies = linted.length === 1 ? '1 policy' : `${linted.length} policies`;
  return `${plural(count('PROBLEM'), 'problem')} and ${plural(count('WARNING'), 'warning')} in ${policies}${unread > 0 ? `; ${unread} could not be read` : ''}.`;
}
