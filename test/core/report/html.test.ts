import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import fc from 'fast-check';
import { affectedImage, daysAgo, reportOf, reports } from './report-fixtures';
import { renderHtml } from '../../../src/core/report/html';
import { TABLE_IMAGES, TABLE_TAGS, TableData } from '../../../src/core/report/image-table';
import { html } from '../../../src/core/report/markup';
import { PAGE_SCRIPT, PAGE_SCRIPT_HASH } from '../../../src/core/report/page-script';
import { PAGE_STYLE, PAGE_STYLE_HASH } from '../../../src/core/report/page-style';
import type { GateReport } from '../../../src/core/report/report';
import { visible } from '../../../src/core/text/show';

const hash = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
const dataOf = (page: string) => {
  const block = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(page);
  return block ? JSON.parse(block[1]) as TableData : undefined;
};
const occurrences = (text: string, of: string) => text.split(of).length - 1;

const EVIL = '<script>alert(1)</script>';

describe('the page is self-contained', () => {
  test('the hashes in the content security policy are those of the script and the style', () => {
    expect(PAGE_SCRIPT_HASH).toBe(hash(PAGE_SCRIPT));
    expect(PAGE_STYLE_HASH).toBe(hash(PAGE_STYLE));
  });

  test('the script is valid and does not write HTML', () => {
    expect(() => new Script(PAGE_SCRIPT)).not.toThrow();
    expect(PAGE_SCRIPT).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|fetch\(/);
    expect(PAGE_SCRIPT + PAGE_STYLE).not.toMatch(/<\/|<!--/);
  });

  test('the script draws the rows', () => {
    const page = renderHtml(reportOf({ affected: [affectedImage('a'), affectedImage('b')] }));
    const elements = new Map<string, Record<string, unknown>>([['data', { textContent: JSON.stringify(dataOf(page)) }]]);
    // Every property of an element is a method without effect, unless it is set.
    const element = (properties: object): Record<string, unknown> =>
      new Proxy({ value: '', ...properties } as Record<string, unknown>, { get: (target, name: string) => target[name] ?? (() => undefined) });
    const heads = ['tags', 'digest', 'pushed', 'size', 'pulled', 'action', 'rule', 'guards']
      .map((column) => element({ dataset: { column }, textContent: column, firstElementChild: element({}) }));
    const document = {
      getElementById: (id: string) => elements.get(id) ?? elements.set(id, element({})).get(id),
      createElement: () => element({ dataset: {} }),
      querySelectorAll: (selector: string) => (selector.startsWith('th') ? heads : []),
    };
    new Script(PAGE_SCRIPT).runInNewContext({ document, window: element({}) });
    expect(elements.get('status')!.textContent).toBe('2 images');
  });

  test('it does not reference external resources', () => {
    const page = renderHtml(reportOf({ affected: [affectedImage('a')] }));
    expect(page).not.toMatch(/https?:|\/\/[a-z]|@import|url\(/);
    expect(page).not.toMatch(/ (style|on[a-z]+)="/);
    expect(page).toContain('default-src &#39;none&#39;');
    expect(page).not.toContain('unsafe-inline');
  });
});

describe('external data is text', () => {
  test('between tags and in attributes, and undefined is empty', () => {
    expect(html`<p title="${'"\'`'}">${EVIL}${undefined}${['&', html`<b>`]}</p>`.text)
      .toBe('<p title="&quot;&#39;&#96;">&lt;script&gt;alert(1)&lt;/script&gt;&amp;<b></p>');
  });

  test('invisible characters are escaped', () => {
    expect(html`${'a\u202eb\u0000\n'}`.text).toBe('a\\u202eb\\u0000\n');
  });

  test('an image tag can contain a script element', () => {
    const page = renderHtml(reportOf({ affected: [affectedImage('a', { imageTags: [EVIL] })] }));
    expect(page).not.toContain(EVIL);
    expect(dataOf(page)!.rows[0][1]).toEqual([EVIL]);
  });

  /** Returns the report with harmless text in every field with external data. */
  const harmless = (report: GateReport) => JSON.parse(JSON.stringify(report), (name: string, value: unknown) => {
    const kept = ['verdict', 'at', 'enforcement', 'guardId', 'id', 'action', 'imagePushedAt', 'from'].includes(name);
    return typeof value === 'string' && !kept ? 'x' : value;
  }) as GateReport;

  test('law: the text does not change the elements of the page, and the data can be parsed', () => {
    fc.assert(fc.property(reports, (report) => {
      const page = renderHtml(report);
      const same = renderHtml({ ...harmless(report), lifecyclePolicy: report.lifecyclePolicy });
      expect(occurrences(page, '<')).toBe(occurrences(same, '<'));
      expect(occurrences(page, '</script')).toBe(occurrences(same, '</script'));
      expect((dataOf(page)?.rows ?? []).map((row) => row[1])).toEqual(report.images.map(({ imageTags }) => imageTags.map(visible)));
    }));
  });
});

describe('the content', () => {
  const affected = [affectedImage('a', { imageTags: ['prod'] }), affectedImage('b')];
  const guards = [{ id: 'max-images' as const, limit: 5 }, { id: 'protect-tags' as const, patterns: ['prod'] }];

  test('a failed run shows verdict, reason, fingerprint and next steps', () => {
    const page = renderHtml(reportOf({ affected, guards }));
    expect(page).toContain('FAILED · Deployment stopped');
    expect(page).toContain('1 of the 2 images that the policy would act on are unexpected.');
    expect(page).toContain('<pre class="copy"><b>0123456789abcdef</b></pre>');
    expect(page).toContain('1 image with a tag like prod would expire');
    expect(page).toContain('at most 5 images may expire');
  });

  test('a warned run shows that the deployment continued', () => {
    expect(renderHtml(reportOf({ affected, guards }, { enforcement: 'WARN' }))).toContain('Enforcement is WARN, so the deployment continued.');
  });

  test('an approved run shows the approval and no next steps', () => {
    const page = renderHtml(reportOf({ affected, guards }, { approvedPreview: '0123456789abcdef' }));
    expect(page).toContain('PASSED · Passed: approved');
    expect(page).not.toContain('Next steps');
  });

  test('a run without an affected image has no table', () => {
    const page = renderHtml(reportOf({ affected: [] }));
    expect(page).toContain('The policy does not act on any image of the repository.');
    expect(dataOf(page)).toBeUndefined();
  });

  test('the implied limit is explained', () => {
    expect(renderHtml(reportOf({ affected, guards: [] }))).toContain('No guard limits how many images may expire, so none may');
  });

  test('columns without known values are omitted', () => {
    expect(renderHtml(reportOf({ affected, guards }))).not.toContain('data-column="size"');
    const inventory = affected.map(({ imageDigest }) => ({ imageDigest, imageSizeInBytes: 1_500_000_000, lastRecordedPullTime: daysAgo(1) }));
    const page = renderHtml(reportOf({ affected, guards, inventory }));
    expect(page).toContain('data-column="size"');
    expect(page).toContain('data-column="pulled"');
    expect(page).toContain('up to 3.0 GB');
  });
});

describe('100,000 images', () => {
  test('the table has the first of them and names the location of the rest', () => {
    const affected = Array.from({ length: 100_000 }, (_, i) => affectedImage(String(i).padStart(64, '0'), { imageTags: [`pr-${i}`] }));
    const page = renderHtml(reportOf({ affected }));
    expect(dataOf(page)!.rows).toHaveLength(TABLE_IMAGES);
    expect(page).toContain('The table has the first 20,000 of 100,000 images, the unexpected ones first.');
    expect(page).toContain('The complete list is in 2026-01-31T00-00-00.000Z-0123456789abcdef.json beside this page');
    expect(page.length).toBeLessThan(5_000_000);
  });

  test('the page is small regardless of the number of tags', () => {
    const imageTags = Array.from({ length: 1000 }, (_, i) => `${i}-`.padEnd(300, '版'));
    const affected = Array.from({ length: 2_000 }, (_, i) => affectedImage(String(i), { imageTags }));
    const page = renderHtml(reportOf({ affected }));
    expect(page).toContain(`It has the first ${TABLE_TAGS} tags of each image.`);
    expect(page.length).toBeLessThan(7_000_000);
  });
});
