import type { PlanResult } from './plan-result';
import { DEFAULT_WIDTH, terminalWidth } from '../output/wrap';
import { writeOutput } from '../output/write-output';

export type PlanFormat = 'table' | 'json' | 'markdown' | 'html';

/** Writes a plan in a format. The code of a format is loaded only if it is used. */
export async function writePlan(plan: PlanResult, format: PlanFormat, output: string | undefined): Promise<void> {
  switch (format) {
    case 'table': {
      const { colorsFor, planTable } = await import('./table.js');
      const stream = output === undefined ? process.stdout : {};
      const width = terminalWidth(stream);
      const colors = colorsFor(stream, process.env);
      const place = { colors, width: width ?? DEFAULT_WIDTH, wraps: width !== undefined, explainsProblems: output !== undefined };
      return writeOutput(planTable(plan, place), output);
    }
    case 'json':
      return writeOutput(`${JSON.stringify(plan, undefined, 2)}\n`, output);
    case 'markdown': {
      const { planMarkdown } = await import('./markdown.js');
      return writeOutput(planMarkdown(plan), output);
    }
    case 'html': {
      const { writePages } = await import('./pages.js');
      return writePages(plan, output);
    }
  }
}
