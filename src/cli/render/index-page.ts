import { coverageNotes, headline, isJudged, nameOf, PlanResult, verdictOf } from './plan-result';
import { formatMoment } from '../../core/report/formatting';
import { Content, html, Markup } from '../../core/report/markup';
import { page, SYMBOLS } from '../../core/report/page';
import { withThousands } from '../../core/text/words';
import type { Outcome } from '../judge/outcome';

/** Renders the outcomes of all repositories as one page. */
export function indexPage(plan: PlanResult, linkTo: (outcome: Outcome) => string | undefined): string {
  const verdict = plan.verdict === 'EXPECTED' ? 'PASSED' : 'FAILED';
  return page(`Lifecycle plan: ${headline(plan)}`, html`<header>
<p class="over">Lifecycle plan of <time datetime="${plan.at}">${formatMoment(plan.at)}</time></p>
<h1>Effects of the lifecycle policies</h1>
<div class="verdict ${verdict.toLowerCase()}"><span class="symbol" aria-hidden="true">${SYMBOLS[verdict]}</span>
<div><strong>${headline(plan)}</strong></div></div>
</header>
<section><h2>Repositories</h2>
<div class="scroll"><table class="images">
<thead><tr>${['Repository', 'Verdict', 'Expire', 'Archive', 'Unexpected', 'Preview'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${plan.repositories.map((outcome) => row(outcome, linkTo(outcome)))}</tbody>
</table></div></section>${coverageSections(plan)}`);
}

/** Returns the sections about repositories without a gate or without a policy. */
export function coverageSections(plan: PlanResult): Content {
  return coverageNotes(plan).map(({ sentence, names }) => html`<section><h2>${sentence}</h2>
<ul>${names.map((name) => html`<li>${name}</li>`)}</ul></section>`);
}

function row(outcome: Outcome, link: string | undefined): Markup {
  const name = nameOf(outcome);
  const { expiring, archiving, unexpected }: Partial<Record<string, number>> = isJudged(outcome) ? { ...outcome.report.counts } : {};
  const cells: Content[] = [
    link === undefined ? name : html`<a href="${encodeURI(link)}">${name}</a>`,
    html`${verdictOf(outcome)}${reason(outcome)}`,
    ...[expiring, archiving, unexpected].map((count) => (count === undefined ? '' : withThousands(count))),
    isJudged(outcome) ? html`<code>${outcome.report.fingerprint}</code>` : undefined,
  ];
  return html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
}

function reason(outcome: Outcome): Content {
  if (outcome.outcome === 'NOTHING_TO_JUDGE') return `: ${outcome.because}`;
  return outcome.outcome === 'NOT_JUDGED' ? `: ${outcome.problem.code}: ${outcome.problem.message}` : undefined;
}
