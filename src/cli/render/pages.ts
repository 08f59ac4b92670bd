import * as path from 'node:path';
import { indexPage } from './index-page';
import { isJudged, nameOf, PlanResult } from './plan-result';
import { renderHtml } from '../../core/report/html';
import { isOnePage, writeOutput } from '../output/write-output';

/**
 * The report's own page for one repository; for several a directory of them, with an `index.html` that leads to each.
 *
 * Whether it is a file or a directory is decided by its name (`isOnePage`), not by how many repositories there happen to be.
 */
export async function writePages(plan: PlanResult, output: string | undefined): Promise<void> {
  const [only] = plan.repositories;
  if (output === undefined || isOnePage(output)) {
    return writeOutput(only !== undefined && isJudged(only) ? renderHtml(only.report) : indexPage(plan, () => undefined), output);
  }
  const pages = new Map(plan.repositories.filter(isJudged).map((judged, i) => [judged, `${pageName(nameOf(judged), i)}.html`]));
  for (const [{ report }, page] of pages) await writeOutput(renderHtml(report), path.join(output, page));
  // Last, so that it never leads to a page that is not there.
  await writeOutput(indexPage(plan, (outcome) => (isJudged(outcome) ? pages.get(outcome) : undefined)), path.join(output, 'index.html'));
}

/** File systems take no more than 255 bytes, and a repository's name may have as many characters. */
const MAX_NAME_LENGTH = 200;

/** The number keeps two gates of one repository apart, and `a/b` from `a-b`. */
function pageName(repositoryName: string, i: number): string {
  return `${String(i + 1).padStart(3, '0')}-${repositoryName.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, MAX_NAME_LENGTH)}`;
}
