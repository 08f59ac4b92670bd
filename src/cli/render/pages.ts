import * as path from 'node:path';
import { coverageSections, indexPage } from './index-page';
import { isJudged, nameOf, PlanResult } from './plan-result';
import { renderHtml } from '../../core/report/html';
import { isOnePage, writeOutput } from '../output/write-output';

/**
 * Writes the page of the report for one repository, or a directory of such pages with an `index.html` that links to them.
 *
 * The output's name decides between a file and a directory (`isOnePage`), so that the kind does not depend on the number of repositories.
 */
export async function writePages(plan: PlanResult, output: string | undefined): Promise<void> {
  const [only] = plan.repositories;
  if (output === undefined || isOnePage(output)) {
    const isReport = only !== undefined && isJudged(only);
    return writeOutput(isReport ? renderHtml(only.report, coverageSections(plan)) : indexPage(plan, () => undefined), output);
  }
  const pages = new Map(plan.repositories.filter(isJudged).map((judged, i) => [judged, `${pageName(nameOf(judged), i)}.html`]));
  for (const [{ report }, page] of pages) await writeOutput(renderHtml(report), path.join(output, page));
  // Written last, so that its links never lead to a missing page.
  await writeOutput(indexPage(plan, (outcome) => (isJudged(outcome) ? pages.get(outcome) : undefined)), path.join(output, 'index.html'));
}

/** File systems limit names to 255 bytes, and a repository's name may be as long. */
const MAX_NAME_LENGTH = 200;

/** Returns a unique name: the number distinguishes two gates of one repository, and `a/b` from `a-b`. */
function pageName(repositoryName: string, i: number): string {
  return `${String(i + 1).padStart(3, '0')}-${repositoryName.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, MAX_NAME_LENGTH)}`;
}
