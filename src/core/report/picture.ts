import { formatRule, rulesIn } from './formatting';
import { Content, html, Markup } from './markup';
import { DAY, intervalOf, pushTime, Timeline, timelineOver } from './push-times';
import type { GateReport, ReportImage } from './report';
import { parseTime } from '../evaluation/time';
import type { PolicyRule } from '../policy/policy-document';
import { plural, withThousands } from '../text/words';

/*
 * The push times of affected and kept images. There is one lane per rule and one for the kept images, and each lane has one bar
 * per interval of push times. The height of a bar grows with the square root, so that one image beside a thousand is visible.
 */

interface Lane {
  readonly name: string;
  readonly meaning: string;
  readonly count: string;
  readonly kind: 'expire' | 'archive' | 'kept';
  readonly bars: ReadonlyMap<number, Bar>;
  /** The time before which an image is old enough for the rule, in milliseconds since 1970. */
  readonly oldBefore?: number;
}

interface Bar {
  readonly images: number;
  readonly unexpected: number;
}

/** The picture is stretched to the available width. Names and dates are text beside it. */
const WIDTH = 1000;
const HEIGHT = 40;
const MIN_BAR_HEIGHT = 5;
/** One unexpected image among a hundred must be easy to see. */
const MIN_UNEXPECTED_HEIGHT = 8;
/** The number of parts of the axis. Each part begins with a date. */
const PARTS = 4;

export function picture(report: GateReport): Markup {
  const { images, kept } = report;
  const now = parseTime(report.at);
  const keptTimes = (kept?.pushed ?? []).map(({ from }) => parseTime(from));
  const timeline = timelineOver([...images.map(pushTime), ...keptTimes, now]);
  const lanes = [...ruleLanes(report, timeline, now), ...kept ? [keptLane(kept, keptTimes, timeline)] : []];
  const highest = Math.max(1, ...lanes.flatMap(({ bars }) => [...bars.values()].map((bar) => bar.images)));
  const unknown = images.filter((image) => Number.isNaN(pushTime(image))).length + (kept?.ofUnknownPushTime ?? 0);
  return html`<figure class="picture">
${lanes.map((lane) => html`<div class="lane">
<div class="lane-name"><b>${lane.name}</b> <span class="count">${lane.count}</span><br><span class="meaning">${lane.meaning}</span></div>
${laneSvg(lane, timeline, highest)}
</div>`)}
<div class="lane axis"><div></div><div class="ticks">${ticks(timeline)}</div></div>
<figcaption>
<ul class="legend"><li class="unexpected">unexpected</li><li class="expire">expires as expected</li><li class="archive">archived as expected</li>
${kept && html`<li class="kept">kept</li>`}<li class="old">a rule’s age limit</li></ul>
<p>By push time, oldest left; each bar is ${formatStep(timeline.step)}, and its height grows with the square root of the number of images.
${unknown > 0 ? `${plural(unknown, 'image')} of unknown push time ${unknown === 1 ? 'is' : 'are'} not drawn.` : undefined}
${kept ? undefined : 'No guard needed the list of all images, so kept images are not drawn.'}</p>
</figcaption></figure>`;
}

function ruleLanes({ images, lifecyclePolicy }: GateReport, timeline: Timeline, now: number): Lane[] {
  const rules = new Map<number, PolicyRule | undefined>(rulesIn(lifecyclePolicy).map((rule) => [rule.rulePriority, rule]));
  const byRule = new Map<number, ReportImage[]>([...rules.keys()].map((priority) => [priority, []]));
  for (const image of images) {
    const others = byRule.get(image.rulePriority);
    if (others) others.push(image);
    else byRule.set(image.rulePriority, [image]);
  }
  return [...byRule].sort(([a], [b]) => a - b).map(([priority, affected]) => laneOf(priority, rules.get(priority), affected, timeline, now));
}

function laneOf(priority: number, rule: PolicyRule | undefined, images: readonly ReportImage[], timeline: Timeline, now: number): Lane {
  const bars = new Map<number, Bar>();
  for (const image of images) {
    const time = pushTime(image);
    if (Number.isNaN(time)) continue;
    const interval = intervalOf(time, timeline);
    const bar = bars.get(interval) ?? { images: 0, unexpected: 0 };
    bars.set(interval, { images: bar.images + 1, unexpected: bar.unexpected + Number(image.violates.length > 0) });
  }
  const archives = rule ? rule.action.type === 'transition' : images[0]?.action === 'TRANSITION';
  const unexpected = images.filter(({ violates }) => violates.length > 0).length;
  const does = images.length === 0 ? 'no image' : archives ? `${withThousands(images.length)} archived` : `${withThousands(images.length)} expire${images.length === 1 ? 's' : ''}`;
  return {
    name: `Rule ${priority}`,
    meaning: rule === undefined ? '' : formatRule(rule),
    count: unexpected > 0 ? `${does}, ${withThousands(unexpected)} unexpected` : does,
    kind: archives ? 'archive' : 'expire',
    bars,
    oldBefore: rule?.selection.countType === 'sinceImagePushed' ? now - rule.selection.countNumber * DAY : undefined,
  };
}

function keptLane({ images, archived, pushed }: NonNullable<GateReport['kept']>, times: readonly number[], timeline: Timeline): Lane {
  const bars = new Map<number, Bar>();
  times.forEach((time, i) => {
    const interval = intervalOf(time, timeline);
    bars.set(interval, { images: (bars.get(interval)?.images ?? 0) + pushed[i].images, unexpected: 0 });
  });
  return {
    name: 'Kept',
    meaning: archived > 0 ? `${withThousands(archived)} of them already archived` : 'no rule acts on them',
    count: withThousands(images),
    kind: 'kept',
    bars,
  };
}

function laneSvg({ name, count, kind, bars, oldBefore }: Lane, timeline: Timeline, highest: number): Markup {
  const width = WIDTH / timeline.intervals;
  const limit = oldBefore === undefined ? undefined : (oldBefore - timeline.from) / timeline.step * width;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${name}: ${count}">
<path class="grid" d="${Array.from({ length: PARTS + 1 }, (_, i) => `M${i * WIDTH / PARTS} 0V${HEIGHT}`).join('')}M0 ${HEIGHT}H${WIDTH}"/>
${[...bars].sort(([a], [b]) => a - b).map(([interval, bar]) => barSvg(interval * width, width, bar, kind, highest, formatInterval(interval, timeline)))}
${limit !== undefined && limit > 0 && limit < WIDTH ? html`<path class="old" d="M${round(limit)} 0V${HEIGHT}"/>` : undefined}
</svg>`;
}

/** Draws one bar. Unexpected images are at the bottom, on the axis, where they are easiest to see. */
function barSvg(x: number, width: number, { images, unexpected }: Bar, kind: Lane['kind'], highest: number, when: string): Markup {
  const height = MIN_BAR_HEIGHT + (HEIGHT - MIN_BAR_HEIGHT) * Math.sqrt((images - 1) / Math.max(1, highest - 1));
  const below = unexpected === 0 ? 0 : Math.min(height, Math.max(MIN_UNEXPECTED_HEIGHT, height * unexpected / images));
  const rect = (from: number, to: number, of: string): Content => (to - from < 0.01 ? undefined
    : html`<rect class="${of}" x="${round(x)}" y="${round(HEIGHT - to)}" width="${round(Math.max(width * 0.85, 2))}" height="${round(to - from)}"/>`);
  return html`<g><title>${when}: ${plural(images, 'image')}${unexpected > 0 ? `, ${withThousands(unexpected)} unexpected` : ''}</title>${rect(0, below, 'unexpected')}${rect(below, height, kind)}</g>`;
}

function ticks(timeline: Timeline): Markup[] {
  const length = timeline.intervals * timeline.step;
  const end = html`<span class="end">now</span>`;
  return Array.from({ length: PARTS }, (_, i) =>
    html`<div><span>${tick(timeline.from + length * i / PARTS, length)}</span>${i === PARTS - 1 ? end : undefined}</div>`);
}

/** Formats the date of a tick, with the time if the picture covers only a few days. */
function tick(time: number, length: number): string {
  const iso = new Date(time).toISOString();
  return length < 8 * DAY ? `${iso.slice(5, 10)} ${iso.slice(11, 16)}` : iso.slice(0, 10);
}

function formatInterval(interval: number, { from, step }: Timeline): string {
  const iso = new Date(from + interval * step).toISOString();
  return step < DAY ? `${iso.slice(0, 10)} ${iso.slice(11, 16)}` : step === DAY ? iso.slice(0, 10) : `${formatStep(step)} from ${iso.slice(0, 10)}`;
}

function formatStep(step: number): string {
  return step >= DAY ? plural(step / DAY, 'day') : step >= DAY / 24 ? plural(step * 24 / DAY, 'hour') : plural(step / 60_000, 'minute');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
