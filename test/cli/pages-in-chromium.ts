import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CliUnderTest } from './cli-under-test';
import { ChromiumPage } from '../report/devtools';

/*
 * Plans a repository as HTML with the real command, and follows the link from the index to the report in a real browser.
 * Checks the link, the table of the report, and that the console has no errors. `report/html-in-chromium.ts` checks the report itself.
 */

const POLICY = {
  rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 2 }, action: { type: 'expire' } }],
};

void main();

async function main(): Promise<void> {
  const page = await ChromiumPage.open('about:blank');
  if (!page) {
    console.log('skipped: no chromium');
    return;
  }
  const cli = new CliUnderTest();
  try {
    cli.write('policy.json', POLICY);
    cli.write('images.json', Array.from({ length: 9 }, (_, i) => ({
      imageDigest: `sha256:${String(i).repeat(64)}`, imageTags: [`pr-${i}`], imagePushedAt: `2026-01-0${i + 1}T00:00:00Z`,
    })));
    const { code, stderr } = await cli.run([
      'plan', '--policy', 'policy.json', '--repository', 'shop/web', '--images', 'images.json', '--now', '2026-01-31', '--format', 'html', '--output', 'pages',
    ]);
    check(code === 1 && stderr === '', `the plan is unexpected ${stderr}`);

    await page.load(pathToFileURL(path.join(cli.directory, 'pages/index.html')).href);
    check(await page.evaluate<string>('document.querySelector("tbody td").textContent') === 'shop/web', 'the index names the repository');
    const link = await page.evaluate<string>('document.querySelector("tbody a").href');
    await page.load(link);
    check(await page.evaluate<string>('document.querySelector("h1").textContent') === 'shop/web', 'its link opens the report');
    check(await page.evaluate<number>('document.querySelectorAll("#rows tr").length') === 7, 'the report lists the 7 images that would expire');
    const verdict = await page.evaluate<string>('document.querySelector(".verdict strong").textContent');
    check(verdict === 'FAILED · A deployment would be stopped', `the verdict is: ${verdict}`);

    const errors = page.events.filter(({ method, params }) => method === 'Runtime.exceptionThrown' || method === 'Runtime.consoleAPICalled'
      || (method === 'Log.entryAdded' && ['error', 'warning'].includes(params.entry.level)));
    check(errors.length === 0, `the console has no errors ${errors.map(({ params }) => JSON.stringify(params)).join()}`);
  } finally {
    cli.dispose();
    await page.close();
  }
}

function check(holds: boolean, what: string): void {
  console.log(`${holds ? '✓' : '✗'} ${what}`);
  if (!holds) process.exitCode = 1;
}
