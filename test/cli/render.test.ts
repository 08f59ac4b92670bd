import pc from 'picocolors';
import { CliUnderTest } from './cli-under-test';
import type { Outcome } from '../../src/cli/judge/outcome';
import { indexPage } from '../../src/cli/render/index-page';
import { COMMENT_MARK, MAX_COMMENT_LENGTH, planMarkdown } from '../../src/cli/render/markdown';
import { headline, nameOf, planResult } from '../../src/cli/render/plan-result';
import { colorsFor, planTable } from '../../src/cli/render/table';
import type { Image } from '../../src/core/evaluation/image';
import { renderHtml } from '../../src/core/report/html';
import { NOW, sampleImages, sampleReport } from '../report/sample-report';

const PLAIN = { colors: pc.createColors(false), width: 120, wraps: false, explainsProblems: true };

const judged = (repositoryName: string, images: readonly Image[], guards = 0): Outcome => {
  const report = sampleReport(images.length, { repositoryName, planned: true, stackId: 'Shop', logicalId: `Gate${guards}` });
  return { outcome: 'JUDGED', repositoryName, gate: { stack: 'Shop', logicalId: `Gate${guards}` }, report };
};
const UNEXPECTED = judged('shop/checkout', sampleImages(400));
const EXPECTED = judged('shop/empty', []);
const NEW: Outcome = { outcome: 'NOTHING_TO_JUDGE', gate: { stack: 'Shop', logicalId: 'New' }, repositoryName: 'shop/new', because: 'the repository does not exist yet' };
const UNKNOWN: Outcome = {
  outcome: 'NOT_JUDGED', gate: { stack: 'Shop', logicalId: 'Odd' }, problem: { code: 'AccessDenied', message: 'no <b>entry</b> for @everyone | ask `me`' },
};
const PLAN = planResult([EXPECTED, NEW, UNKNOWN, UNEXPECTED], NOW);

/** Returns the cells of the rows below the header of the first table. */
const rowsOf = (table: string) => table.split('\n\n')[0].split('\n').slice(1).map((line) => line.split(/ {2,}/));

describe('the verdict of the plan', () => {
  test.each<[string, readonly Outcome[], string, string]>([
    ['no gates', [], 'EXPECTED', 'The app has no gates, so there is nothing to plan.'],
    ['as expected', [EXPECTED, NEW], 'EXPECTED', 'As expected: 0 images would expire.'],
    ['unexpected', [EXPECTED, UNEXPECTED], 'UNEXPECTED', 'Unexpected in 1 of 2 repositories: '],
    ['unknown takes precedence', [UNKNOWN, UNEXPECTED], 'NOT_JUDGED', 'Unexpected in 1 of 2 repositories, and 1 of 2 repositories could not be judged: '],
    ['unknown and expected', [UNKNOWN, EXPECTED], 'NOT_JUDGED', 'Nothing unexpected in the judged repositories, and 1 of 2 repositories could not be judged: '],
    ['all unknown', [UNKNOWN, UNKNOWN], 'NOT_JUDGED', 'None of 2 repositories could be judged.'],
    ['the only one unknown', [UNKNOWN], 'NOT_JUDGED', 'Could not be judged.'],
  ])('%s', (_, outcomes, verdict, words) => {
    const plan = planResult(outcomes, NOW);
    expect(plan.verdict).toBe(verdict);
    expect(headline(plan)).toContain(words);
  });
});

describe('the table', () => {
  const text = planTable(PLAN, PLAIN);

  test('has one row per repository with its counts and fingerprint', () => {
    const { counts, fingerprint } = (UNEXPECTED as Outcome & { outcome: 'JUDGED' }).report;
    expect(rowsOf(text)).toEqual([
      ['shop/empty', 'PASSED', '0', '0', '0', expect.stringMatching(/^[0-9a-f]{16}$/), 'Shop/Gate0'],
      ['shop/new', 'PASSED', '-', '-', '-', '-', 'Shop/New'],
      ['Shop/Odd', 'NOT JUDGED', '-', '-', '-', '-', 'Shop/Odd'],
      ['shop/checkout', 'FAILED', String(counts.expiring), String(counts.archiving), String(counts.unexpected), fingerprint, 'Shop/Gate0'],
    ]);
    expect(text.endsWith(`${headline(PLAN)}\n`)).toBe(true);
  });

  test('lists unexpected images by guard with a hint, and the reasons for unknown results', () => {
    expect(text).toContain('shop/new: the repository does not exist yet');
    expect(text).toContain('AccessDenied: no <b>entry</b>');
    expect(text).toMatch(/\n {2}protect-in-use: 1 image in use would expire .*\n {4}pr-\d+ sha256:[0-9a-f]{12} \(rule 2, \d+ days old\)\n/);
    expect(text).toMatch(/\n {2}To approve exactly these images, set approvedPreview \(gateApprovedPreview on a GatedRepository\) to "[0-9a-f]{16}"\.\n/);
  });

  describe('fits the width', () => {
    const tableIn = (plan: typeof PLAN, width: number) => planTable(plan, { ...PLAIN, width }).split('\n\n')[0];
    const LONG = planResult([judged('team/a-repository-with-a-rather-long-name/of-a-service', sampleImages(400)), UNKNOWN], NOW);
    const TWICE = planResult([judged('shop/web', sampleImages(400)), judged('shop/web', [], 1)], NOW);

    test.each<[string, typeof PLAN, number]>([['80 columns', PLAN, 80], ['60 columns', PLAN, 60], ['long names', LONG, 80]])('of %s', (_, plan, width) => {
      for (const line of tableIn(plan, width).split('\n')) expect(line.length).toBeLessThanOrEqual(width);
      for (const outcome of plan.repositories) expect(tableIn(plan, width)).toContain(nameOf(outcome));
    });

    test('with all columns, then without the construct, then without the preview, then as a list', () => {
      expect([120, 75, 57, 50].map((width) => tableIn(PLAN, width).split('\n')[0].trim().split(/ {2,}/).slice(-1)[0])).toEqual(['Construct', 'Preview', 'Unexpected', 'shop/empty']);
    });

    test('and keeps the constructs of a name that occurs twice', () => {
      for (const width of [120, 70, 40]) expect(tableIn(TWICE, width)).toMatch(/Shop\/Gate0[^]*Shop\/Gate1/);
    });
  });

  test('wraps text between words on a terminal, and never elsewhere', () => {
    const wrapped = planTable(PLAN, { ...PLAIN, width: 60, wraps: true });
    for (const line of wrapped.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    const words = (output: string) => output.split(/\s+/).join(' ');
    expect(words(wrapped)).toBe(words(planTable(PLAN, { ...PLAIN, width: 60 })));
  });

  test('names problems only by their codes if stderr has the sentences, and once for all repositories that share it', () => {
    const many = planResult(Array.from({ length: 30 }, (_, i) => ({ ...UNKNOWN, repositoryName: `shop/${i}` })), NOW);
    const codes = planTable(many, { ...PLAIN, explainsProblems: false });
    expect(codes).toContain('shop/8, shop/9 and 20 more: could not be judged: AccessDenied\n');
    expect(codes).not.toContain('@everyone');
    expect(planTable(many, PLAIN).match(/@everyone/g)).toHaveLength(1);
  });

  test('has colors only on a terminal that supports them', () => {
    const onTerminal = (environment: NodeJS.ProcessEnv) => planTable(PLAN, { ...PLAIN, colors: colorsFor({ isTTY: true }, environment) });
    expect(onTerminal({ TERM: 'xterm' })).toContain('\u001b[31m');
    for (const plain of [onTerminal({ NO_COLOR: '1' }), onTerminal({ TERM: 'dumb' }), planTable(PLAN, { ...PLAIN, colors: colorsFor({}, { FORCE_COLOR: '1' }) })]) expect(plain).toBe(text);
  });
});

describe('Markdown', () => {
  const text = planMarkdown(PLAN);

  test('begins with the mark by which a job finds its comment, the verdict, and the most severe results', () => {
    const [mark, title] = text.split('\n');
    expect(mark).toBe(COMMENT_MARK);
    expect(title).toMatch(/^### Unexpected in 1 of 4 repositories/);
    const names = text.split('\n').flatMap((line) => /^\| \S+ \| `([^`]+)` \| [A-Z ]+ \|/.exec(line)?.[1] ?? []);
    expect(names).toEqual(['shop/checkout', 'Shop/Odd', 'shop/empty', 'shop/new']);
  });

  test('collapses the images', () => {
    expect(text.match(/<details>/g)).toHaveLength(1);
    expect(text.match(/<\/details>/g)).toHaveLength(1);
    expect(text).toMatch(/<details><summary><code>shop\/checkout<\/code>: \d+ images would expire/);
  });

  test('escapes text that comes from AWS', () => {
    expect(text).toContain('no \\<b\\>entry\\</b\\> for @\u200beveryone \\| ask \\`me\\`');
    const evil = judged('a`|<script>\u202e', []);
    expect(planMarkdown(planResult([evil], NOW))).toContain("| `a'\\|<script>\\u202e` |");
  });

  test('contains no text that GitHub turns into a link', () => {
    const message = 'see https://x.example and WWW.x.example about #12';
    const linked = planMarkdown(planResult([{ outcome: 'NOT_JUDGED', repositoryName: 'shop/web', problem: { code: 'Odd', message } }], NOW));
    expect(linked).not.toMatch(/:\/\/|www\.|#\d/i);
    expect(linked.replace(/[\u200b\\]/g, '')).toContain(message);
  });

  test.each([
    ['many images', [judged('shop/large', sampleImages(30_000))], /\*Cut to fit a comment: [\d,]+ images omitted\./],
    ['many repositories', Array.from({ length: 60 }, (_, i) => judged(`shop/${i}`, sampleImages(400))), /images omitted/],
    ['more repositories than rows', Array.from({ length: 3_000 }, (_, i) => ({ ...NEW, repositoryName: `shop/${i}` })), /repositories and [\d,]+ notes omitted/],
  ])('%s fit a comment, and a note counts the omitted parts', (_, outcomes, note) => {
    const long = planMarkdown(planResult(outcomes as Outcome[], NOW));
    expect(long.length).toBeLessThanOrEqual(MAX_COMMENT_LENGTH);
    expect(long).toMatch(note);
    expect(long.match(/<details>/g)?.length).toBe(long.match(/<\/details>/g)?.length);
  });
});

describe('HTML', () => {
  test('is the page of a gate, but of a deployment that has not started', () => {
    const { report } = UNEXPECTED as Outcome & { outcome: 'JUDGED' };
    const page = renderHtml(report);
    expect(page).toContain('FAILED · A deployment would be stopped');
    expect(page).not.toMatch(/Deployment stopped|live policy is as it was|beside this page/);
    expect(renderHtml({ ...report, planned: undefined })).toMatch(/FAILED · Deployment stopped/);
  });

  test('of several repositories links to each of them', () => {
    const page = indexPage(PLAN, ({ repositoryName }) => (repositoryName === 'shop/checkout' ? '001-shop-checkout.html' : undefined));
    expect(page).toContain('<a href="001-shop-checkout.html">shop/checkout</a>');
    expect(page).toContain('NOT JUDGED: AccessDenied: no &lt;b&gt;entry&lt;/b&gt;');
  });
});

describe('as a process', () => {
  let cli: CliUnderTest;
  beforeEach(() => {
    cli = new CliUnderTest();
    cli.write('policy.json', {
      rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 1 }, action: { type: 'expire' } }],
    });
    cli.write('images.json', ['a', 'b'].map((tag) => ({ imageDigest: `sha256:${tag}`, imageTags: [tag], imagePushedAt: '2026-01-01T00:00:00Z' })));
  });
  afterEach(() => cli.dispose());

  const PLAN_FILE = ['plan', '--policy', 'policy.json', '--repository', 'shop/web', '--images', 'images.json', '--now', '2026-01-31T00:00:00Z'];

  test('the table has no colors if stdout is not a terminal', async () => {
    const { stdout } = await cli.run(PLAN_FILE, { environment: { FORCE_COLOR: '1', TERM: 'xterm-256color' } });
    expect(rowsOf(stdout)).toEqual([['shop/web', 'FAILED', '1', '0', '1', expect.any(String)]]);
    expect(stdout).not.toContain('\u001b');
  });

  test('JSON of the same images is identical in every run', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => cli.run([...PLAN_FILE, '--format', 'json'])));
    expect(a).toEqual(b);
    expect(JSON.parse(a.stdout)).toMatchObject({
      schemaVersion: 1,
      verdict: 'UNEXPECTED',
      at: '2026-01-31T00:00:00.000Z',
      repositories: [{ outcome: 'JUDGED', report: { schemaVersion: 1, planned: true, verdict: 'FAILED' } }],
    });
  });

  test('HTML is written to a page, or to a directory of pages with an index', async () => {
    expect((await cli.run([...PLAN_FILE, '--format', 'html', '--output', 'plan.html'])).code).toBe(1);
    expect(cli.read('plan.html')).toMatch(/^<!DOCTYPE html>/);
    expect((await cli.run([...PLAN_FILE, '--format', 'html', '--output', 'pages'])).code).toBe(1);
    const [, link] = /<a href="([^"]+)">shop\/web<\/a>/.exec(cli.read('pages/index.html'))!;
    expect(cli.read(`pages/${link}`)).toBe(cli.read('plan.html'));
  });
});
