import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/*
 * Packs the library as npm publishes it, checks the files, and installs the package into two empty projects, with the oldest
 * supported aws-cdk-lib and with the newest one. In each project, an app that uses every public class is compiled with strict
 * settings and synthesized. CI runs this; run `npx projen compile` first.
 */

/** Folders of src that are bundled into assets/ and not published as files. */
const BUNDLED = ['aws', 'lambda', 'cli', 'core/report'];
const OTHERS = [
  '.jsii', 'API.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD-PARTY-NOTICES', 'package.json', 'assets/lifecycle-preview-gate/index.js',
];
/** The chunks of the command line, named after hashes of their content. */
const CHUNKS = /^assets\/cli\/[\w-]+\.mjs$/;
/** The maximum size of the packed file. Most of it is the AWS SDK in the bundles of the Lambda function and the command line. */
const MAX_BYTES = 1_300_000;
const GATES_IN_APP = { Shop: 2, Far: 1 };
const GATED_TYPES = ['Custom::LifecyclePreviewGate', 'Custom::LifecyclePolicyAttachment'];

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  readonly version: string;
  readonly homepage?: string;
  readonly bugs?: { readonly url?: string };
  readonly keywords?: readonly string[];
  readonly dependencies?: object;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
}

const checkout = path.resolve(__dirname, '../..');
const directory = mkdtempSync(path.join(tmpdir(), 'package-'));
try {
  const manifest = readJson<Manifest>(path.join(checkout, 'package.json'));
  check(manifest.dependencies === undefined, 'the package has no dependencies');
  check(Object.keys(manifest.peerDependencies).sort().join() === 'aws-cdk-lib,constructs', 'its peers are aws-cdk-lib and constructs');

  const { homepage = '', bugs, keywords = [] } = manifest;
  check(homepage.startsWith('https://') && bugs?.url?.startsWith('https://') === true && keywords.length > 5, 'it has a homepage, an address for bugs, and keywords');

  const [packed]: Packed[] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', directory], checkout));
  checkFiles(packed, manifest);

  const { 'aws-cdk-lib': floor, constructs, 'aws-cdk-lib-newest': alias } = manifest.devDependencies;
  const newest = readJson<Manifest>(path.join(checkout, 'node_modules', 'aws-cdk-lib-newest', 'package.json'));
  checkInstalled(packed, manifest, floor, constructs);
  checkInstalled(packed, manifest, alias.replace(/^npm:aws-cdk-lib@/, ''), newest.peerDependencies.constructs);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function checkFiles(packed: Packed, { bin = {} }: Manifest): void {
  const files = packed.files.map((file) => file.path);
  const expected = new Set([...OTHERS, ...compiled(), ...documents(), ...Object.values(bin)]);
  const missing = [...expected].filter((file) => !files.includes(file));
  const surplus = files.filter((file) => !expected.has(file) && !CHUNKS.test(file));
  check(missing.length === 0, `the package contains all expected files ${missing.join()}`);
  check(surplus.length === 0, `the package contains no other files ${surplus.join()}`);
  const outside = files.filter((file) => file.endsWith('.md')).flatMap((file) => relativeLinks(file).filter((target) => !files.includes(target)));
  check(outside.length === 0, `the pages in the package have relative links only to files in the package ${outside.join()}`);
  check(packed.size <= MAX_BYTES, `${files.length} files, ${packed.size} bytes, at most ${MAX_BYTES}`);
}

/** Returns the compiled files: one module and one declaration file per source file. */
function compiled(): string[] {
  return (readdirSync(path.join(checkout, 'src'), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts') && !BUNDLED.some((room) => file.startsWith(`${room}/`)))
    .flatMap((file) => ['js', 'd.ts'].map((extension) => `lib/${file.split(path.sep).join('/').replace(/ts$/, extension)}`));
}

/** Returns the files that a page links to by a relative path. */
function relativeLinks(page: string): string[] {
  return [...readFileSync(path.join(checkout, page), 'utf8').matchAll(/\]\(([^):#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => path.posix.join(path.posix.dirname(page), target));
}

function documents(): string[] {
  return readdirSync(path.join(checkout, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`);
}

function checkInstalled({ filename }: Packed, { version }: Manifest, lib: string, constructs: string): void {
  const project = path.join(directory, `on-${lib}`);
  mkdirSync(project);
  writeFileSync(path.join(project, 'package.json'), JSON.stringify({ private: true }));
  copyFileSync(path.join(__dirname, 'user-app.ts'), path.join(project, 'app.ts'));
  npm(['install', '--no-save', '--no-audit', '--no-fund', '--omit=dev', `../${filename}`, `aws-cdk-lib@${lib}`, `constructs@${constructs}`], project);
  const node = (args: readonly string[], stdout: 'pipe' | 'inherit') => execFileSync(process.execPath, args, {
    cwd: project, encoding: 'utf8', stdio: ['ignore', stdout, 'inherit'], timeout: 180_000, env: { ...process.env, CDK_OUTDIR: 'cdk.out' },
  });
  // The newest aws-cdk-lib refers to Disposable, which most projects get from @types/node.
  node([path.join(checkout, 'node_modules', 'typescript', 'bin', 'tsc'), '--strict', '--module', 'node16', '--lib', 'es2022,esnext.disposable', 'app.ts'], 'inherit');
  node(['app.js'], 'inherit');

  const unused = node(['-p', "Object.keys(require('cdk-ecr-lifecycle')).join(' ')"], 'pipe').trim().split(' ')
    .filter((name) => !new RegExp(`\\b${name}\\.|(?:new|instanceof) ${name}\\b`).test(readFileSync(path.join(project, 'app.ts'), 'utf8')));
  check(unused.length === 0, `an app with aws-cdk-lib ${lib} and constructs ${constructs} uses every public class ${unused.join()}`);
  const templates = Object.keys(GATES_IN_APP).map((stack) => resourcesIn(path.join(project, 'cdk.out', `${stack}.template.json`)));
  const gates = templates.map((resources) => resources.filter(({ Type }) => Type === GATED_TYPES[0]).length);
  check(gates.join() === Object.values(GATES_IN_APP).join(), `the app synthesizes ${gates.join(' and ')} gates`);

  const command = (...args: readonly string[]) =>
    execFileSync(path.join(project, 'node_modules', '.bin', 'ecr-lifecycle'), args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  check(command('--version').trim() === version, 'the installed command line runs');
  const live = spawnSync(process.execPath, [path.join(project, 'node_modules', '.bin', 'ecr-lifecycle'), 'snapshot', 'shop/web'], {
    cwd: project, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: project, AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  check(live.status === 2 && live.stderr.startsWith('MissingCredentials: '), `the command line loads the AWS SDK, and stops without credentials (${live.stderr.trim().slice(0, 100)})`);
  writeFileSync(path.join(project, 'no-images.json'), '[]');
  const repositories = templates.flat().filter(({ Type }) => GATED_TYPES.includes(Type))
    .map(({ Properties }) => Properties.RepositoryName ?? Properties.RepositoryLogicalId);
  const plan = JSON.parse(command('plan', '--app', 'cdk.out', '--format', 'json', '--assume-not-in-use',
    '--images', ...repositories.map((name) => `${name}=no-images.json`)));
  check(plan.verdict === 'EXPECTED' && plan.repositories.length === repositories.length, `the command line plans the ${repositories.length} repositories of the app`);
}

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly RepositoryName?: string; readonly RepositoryLogicalId?: string };
}

function resourcesIn(templateFile: string): Resource[] {
  return Object.values(readJson<{ Resources: Readonly<Record<string, Resource>> }>(templateFile).Resources);
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 300_000 });
}

function check(holds: boolean, claim: string): void {
  console.log(`${holds ? '✓' : '✗'} ${claim}`);
  if (!holds) process.exitCode = 1;
}
