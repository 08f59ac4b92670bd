import type { PlanResult } from './plan-result';
import { writeOutput } from '../output/write-output';

export type PlanFormat = 'table' | 'json' | 'markdown' | 'html';

/** Writes a plan in a format. The code of a format is loaded only if it is used. */
export async function writePlan(plan: PlanResult, format: PlanFormat, output: string | undefined): Promise<void> {
  switch (format) {
    case 'table': {
      const { colorsFor, planTable } = await import('./table.js');
      return writeOutput(planTable(plan, colorsFor(output === undefined ? process.stdout : {}, process.env)), output);
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
