/** The hash of the only style that the page allows. A test computes the hash and reports the correct one. */
export const PAGE_STYLE_HASH = 'sha256-nCbf8REUUVga6dX9chCapLcMDY0VT7iQjOoJESNTICc=';

/** Color is never the only distinction: everything with a color also has a label. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f6f8; --card: #fff; --text: #18212b; --muted: #5a6675; --line: #dce2e8; --soft: #f0f3f6; --link: #175cd3;
  --unexpected: #c4281c; --unexpected-soft: #fdeceb; --expire: #d98a12; --expire-text: #8a4b08; --expire-soft: #fdf3e1;
  --archive: #7a5af8; --archive-text: #5925dc; --archive-soft: #f1eefe; --kept: #a3afbd; --ok: #0b7a4b; --ok-soft: #e7f6ee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1318; --card: #171e26; --text: #e7ecf1; --muted: #9ba8b6; --line: #2c3743; --soft: #1f2832; --link: #84adff;
    --unexpected: #ff5f57; --unexpected-soft: #3a1c1b; --expire: #c79234; --expire-text: #f3bd6b; --expire-soft: #352711;
    --archive: #a48afb; --archive-text: #c3b5fd; --archive-soft: #292347; --kept: #5b6877; --ok: #4fce92; --ok-soft: #12301f;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 28px 20px 60px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 16px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 0 0 12px; }
p { margin: 0 0 12px; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 13px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; margin: 16px 0 0; }
section > :last-child { margin-bottom: 0; }
ul, ol { margin: 0 0 12px; padding-left: 22px; }
.over, .muted, .meaning { color: var(--muted); }
.over { margin: 0; font-size: 13px; }
.note { background: var(--soft); border-radius: 8px; padding: 8px 12px; font-size: 14px; }

.verdict { display: flex; gap: 14px; align-items: flex-start; border: 1px solid; border-left-width: 6px; border-radius: 10px; padding: 14px 18px; }
.verdict strong { font-size: 18px; }
.verdict p { margin: 2px 0 0; color: var(--text); }
.verdict .symbol { flex: none; width: 28px; height: 28px; border-radius: 50%; border: 2px solid; text-align: center; line-height: 24px; font-weight: 700; }
.verdict.failed { color: var(--unexpected); background: var(--unexpected-soft); }
.verdict.warned { color: var(--expire-text); background: var(--expire-soft); }
.verdict.passed { color: var(--ok); background: var(--ok-soft); }

.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 16px 0 0; }
.counts div { background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--kept); border-radius: 10px; padding: 10px 14px; }
.counts .expire { border-top-color: var(--expire); }
.counts .archive { border-top-color: var(--archive); }
.counts .unexpected { border-top-color: var(--unexpected); }
.counts dt { color: var(--muted); font-size: 13px; }
.counts dd { margin: 0; font-size: 13px; color: var(--muted); }
.counts b { display: block; font-size: 26px; line-height: 1.2; color: var(--text); font-variant-numeric: tabular-nums; }

.violations { list-style: none; padding: 0; }
.violations li { display: flex; gap: 12px; justify-content: space-between; align-items: baseline; padding: 8px 0; border-top: 1px solid var(--line); }
.violations li:first-child { border-top: 0; padding-top: 0; }
.violations li:last-child { padding-bottom: 0; }
.violations code, .guards code { color: var(--text); background: var(--soft); border-radius: 5px; padding: 2px 6px; margin-right: 6px; }
.violations code { color: var(--unexpected); background: var(--unexpected-soft); }
.violations span, .guards li { overflow-wrap: anywhere; }
button { font: inherit; color: inherit; background: var(--soft); border: 1px solid var(--line); border-radius: 7px; padding: 3px 10px; cursor: pointer; white-space: nowrap; }
button:hover { border-color: var(--muted); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.approval pre { font-size: 15px; }
pre { background: var(--soft); border-radius: 8px; padding: 12px 14px; margin: 0; overflow: auto; }
.approval code, .note code { overflow-wrap: anywhere; }
.copy b { user-select: all; }
.policy { max-height: 460px; }

.picture { margin: 0; }
.lane { display: grid; grid-template-columns: 300px 1fr; gap: 14px; align-items: center; padding: 5px 0; border-top: 1px solid var(--line); }
.lane:first-child { border-top: 0; }
.lane-name { font-size: 13px; line-height: 1.35; overflow-wrap: anywhere; }
.lane-name .count { float: right; font-variant-numeric: tabular-nums; }
.lane svg { display: block; width: 100%; height: 42px; }
.lane svg path { fill: none; vector-effect: non-scaling-stroke; }
.grid { stroke: var(--line); stroke-width: 1; }
path.old { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 4 3; }
rect.unexpected { fill: var(--unexpected); }
rect.expire { fill: var(--expire); }
rect.archive { fill: var(--archive); }
rect.kept { fill: var(--kept); }
.ticks > div { display: flex; justify-content: space-between; }
.ticks { display: grid; grid-template-columns: repeat(4, 1fr); color: var(--muted); font-size: 12px; }
figcaption { color: var(--muted); font-size: 13px; margin-top: 8px; }
figcaption p { margin: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; padding: 0; margin: 0 0 6px; color: var(--text); }
.legend li::before { content: ""; display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 7px; background: var(--kept); }
.legend .unexpected::before { background: var(--unexpected); }
.legend .expire::before { background: var(--expire); }
.legend .archive::before { background: var(--archive); }
.legend .old::before { width: 0; height: 13px; border-left: 2px dashed var(--text); border-radius: 0; background: none; vertical-align: -2px; }

.filters { display: flex; flex-wrap: wrap; gap: 8px 16px; margin-bottom: 8px; }
.filters label { display: flex; align-items: center; gap: 7px; font-size: 13px; color: var(--muted); }
.filters .wide { flex: 1 1 240px; }
.filters input { flex: 1; min-width: 0; }
.filters input, .filters select { font: inherit; font-size: 14px; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: 7px; padding: 5px 8px; }
#status { font-size: 13px; color: var(--muted); margin-bottom: 8px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
.images { font-size: 14px; }
.images th { text-align: left; border-bottom: 2px solid var(--line); padding: 0 10px 4px 0; white-space: nowrap; }
.images th button { background: none; border: 0; padding: 3px 0; font-size: 13px; font-weight: 600; }
.images th button::after { content: " ↕"; color: var(--muted); font-weight: 400; }
.images th[aria-sort=ascending] button::after { content: " ↑"; color: var(--text); }
.images th[aria-sort=descending] button::after { content: " ↓"; color: var(--text); }
.images td { border-bottom: 1px solid var(--line); padding: 7px 10px 7px 0; vertical-align: top; }
.images td:first-child, .images th:first-child { padding-left: 10px; min-width: 120px; }
.images tr.unexpected td:first-child { box-shadow: inset 3px 0 var(--unexpected); }
.images .column-pushed, .images .column-size, .images .column-pulled, .images .digest { white-space: nowrap; font-variant-numeric: tabular-nums; }
.images .column-pushed .muted { display: block; font-size: 12.5px; }
.images .muted { overflow-wrap: anywhere; }
.tag { display: inline-block; max-width: 100%; background: var(--soft); border-radius: 5px; padding: 1px 6px; margin: 0 4px 3px 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
details { display: inline-block; }
details[open] { display: block; }
summary { cursor: pointer; color: var(--link); font-size: 13px; }
.badge { display: inline-block; border-radius: 5px; padding: 0 7px; margin: 0 4px 3px 0; font-size: 13px; white-space: nowrap; }
.badge.unexpected { color: var(--unexpected); background: var(--unexpected-soft); }
.badge.expire { color: var(--expire-text); background: var(--expire-soft); }
.badge.archive { color: var(--archive-text); background: var(--archive-soft); }

.about { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr) minmax(0, 1fr); gap: 12px 28px; }
.about dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 14px; margin: 0; font-size: 14px; align-content: start; }
.about dt { color: var(--muted); }
.about dd { margin: 0; overflow-wrap: anywhere; }
.figures { font-size: 14px; align-self: start; }
.figures th { text-align: left; font-weight: 400; padding: 3px 10px 3px 0; overflow-wrap: anywhere; }
.figures thead th { color: var(--muted); border-bottom: 1px solid var(--line); }
.figures td, .figures thead th:last-child { text-align: right; padding-right: 0; font-variant-numeric: tabular-nums; }

@media (max-width: 760px) {
  main { padding: 18px 12px 40px; }
  section { padding: 14px; }
  .about { grid-template-columns: 1fr; }
  .lane { grid-template-columns: 1fr; gap: 4px; }
  .lane.axis > div:first-child, .ticks .end { display: none; }
  .violations li { flex-direction: column; gap: 6px; }
  .images, .images thead, .images tbody { display: block; }
  .images thead { margin-bottom: 10px; }
  .images thead tr { display: flex; flex-wrap: wrap; gap: 6px 14px; border: 0; padding: 0; margin: 0; }
  .images thead tr::before { content: "Sort by"; color: var(--muted); font-size: 13px; padding-top: 3px; }
  .images th, .images th:first-child { border: 0; padding: 0; }
  .images tr { display: block; border: 1px solid var(--line); border-radius: 8px; padding: 8px 12px; margin-bottom: 10px; }
  .images tr.unexpected { border-left: 3px solid var(--unexpected); }
  .images tr.unexpected td:first-child { box-shadow: none; }
  .images td, .images td:first-child { display: grid; grid-template-columns: 96px minmax(0, 1fr); border: 0; padding: 2px 0; }
  .images td::before { content: attr(data-label); color: var(--muted); font-size: 12.5px; }
  .images .column-pushed .muted { display: inline; }
}
@media print {
  :root { --page: #fff; --soft: #f4f4f4; }
  body { font-size: 11px; }
  main { max-width: none; padding: 0; }
  section, .counts div { break-inside: avoid; }
  #images, section:has(.policy) { break-inside: auto; }
  .filters, #more, .violations button { display: none; }
  .images tr { break-inside: avoid; }
  .images, .images code, .images .badge, .images th button, .images .column-pushed .muted { font-size: 9px; }
  .images td, .images th { padding-right: 5px; }
  .images td:first-child, .images th:first-child { min-width: 70px; }
  .policy { max-height: none; overflow: visible; white-space: pre-wrap; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
