import { coloursFor } from './colours';
import type { PlanResult } from './plan-result';
import { writeOutput } from '../output/write-output';

export type PlanFormat = 'table' | 'json' | 'markdown' | 'html';

/** The plan where it was asked for. Each format is loaded only when it is wanted. */
export async function writePlan(plan: PlanResult, format: PlanFormat, output: string | undefined): Promise<void> {
  switch (format) {
    case 'table': {
      const { planTable } = await import('./table.js');
      return writeOutput(planTable(plan, coloursFor(output === undefined ? process.stdout : {}, process.env)), output);
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
