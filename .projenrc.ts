import { awscdk, javascript, typescript } from 'projen';

/**
 * The lowest aws-cdk-lib that has what the API needs: `ecr.IRepositoryRef`, with which a gate takes an L1 or an L2
 * repository under one static type, came with 2.240.0. (The Node.js 24 runtime and the exclusion filters of tag
 * mutability are older: 2.225.0.) The construct tests run on this version and again on the newest one.
 */
const CDK_FLOOR = '2.240.0';
const CDK_NEWEST = '2.276.0';

/** The version of the next release, in every language: see "Releases" in CONTRIBUTING.md. */
const VERSION = '0.0.0';

/** One range for all AWS SDK clients, so that they share one core: the newest that each of them has a release in. */
const AWS_SDK = '^3.1085.0';

/** The bundle runs on Lambda's Node.js 24 and, in the rehearsal, on the Node.js that a newcomer has. */
const BUNDLE_TARGET = 'node20';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-ecr-lifecycle',
  description:
    'Amazon ECR repositories with lifecycle policies that cannot be written wrong, and a gate that previews each policy on the live repository before it is applied.',
  author: 'The cdk-ecr-lifecycle authors',
  authorOrganization: true,
  authorAddress: 'https://github.com/cdk-ecr-lifecycle',
  repositoryUrl: 'https://github.com/cdk-ecr-lifecycle/cdk-ecr-lifecycle.git',
  license: 'Apache-2.0',
  keywords: ['aws', 'cdk', 'ecr', 'lifecycle-policy', 'container', 'image', 'preview', 'guardrail'],
  defaultReleaseBranch: 'main',
  stability: 'experimental',

  // A construct's user installs the two peers and nothing else: the Lambda (and the command line) are bundled.
  cdkVersion: CDK_FLOOR,
  constructsVersion: '10.5.0', // what aws-cdk-lib 2.240 itself asks for
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.3', // what jsii 6 compiles with; npm's `latest` is 7
  minNodeVersion: '20.16.0', // the floor of jsii 6

  publishToPypi: { distName: 'cdk-ecr-lifecycle', module: 'cdk_ecr_lifecycle' },
  publishToMaven: {
    javaPackage: 'io.github.cdkecrlifecycle',
    mavenGroupId: 'io.github.cdkecrlifecycle',
    mavenArtifactId: 'cdk-ecr-lifecycle',
  },
  publishToNuget: { dotNetNamespace: 'CdkEcrLifecycle', packageId: 'CdkEcrLifecycle' },
  publishToGo: { moduleName: 'github.com/cdk-ecr-lifecycle/cdk-ecr-lifecycle-go', packageName: 'cdkecrlifecycle' },

  packageManager: javascript.NodePackageManager.NPM,
  runner: typescript.TypeScriptRunner.tsx(), // types are checked once, by the `typecheck` task
  projenrcTs: true,
  sampleCode: false,
  // CI is `.ci/run`, which any runner can call: no workflow of one vendor, no release automation yet.
  github: false,
  release: false,
  depsUpgrade: false,

  // Everything is wired by hand: discovery would derive the function's identity from a file's path.
  lambdaAutoDiscover: false,
  edgeLambdaAutoDiscover: false,
  singletonLambdaAutoDiscover: false,
  lambdaExtensionAutoDiscover: false,
  integrationTestAutoDiscover: false,

  devDeps: [
    `@aws-sdk/client-cloudformation@${AWS_SDK}`,
    `@aws-sdk/client-ecr@${AWS_SDK}`,
    `@aws-sdk/client-ecs@${AWS_SDK}`,
    `@aws-sdk/client-eventbridge@${AWS_SDK}`,
    `@aws-sdk/client-inspector2@${AWS_SDK}`,
    `@aws-sdk/client-lambda@${AWS_SDK}`,
    `@aws-sdk/client-s3@${AWS_SDK}`,
    `@aws-sdk/client-scheduler@${AWS_SDK}`,
    `@aws-sdk/client-ssm@${AWS_SDK}`,
    `aws-cdk-lib-newest@npm:aws-cdk-lib@${CDK_NEWEST}`,
    // What the newest writes assemblies with. Below an alias `npm ci` leaves out what bundled packages ask for.
    'cloud-assembly-schema-newest@npm:@aws-cdk/cloud-assembly-schema@^55.3.0',
    '@types/node@^20',
    'aws-cdk@2.1148.1', // deploys for real in `npm run test:deploy`; npm's `latest` cannot read today's assemblies
    'cdk-nag@~2.37', // later ones need a newer aws-cdk-lib or constructs than the floor
    // Bundled into the command line.
    'cli-progress@^3',
    '@types/cli-progress@^3',
    'cli-table3@^0.6',
    'commander@^14',
    'picocolors@^1',
    // Read what `npm run prose` and the check over the documentation judge.
    '@jsii/spec@^1.140',
    '@types/commonmark@^0.27',
    'commonmark@^0.31',
    'esbuild@~0.28',
    'fast-check@^4',
    'jest@^30',
    'js-yaml@^4', // reads the example workflows in a test
    'ts-jest@^29.4',
    'projen@~0.103',
    'tsx@^4',
  ],

  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    // The examples import the library as its users do.
    compilerOptions: { paths: { 'cdk-ecr-lifecycle': ['./src/index.ts'] } },
    include: ['.projenrc.ts', 'src/**/*.ts', 'test/**/*.ts', 'rehearsal/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    exclude: ['lib', 'dist', 'cdk.out'],
  },
  jest: true,
  jestOptions: {
    passWithNoTests: false,
    // A stale snapshot fails; by default `build` would rewrite it.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
  },
  eslint: true,
  eslintOptions: {
    dirs: ['src', 'test', 'rehearsal', 'bench', 'examples', '.projenrc.ts'],
    projectService: false,
    tsconfigPath: './tsconfig.dev.json',
    commandOptions: { fix: false }, // a check reports; it does not rewrite what it checks
  },
});

// projen would write 0.0.0 whatever `npm version` says.
project.package.addVersion(VERSION);

// Of 1.13.0 some optional platform packages were never published: npm leaves them out of the lock file, and then `npm ci`
// refuses that file.
project.package.addPackageResolutions('unrs-resolver@1.12.2');

// ---- who may import whom (ARCHITECTURE.md) ----

interface Zone {
  readonly room: string;
  readonly not: readonly string[];
  readonly because: string;
}

const ROOMS = ['construct', 'lifecycle', 'repository', 'gate', 'core', 'protocol', 'aws', 'lambda', 'cli'];
const allBut = (...rooms: string[]) => ROOMS.filter((room) => !rooms.includes(room));

const ZONES: Zone[] = [
  { room: 'core', not: allBut('core'), because: 'core is pure and imports nothing: move what it needs into core.' },
  { room: 'protocol', not: allBut('core', 'protocol'), because: 'the protocol knows core and nothing else.' },
  { room: 'aws', not: allBut('core', 'aws'), because: 'the adapters import core and the AWS SDK, and neither constructs nor the programs that use them.' },
  { room: 'lambda', not: allBut('core', 'protocol', 'aws', 'lambda'), because: 'the handler wires aws, core and protocol together.' },
  { room: 'cli', not: allBut('core', 'protocol', 'aws', 'cli'), because: 'the command line wires aws, core and protocol together.' },
  { room: 'construct', not: allBut('core', 'construct'), because: 'all constructs share this folder, so it imports none of them.' },
  { room: 'lifecycle', not: allBut('core', 'construct', 'lifecycle'), because: 'a policy does not depend on gates and repositories.' },
  { room: 'gate', not: allBut('core', 'protocol', 'construct', 'lifecycle', 'gate'), because: 'the repository depends on the gate, never the gate on the repository.' },
  { room: 'repository', not: ['aws', 'lambda', 'cli'], because: 'a construct runs at synthesis and never calls AWS.' },
];

project.eslint!.addRules({
  // What is bundled (aws, lambda, cli) and what is never published may use dev dependencies.
  'import/no-extraneous-dependencies': ['error', {
    devDependencies: ['**/{test,rehearsal,bench,examples}/**', 'src/{aws,lambda,cli}/**', '.projenrc.ts'],
    optionalDependencies: false,
    peerDependencies: true,
  }],
  'import/no-cycle': 'error',
  'import/no-restricted-paths': ['error', {
    zones: [
      ...ZONES.map(({ room, not, because }) => ({
        target: `./src/${room}`,
        from: not.map((other) => `./src/${other}`),
        message: because,
      })),
      {
        target: './src',
        from: ['./test', './rehearsal', './bench', './examples'],
        message: 'what is published never imports what only development needs.',
      },
      {
        target: './examples',
        from: [...ROOMS.map((room) => `./src/${room}`), './test', './rehearsal', './bench'],
        message: 'an example uses what a user has: the public API of src/index.ts.',
      },
      {
        target: './rehearsal',
        from: ['./src/aws', './src/lambda', './src/cli', './test'],
        message: 'the rehearsal meets the library as AWS does: over HTTP, with the real bundle. It may use core.',
      },
    ],
  }],
});
project.eslint!.addOverride({
  files: ['src/core/**/*.ts', 'src/protocol/**/*.ts'],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [{ regex: '^[^.]', message: 'core and protocol import no package, not even one of Node.js.' }],
    }],
    'no-restricted-globals': ['error', 'process', 'Buffer', 'console', 'setTimeout', 'require'],
    'no-restricted-syntax': ['error',
      { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message: 'core takes `now` as an argument.' },
      { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'core takes `now` as an argument.' },
      { selector: 'MemberExpression[object.name="Math"][property.name="random"]', message: 'core is deterministic.' }],
  },
});
project.eslint!.addOverride({
  files: ['src/aws/**/*.ts', 'src/lambda/**/*.ts', 'src/cli/**/*.ts'],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [{ regex: '^(aws-cdk-lib|constructs)', message: 'what runs outside synth never loads the CDK.' }],
    }],
  },
});

// ---- the bundles ----

/** From the ES modules of the SDK, where there are some: what is unused in them is left out. */
const ESBUILD = `esbuild --bundle --minify --platform=node --target=${BUNDLE_TARGET} --main-fields=module,main --log-level=warning`;

/** The command line is ESM in pieces: what a command does not need is not loaded. */
const CLI_BUNDLE = [
  `${ESBUILD} src/cli/index.ts --outdir=assets/cli --entry-names=ecr-lifecycle --out-extension:.js=.mjs`,
  '--format=esm --splitting',
  // For the gate's reports and the memory of attachments: the command line stores neither.
  '--external:@aws-sdk/client-s3 --external:@aws-sdk/client-ssm',
  // Packages in CommonJS ask for Node.js's own modules by `require`.
  '"--banner:js=import { createRequire as makeRequire } from \'node:module\'; const require = makeRequire(import.meta.url);"',
  '--define:PACKAGE_VERSION=\\"$(node -p "require(\'./package.json\').version")\\"',
].join(' ');

const bundle = project.addTask('bundle', {
  description: 'Bundle the Lambda handler and the command line, AWS SDK included, into assets/',
  steps: [
    { exec: `${ESBUILD} src/lambda/index.ts --outfile=assets/lifecycle-preview-gate/index.js` },
    { exec: 'rm -rf assets/cli' }, // pieces are named by their content
    { exec: CLI_BUNDLE },
  ],
});
project.package.addBin({ 'ecr-lifecycle': 'assets/cli/ecr-lifecycle.mjs' });
project.gitignore.exclude('/assets/', '/cdk.out/', '.jsii.tabl.json');
project.preCompileTask.spawn(bundle);
project.compileTask.prependExec('rm -rf lib'); // what became of a source that is gone would be published all the same

// ---- tests: on the floor of aws-cdk-lib, and again on the newest ----

const transform = { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.dev.json' }] };
/** The examples import the library by its name. */
const libraryByName = { '^cdk-ecr-lifecycle$': '<rootDir>/src/index.ts' };
project.package.addField('jest', {
  testTimeout: 60_000,
  projects: [
    {
      displayName: 'floor',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      moduleNameMapper: libraryByName,
      transform,
    },
    {
      displayName: 'newest',
      testMatch: ['construct', 'lifecycle', 'gate', 'repository', 'examples'].map((room) => `<rootDir>/test/${room}/**/*.test.ts`),
      moduleNameMapper: {
        ...libraryByName,
        '^aws-cdk-lib($|/.*)': 'aws-cdk-lib-newest$1',
        '^@aws-cdk/cloud-assembly-schema($|/.*)': 'cloud-assembly-schema-newest$1',
      },
      transform,
    },
  ],
});

/** The SDK announces on Node.js 20 that it will want 22 next year: no news to who runs the tests or the demo. */
const QUIET_SDK = ['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true'] as const;

const typecheck = project.addTask('typecheck', {
  description: 'Check the types of everything, also of what jest and tsx only transpile',
  exec: 'tsc --noEmit -p tsconfig.dev.json',
});
project.testTask.prependSpawn(typecheck);
project.testTask.prependSpawn(bundle); // a fresh clone has no assets/
project.testTask.env(...QUIET_SDK);
// Far from UTC: no answer may depend on the machine's own zone.
project.testTask.env('TZ', 'America/New_York');

project.addTask('demo', {
  description: 'The main job, start to end, on the embedded ECR',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx rehearsal/demo.ts' }],
}).env(...QUIET_SDK);

project.addTask('test:deploy', {
  description: 'Real deployments: the command line of the AWS CDK on an emulator of AWS; needs python3. -- --time 5: what the gate adds',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx test/emulator/main.ts', receiveArgs: true }],
}).env(...QUIET_SDK);

project.addTask('prose', {
  description: 'Plain English in comments, messages, names and documents: -- [--count] [--root DIR] [FILES]',
  exec: 'tsx test/prose/check-prose.ts',
  receiveArgs: true,
});

project.addTask('test:random', {
  description: 'Random deployments beyond those of `npm test`: -- [stacks] [first seed] [number]',
  exec: 'tsx test/deployment/run-random-deployments.ts',
  receiveArgs: true,
}).env(...QUIET_SDK);

project.addTask('bench', {
  description: 'What things cost, as figures to compare',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx bench/evaluator.ts' }, { exec: 'tsx bench/gate.ts' }, { exec: 'tsx bench/plan.ts' }],
}).env(...QUIET_SDK);

// ---- what needs more than Node.js: skipped, and said so, where it is not there ----

project.addTask('test:clients', {
  description: 'The embedded ECR before boto3 and the AWS CLI, the validation beside that of moto; needs Python',
  steps: [{ exec: 'tsx test/clients/check-clients.ts' }],
});

project.addTask('test:languages', {
  description: 'The package in Python, Java, Go and C# makes the template that it makes in TypeScript; needs `npx projen compile`',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx test/languages/check-languages.ts', receiveArgs: true }],
});

// ---- what is published ----

// projen's own compares with nothing, without a word, as long as there is no release.
project.tasks.tryFind('compat')!.reset('tsx test/package/check-compatibility.ts', { receiveArgs: true });

for (const path of [
  '/rosetta/', '/rehearsal/', '/bench/', '/examples/', '/.ci/', '/tsconfig.dev.json', '/CONTRIBUTING.md', '/cdk.out/', '/projenrc/', '/.cache/', '.jsii.tabl.json', '*.png',
  '/lib/aws/', '/lib/lambda/', '/lib/cli/', // bundled into assets/: they need packages that a user does not have
  '/lib/core/report/', // bundled as well: no construct writes a report
]) {
  project.npmignore!.exclude(path);
}

project.synth();
