import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/*
 * Packs the library as npm would publish it, looks at what is inside, installs it into an empty directory with the lowest
 * aws-cdk-lib that it claims to work with, and synthesizes an app there. Run by CI; needs `npx projen compile` before.
 */

const ALLOWED = [/^lib\/(core|gate|lifecycle|protocol|repository)\/.+\.(js|d\.ts)$/, /^lib\/index\.(js|d\.ts)$/, /^assets\/lifecycle-preview-gate\/index\.js$/,
  /^docs\/.+/, /^\.jsii$/, /^(API|ARCHITECTURE|README)\.md$/, /^LICENSE$/, /^package\.json$/];
const REQUIRED = ['.jsii', 'API.md', 'LICENSE', 'README.md', 'assets/lifecycle-preview-gate/index.js', 'lib/index.d.ts', 'lib/index.js', 'package.json'];
/** Packed, in bytes. The bundled SDK is most of it. */
const LARGEST = 900_000;

const APP = `
const { App, Duration, Stack } = require('aws-cdk-lib');
const { ExpireWhen, GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule } = require('cdk-ecr-lifecycle');
const app = new App({ outdir: 'cdk.out', analyticsReporting: false });
new GatedRepository(new Stack(app, 'Shop'), 'Web', {
  lifecyclePolicy: LifecyclePolicy.fromRules(
    LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) })),
});
app.synth();
`;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

const directory = mkdtempSync(path.join(tmpdir(), 'package-'));
try {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  check(manifest.dependencies === undefined, 'the package has no dependencies');
  check(Object.keys(manifest.peerDependencies).sort().join() === 'aws-cdk-lib,constructs', 'its peers are aws-cdk-lib and constructs');

  const [packed]: Packed[] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', directory]));
  const files = packed.files.map((file) => file.path);
  const missing = REQUIRED.filter((file) => !files.includes(file));
  const surplus = files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
  check(missing.length === 0, `everything that must be there is there ${missing.join()}`);
  check(surplus.length === 0, `there is nothing else in it ${surplus.join()}`);
  check(packed.size <= LARGEST, `${files.length} files, ${packed.size} bytes, at most ${LARGEST}`);

  writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ private: true }));
  writeFileSync(path.join(directory, 'app.js'), APP);
  const { 'aws-cdk-lib': lib, constructs } = manifest.devDependencies;
  npm(['install', '--no-save', '--omit=dev', `./${packed.filename}`, `aws-cdk-lib@${lib}`, `constructs@${constructs}`], directory);
  execFileSync(process.execPath, ['app.js'], { cwd: directory, stdio: 'inherit' });
  const { Resources } = JSON.parse(readFileSync(path.join(directory, 'cdk.out', 'Shop.template.json'), 'utf8'));
  const types = Object.values<{ Type: string }>(Resources).map(({ Type }) => Type);
  check(types.includes('Custom::LifecyclePreviewGate'), `an empty app with aws-cdk-lib ${lib} synthesizes a gate`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function npm(args: readonly string[], cwd = '.'): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function check(holds: boolean, what: string): void {
  console.log(`${holds ? '✓' : '✗'} ${what}`);
  if (!holds) process.exitCode = 1;
}
