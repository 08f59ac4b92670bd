/*
 * The script of the page draws, sorts and filters the table. It is text here, because it runs in a browser. It inserts data into
 * the page as text, never as HTML.
 */

/** The hash of the only script that the page allows. A test computes the hash and reports the correct one. */
export const PAGE_SCRIPT_HASH = 'sha256-5iGGpQsXIObwmVJ3cr/atm7Qkdo6fIxhmsf2IAWfp9U=';

export const PAGE_SCRIPT = String.raw`(() => {
'use strict';
const byId = (id) => document.getElementById(id);
const block = byId('data');
if (!block) return;
const { reasons, rows: raw } = JSON.parse(block.textContent);

// The number of rows drawn at a time, and on paper, where more rows cannot be loaded.
const BATCH = 200;
const ON_PAPER = 1000;

const rows = raw.map(([digest, tags, moreTags, pushed, age, size, pulled, action, rule, usedBy, violates, goesOn], place) => {
  const guards = [...new Set(violates.map((reason) => reasons[reason].guardId))];
  return {
    place, digest, tags, moreTags, pushed, age, size, pulled, action, rule, usedBy, goesOn, guards,
    because: violates.map((reason) => reasons[reason].because),
    text: [digest, ...tags, ...usedBy].join('\n').toLowerCase(),
  };
});

// ---- cells ----

const element = (name, className, ...content) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
};

const bytes = (size) => {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return (unit === 0 || size >= 99.5 ? Math.round(size) : size.toFixed(1)) + ' ' + units[unit];
};
const day = (moment) => (moment === null ? 'unknown' : moment.slice(0, 10));

const TAGS_AT_FIRST = 3;

const tagsCell = ({ tags, moreTags }) => {
  if (tags.length === 0) return [element('span', 'muted', 'untagged')];
  const chips = tags.map((tag) => element('code', 'tag', tag));
  if (moreTags > 0) chips.push(element('span', 'muted', 'and ' + moreTags + ' more'));
  const hidden = chips.splice(TAGS_AT_FIRST);
  if (hidden.length === 0) return chips;
  const count = tags.length + moreTags - TAGS_AT_FIRST;
  return [...chips, element('details', '', element('summary', '', '+' + count), ...hidden)];
};

const digestCell = ({ digest }) => {
  const [algorithm, hex = ''] = digest.split(':');
  const code = element('code', 'digest', hex.length > 12 ? algorithm + ':' + hex.slice(0, 12) + '…' : digest);
  code.title = digest;
  return [code];
};

const guardsCell = ({ guards, because, usedBy }) => {
  if (guards.length === 0) return [element('span', 'muted', 'none')];
  const badges = guards.map((guard) => element('span', 'badge unexpected', guard));
  badges[0].title = because.join('\n');
  return usedBy.length === 0 ? badges : [...badges, element('div', 'muted', 'used by ' + usedBy.join(', '))];
};

const CELLS = {
  tags: tagsCell,
  digest: digestCell,
  pushed: ({ pushed, age }) => [day(pushed), ...(age === null ? [] : [' ', element('span', 'muted', age === 1 ? '1 day ago' : age + ' days ago')])],
  size: ({ size }) => [size === null ? '–' : bytes(size)],
  pulled: ({ pulled }) => [pulled === null ? element('span', 'muted', 'never recorded') : day(pulled)],
  action: ({ action, goesOn }) => [
    action === 'EXPIRE' ? element('span', 'badge expire', 'expire') : element('span', 'badge archive', 'archive'),
    ...(goesOn === null ? [] : [' ', element('span', 'muted', 'on ' + goesOn)]),
  ],
  rule: ({ rule }) => [String(rule)],
  guards: guardsCell,
};

const heads = [...document.querySelectorAll('th[data-column]')];
const columns = heads.map((head) => ({ id: head.dataset.column, name: head.textContent, cell: CELLS[head.dataset.column] }));

const rowElement = (row) => {
  const made = element('tr', row.guards.length > 0 ? 'unexpected' : '');
  for (const { id, name, cell } of columns) {
    const td = element('td', 'column-' + id, element('div', '', ...cell(row)));
    td.dataset.label = name;
    made.append(td);
  }
  return made;
};

// ---- order ----

const words = new Intl.Collator('en', { numeric: true });
const time = (moment) => (moment === null ? null : Date.parse(moment));
const KEYS = {
  tags: ({ tags }) => tags[0] ?? null,
  digest: ({ digest }) => digest,
  pushed: ({ pushed }) => time(pushed),
  size: ({ size }) => size,
  pulled: ({ pulled }) => time(pulled),
  action: ({ action }) => action,
  rule: ({ rule }) => rule,
  guards: ({ guards }) => (guards.length === 0 ? null : guards.join(' ')),
};

/** Unknown values come last in both directions. */
const sorted = (list, column, direction) => {
  if (!column) return list;
  return list.map((row) => ({ row, key: KEYS[column](row) })).sort((a, b) => {
    if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.row.place - b.row.place;
    const order = typeof a.key === 'number' ? a.key - b.key : words.compare(a.key, b.key);
    return order * direction || a.row.place - b.row.place;
  }).map(({ row }) => row);
};

// ---- filters and rows ----

const controls = ['text', 'guard', 'action', 'rule'].map((name) => byId('filter-' + name));
const [textInput, guardSelect, actionSelect, ruleSelect] = controls;
const body = byId('rows');
const more = byId('more');
const sorting = { column: '', direction: 1 };
let matching = rows;
let shown = 0;

const guardMatches = (wanted, guards) => wanted === '' || (wanted === 'unexpected' ? guards.length > 0
  : wanted === 'expected' ? guards.length === 0 : guards.includes(wanted.slice('id:'.length)));

const withThousands = (n) => n.toLocaleString('en');

const draw = (count) => {
  const next = matching.slice(shown, count);
  body.append(...next.map(rowElement));
  shown += next.length;
  more.hidden = shown >= matching.length;
  const found = matching.length === rows.length ? withThousands(rows.length) + (rows.length === 1 ? ' image' : ' images')
    : withThousands(matching.length) + ' of ' + withThousands(rows.length) + ' images match';
  byId('status').textContent = shown < matching.length ? found + ', the first ' + withThousands(shown) + ' are shown' : found;
};

const update = () => {
  const terms = textInput.value.toLowerCase().split(/\s+/).filter((term) => term !== '');
  matching = sorted(rows.filter(({ text, guards, action, rule }) =>
    (actionSelect.value === '' || action === actionSelect.value)
    && (ruleSelect.value === '' || String(rule) === ruleSelect.value)
    && guardMatches(guardSelect.value, guards)
    && terms.every((term) => text.includes(term))), sorting.column, sorting.direction);
  body.replaceChildren();
  shown = 0;
  draw(BATCH);
};

for (const control of controls) control.addEventListener('input', update);

// The first click on a column sorts, the second reverses the order, the third restores the order of the report.
for (const head of heads) {
  head.firstElementChild.addEventListener('click', () => {
    const column = head.dataset.column;
    const again = sorting.column === column;
    sorting.column = again && sorting.direction === -1 ? '' : column;
    sorting.direction = again ? -sorting.direction : 1;
    if (sorting.column === '') sorting.direction = 1;
    for (const other of heads) {
      const is = other.dataset.column === sorting.column;
      other.setAttribute('aria-sort', !is ? 'none' : sorting.direction === 1 ? 'ascending' : 'descending');
    }
    update();
  });
}

for (const button of document.querySelectorAll('button[data-guard]')) {
  button.addEventListener('click', () => {
    guardSelect.value = 'id:' + button.dataset.guard;
    update();
    byId('images').scrollIntoView();
    guardSelect.focus({ preventScroll: true });
  });
}

more.addEventListener('click', () => draw(shown + BATCH));
// Scrolling down draws more rows.
if ('IntersectionObserver' in window) {
  new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) draw(shown + BATCH);
  }, { rootMargin: '600px' }).observe(more);
}
window.addEventListener('beforeprint', () => draw(Math.max(shown, ON_PAPER)));

update();
})();
`;
