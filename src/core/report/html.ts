import { formatBytes, formatMoment, formatTime, formatVerdict } from './formatting';
import { imageTable } from './image-table';
import { Content, html, Markup } from './markup';
import { page, SYMBOLS, tableScript } from './page';
import { picture } from './picture';
import { GateReport, reportName } from './report';
import { formatUnusedApproval } from '../judgment/approved-previews';
import { formatGuard } from '../judgment/guards/guard';
import { exceededImpliedLimits, impliedLimits } from '../judgment/verdict-line';
import { plural, withThousands } from '../text/words';

/**
 * Renders the report as one HTML page.
 *
 * @param more Sections to add.
 */
export function renderHtml(report: GateReport, more?: Content): string {
  return page(`${report.verdict}: ${report.repositoryName}, preview ${report.fingerprint}`, html`${heading(report)}
${counts(report)}
${violations(report)}
${approval(report)}
<section><h2>Affected and kept images</h2>${picture(report)}</section>
${imageTable(report)}
${policyAndGuards(report)}
${more}
${about(report)}
${tableScript()}`);
}

function heading(report: GateReport): Markup {
  const { title, because } = formatVerdict(report);
  return html`<header>
<p class="over">Lifecycle preview <code>${report.fingerprint}</code> of <time datetime="${report.at}">${formatMoment(report.at)}</time></p>
<h1>${report.repositoryName}</h1>
<div class="verdict ${report.verdict.toLowerCase()}"><span class="symbol" aria-hidden="true">${SYMBOLS[report.verdict]}</span>
<div><strong>${report.verdict} · ${title}</strong><p>${because}</p></div></div>
</header>`;
}

function counts({ counts: { expiring, archiving, ahead, unexpected, inventory }, images, kept }: GateReport): Markup {
  const ofAll = inventory === undefined ? undefined : `of ${plural(inventory, 'image')}`;
  const now = images.filter(({ goesAt }) => goesAt === undefined);
  return html`<dl class="counts">
${tile('Expire', withThousands(expiring), 'expire', ofAll, sizeOf(now.filter(({ action }) => action === 'EXPIRE')))}
${tile('Archive', withThousands(archiving), 'archive', ofAll, sizeOf(now.filter(({ action }) => action === 'TRANSITION')))}
${ahead > 0 ? tile('Ahead', withThousands(ahead), 'expire', 'affected later, within the look-ahead') : undefined}
${tile('Unexpected', withThousands(unexpected), 'unexpected', `of ${withThousands(expiring + archiving + ahead)} affected`)}
${kept && tile('Kept', withThousands(kept.images), 'kept', ofAll)}
</dl>`;
}

function tile(name: string, value: string, kind: string, ...more: readonly (string | undefined)[]): Markup {
  return html`<div class="${kind}"><dt>${name}</dt><dd><b>${value}</b> ${more.filter((text) => text !== undefined).join(' · ')}</dd></div>`;
}

/** Returns undefined unless all sizes are known. Shared layers count for each image, so the size is "up to". */
function sizeOf(images: GateReport['images']): string | undefined {
  const sizes = images.flatMap(({ imageSizeInBytes }) => imageSizeInBytes ?? []);
  return sizes.length === 0 || sizes.length < images.length ? undefined : `up to ${formatBytes(sizes.reduce((a, b) => a + b))}`;
}

function violations(report: GateReport): Content {
  const { violations: all } = report;
  if (all.length === 0) return undefined;
  return html`<section><h2>${plural(all.length, 'objection')}</h2>
<ul class="violations">${all.map(({ guardId, because, images }) => html`
<li><div><code>${guardId}</code> <span>${because}</span></div>
<button type="button" data-guard="${guardId}" title="the images that ${guardId} objects to">Show ${plural(images, 'image')}</button></li>`)}
</ul>
${exceededImpliedLimits(report).map((sentence) => html`<p class="note">${sentence}</p>`)}
</section>`;
}

function approval({ verdict, fingerprint, approvedPreview, counts: { expiring, archiving, ahead } }: GateReport): Content {
  if (verdict === 'PASSED') return undefined;
  const other = formatUnusedApproval(approvedPreview);
  return html`<section class="approval"><h2>Next steps</h2>
<ol><li><b>To keep these images:</b> change the policy, and deploy again.</li>
<li><b>To allow such images to be affected, now and later:</b> set guards or a rule’s <code>maxExpiring</code>.</li>
<li><b>To approve exactly ${expiring + archiving + ahead === 1 ? 'this image' : `these ${withThousands(expiring + archiving + ahead)} images`}, only once:</b>
set <code>approvedPreview</code> of the gate (<code>gateApprovedPreview</code> on a <code>GatedRepository</code>) to the fingerprint of this preview.${ahead > 0 ? ' It also covers the images that are affected later, and remains valid when they become due.' : ''}
If another image is affected by then, the guards decide again.${other === undefined ? undefined : html` ${other}`}</li></ol>
<pre class="copy"><b>${fingerprint}</b></pre></section>`;
}

function policyAndGuards(report: GateReport): Markup {
  const { guards, lifecyclePolicy } = report;
  const text = typeof lifecyclePolicy === 'string' ? lifecyclePolicy : JSON.stringify(lifecyclePolicy, undefined, 2);
  return html`<section><h2>Guards</h2>
${guards.length === 0 ? undefined
  : html`<ul class="guards">${guards.map((guard) => html`<li><code>${guard.id}</code> ${formatGuard(guard)}</li>`)}</ul>`}
${impliedLimits(report).map(({ sentence }) => html`<p>${sentence}</p>`)}
</section>
<section><h2>Previewed policy</h2><pre class="policy" tabindex="0">${text}</pre></section>`;
}

function about(report: GateReport): Markup {
  const { at, planned, stackId, logicalId, enforcement, fingerprint, timings, calls } = report;
  return html`<section><h2>About this run</h2>
<div class="about"><dl>
<dt>Time</dt><dd>${at}</dd>
<dt>Fingerprint</dt><dd><code>${fingerprint}</code></dd>
<dt>Enforcement</dt><dd>${enforcement}</dd>
${logicalId === '' ? undefined : html`<dt>Gate</dt><dd><code>${logicalId}</code></dd>`}
${stackId === '' ? undefined : html`<dt>Stack</dt><dd><code>${stackId}</code></dd>`}
${planned ? undefined : html`<dt>Whole report</dt><dd><code>${reportName(report)}.json</code> beside this page (schema ${report.schemaVersion})</dd>`}
</dl>
${figures('Time', 'Phase', Object.entries(timings).map(([phase, ms]) => [phase, formatTime(ms)]))}
${figures('Calls', 'Operation', Object.entries(calls).map(([operation, n]) => [operation, withThousands(n)]))}
</div></section>`;
}

function figures(caption: string, of: string, rows: readonly (readonly [string, string])[]): Content {
  if (rows.length === 0) return undefined;
  return html`<table class="figures"><thead><tr><th scope="col">${of}</th><th scope="col">${caption}</th></tr></thead>
<tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`;
}
