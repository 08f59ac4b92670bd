import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ChromiumPage } from './devtools';
import { sampleImages, sampleInput } from './sample-report';
import type { Image } from '../../src/core/evaluation/image';
import { renderHtml } from '../../src/core/report/html';
import { buildReport } from '../../src/core/report/report';

/*
 * Opens the report in a real browser. It must run without errors, send no requests and show external data as text, and the table
 * must be sortable and filterable, even with 20,000 rows. With a file name as argument, it also takes a screenshot.
 */

const EVIL = '<script>alert(1)</script>';
/** The maximum time of a click with 20,000 rows. It is long, because the machine can be busy. */
const MAX_MILLISECONDS = 2_000;

const directory = mkdtempSync(path.join(tmpdir(), 'report-'));
void main().finally(() => rmSync(directory, { recursive: true, force: true }));

async function main(): Promise<void> {
  const page = await ChromiumPage.open('about:blank');
  if (!page) {
    console.log('skipped: no chromium');
    return;
  }
  try {
    await checkContent(page);
    await checkTable(page);
    await checkLargeTable(page);
    checkQuiet(page);
    if (process.argv[2] !== undefined) await takePicture(page, process.argv[2]);
  } finally {
    await page.close();
  }
}

async function checkContent(page: ChromiumPage): Promise<void> {
  const images = sampleImages(1240).map((image, i): Image => (i === 7 ? { ...image, imageTags: ['v1.0.0', EVIL, '"onmouseover="alert(2)"'] } : image));
  await show(page, images, { stackId: EVIL, logicalId: `${EVIL}"'` });
  check(await page.evaluate<number>('document.scripts.length') === 2, 'the page has its own script and its data, and no other script');
  const shown = await page.evaluate<string[]>('[...document.querySelectorAll(".tag")].map((tag) => tag.textContent)');
  check(shown.includes(EVIL), `a tag ${EVIL} is shown as text`);
  const stack = await page.evaluate<boolean>(`[...document.querySelectorAll('.about code')].some((code) => code.textContent === ${JSON.stringify(EVIL)})`);
  check(stack, 'so is a name');
  check(await page.evaluate<number>('document.querySelectorAll(".lane svg").length') === 5, 'the picture has a lane for each of four rules and one for what is kept');

  const forbidden = await page.evaluate<string[]>(`Promise.all([
    new Promise((resolve) => {
      const image = new Image();
      image.onload = () => resolve('an image was fetched');
      image.onerror = () => resolve('');
      image.src = 'http://127.0.0.1:9/x.png';
    }),
    fetch('http://127.0.0.1:9/').then(() => 'a request was sent', () => ''),
    Promise.resolve().then(() => {
      const script = document.createElement('script');
      script.textContent = 'window.intruder = true';
      document.body.append(script);
      script.remove();
      return window.intruder ? 'a foreign script ran' : '';
    }),
  ])`);
  check(forbidden.every((what) => what === ''), `the browser blocks a foreign script, image or request${forbidden.join(' ')}`);
  // These three messages are caused by the check itself.
  page.events.length = 0;
}

async function checkTable(page: ChromiumPage): Promise<void> {
  await show(page, sampleImages(1240));
  const all = await rowCount(page);
  check(all === 200 && (await status(page)).startsWith('744 images'), `the first ${all} of 744 images are drawn`);

  check(await click(page, 'th[data-column=size] button') === 'ascending', 'a click on a column sorts by it');
  const sizes = await column(page, 'size');
  check(isSorted(sizes.map(inBytes)), `by size: ${sizes[0]} to ${sizes[sizes.length - 1]}`);
  check(await click(page, 'th[data-column=size] button') === 'descending' && isSorted((await column(page, 'size')).map(inBytes).reverse()), 'a second click reverses the order');
  check(await click(page, 'th[data-column=size] button') === 'none', 'a third click restores the order of the report');

  await page.evaluate('document.querySelector("th[data-column=pushed] button").focus()');
  for (const type of ['keyDown', 'keyUp']) await page.send('Input.dispatchKeyEvent', { type, key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' });
  check(isSorted((await column(page, 'pushed')).map((cell) => cell.slice(0, 10))), 'the keyboard does the same');

  await choose(page, 'filter-guard', 'id:protect-in-use');
  check(await rowCount(page) === 5 && (await column(page, 'guards')).every((guards) => guards.includes('protect-in-use')), 'by guard');
  await choose(page, 'filter-guard', '');
  await choose(page, 'filter-action', 'TRANSITION');
  check(await rowCount(page) === 59 && (await column(page, 'action')).every((action) => action === 'archive'), 'by action');
  await choose(page, 'filter-action', '');
  await choose(page, 'filter-rule', '4');
  check((await column(page, 'rule')).every((rule) => rule === '4'), 'by rule');
  await choose(page, 'filter-rule', '');
  await choose(page, 'filter-text', 'V1.3 sha256:');
  const tags = await column(page, 'tags');
  check(tags.length > 0 && tags.every((tag) => tag.includes('v1.3')), `and by text: ${await status(page)}`);
  await choose(page, 'filter-text', 'no such tag');
  check(await rowCount(page) === 0 && (await status(page)).startsWith('0 of 744'), 'an empty result is stated');

  await page.evaluate('document.querySelector("button[data-guard=protect-in-use]").click()');
  await choose(page, 'filter-text', '');
  check(await rowCount(page) === 5, 'an objection links to its images');
}

async function checkLargeTable(page: ChromiumPage): Promise<void> {
  await show(page, sampleImages(40_000));
  check((await status(page)).startsWith('20,000 images'), `20,000 rows: ${await status(page)}`);
  const maxTime = await page.evaluate<number>(`(() => {
    const times = [...document.querySelectorAll('th button')].map((button) => {
      const since = performance.now();
      button.click();
      return performance.now() - since;
    });
    const since = performance.now();
    const input = document.getElementById('filter-text');
    input.value = 'pr- 7';
    input.dispatchEvent(new Event('input'));
    return Math.max(...times, performance.now() - since);
  })()`);
  check(maxTime < MAX_MILLISECONDS, `sorting and filtering them takes at most ${Math.round(maxTime)} ms`);
  await page.evaluate('document.getElementById("more").click()');
  check(await rowCount(page) >= 400, 'more rows are drawn on request');
}

/** Checks all events since the page was opened. */
function checkQuiet(page: ChromiumPage): void {
  const messages = page.events.filter(({ method, params }) => method === 'Runtime.exceptionThrown' || method === 'Runtime.consoleAPICalled'
    || (method === 'Log.entryAdded' && ['error', 'warning'].includes(params.entry.level)));
  check(messages.length === 0, `the console is empty ${messages.map(({ params }) => JSON.stringify(params)).join()}`);
  const requests = page.events.filter(({ method }) => method === 'Network.requestWillBeSent').map(({ params }) => String(params.request.url));
  const own = pathToFileURL(directory).href;
  const foreign = requests.filter((url) => !url.startsWith(own) && !url.startsWith('data:'));
  check(requests.length > 0 && foreign.length === 0, `no request leaves the page ${foreign.join()}`);
}

async function takePicture(page: ChromiumPage, file: string): Promise<void> {
  await show(page, sampleImages(1240));
  await page.look(1200, 1400);
  const png = await page.screenshot();
  writeFileSync(file, png);
  check(png.length < 300_000, `${file} has ${png.length} bytes`);
}

async function show(page: ChromiumPage, images: readonly Image[], change: object = {}): Promise<void> {
  const file = path.join(directory, 'report.html');
  writeFileSync(file, renderHtml(buildReport({ ...sampleInput(images), ...change })));
  await page.load(pathToFileURL(file).href);
  await page.look(1200, 1000);
}

const rowCount = (page: ChromiumPage) => page.evaluate<number>('document.querySelectorAll("#rows tr").length');
const status = (page: ChromiumPage) => page.evaluate<string>('document.getElementById("status").textContent');
const column = (page: ChromiumPage, name: string) =>
  page.evaluate<string[]>(`[...document.querySelectorAll('#rows .column-${name}')].map((cell) => cell.textContent)`);

/** Returns the order of the clicked column. */
const click = (page: ChromiumPage, selector: string) =>
  page.evaluate<string>(`(() => {
    const button = document.querySelector(${JSON.stringify(selector)});
    button.click();
    return button.parentElement.getAttribute('aria-sort');
  })()`);

const choose = (page: ChromiumPage, id: string, value: string) =>
  page.evaluate(`(() => {
    const control = document.getElementById(${JSON.stringify(id)});
    control.value = ${JSON.stringify(value)};
    control.dispatchEvent(new Event('input'));
  })()`);

function inBytes(size: string): number {
  const [value, unit] = size.split(' ');
  return Number(value) * 1000 ** ['bytes', 'kB', 'MB', 'GB'].indexOf(unit);
}

function isSorted<T>(values: readonly T[]): boolean {
  return values.length > 1 && values.every((value, i) => i === 0 || values[i - 1] <= value);
}

function check(holds: boolean, what: string): void {
  console.log(`${holds ? '✓' : '✗'} ${what}`);
  if (!holds) process.exitCode = 1;
}
