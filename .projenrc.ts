import { awscdk, javascript, typescript } from 'projen';

/**
 * The oldest supported aws-cdk-lib. Version 2.240.0 introduced `ecr.IRepositoryRef`, the one static type with which a gate
 * accepts both L1 and L2 repositories. (The Node.js 24 runtime and the exclusion filters of tag mutability are older:
 * 2.225.0.) The construct tests run on this version and on the newest one.
 */
const CDK_FLOOR = '2.240.0';
const CDK_NEWEST = '2.276.0';

/** The version of the next release, in every language: see "Releases" in CONTRIBUTING.md. */
const VERSION = '0.0.0';

/** One version range for all AWS SDK clients, so that they share one core. Every client has a release in it. */
const AWS_SDK = '^3.1085.0';

/** The bundle runs on Node.js 24 in Lambda, and on the installed Node.js in the rehearsal. */
const BUNDLE_TARGET = 'node20';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-ecr-lifecycle',
  description:
    'AWS CDK constructs for Amazon ECR lifecycle policies that are validated at synthesis, with a gate that previews each policy on the live repository before it is applied.',
  author: 'The cdk-ecr-lifecycle authors',
  authorOrganization: true,
  authorAddress: 'https://github.com/cdk-ecr-lifecycle',
  repositoryUrl: 'https://github.com/cdk-ecr-lifecycle/cdk-ecr-lifecycle.git',
  license: 'Apache-2.0',
  keywords: [
    'aws', 'cdk', 'aws-cdk', 'awscdk', 'constructs', 'cloudformation', 'ecr', 'aws-ecr', 'container-registry', 'container', 'docker', 'image',
    'lifecycle', 'lifecycle-policy', 'retention', 'cleanup', 'preview', 'guardrail',
  ],
  homepage: 'https://github.com/cdk-ecr-lifecycle/cdk-ecr-lifecycle#readme',
  bugsUrl: 'https://github.com/cdk-ecr-lifecycle/cdk-ecr-lifecycle/issues',
  defaultReleaseBranch: 'main',
  stability: 'experimental',

  // Users install only the two peers: the Lambda function and the command line are bundled.
  cdkVersion: CDK_FLOOR,
  constructsVersion: '10.5.0', // the minimum of aws-cdk-lib 2.240 itself
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.3', // required by jsii 6; npm's `latest` is 7
  minNodeVersion: '20.16.0', // the minimum of jsii 6

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
  // Any CI system can call `.ci/run`, so there is no vendor's workflow. Releases are not automated yet.
  github: false,
  release: false,
  depsUpgrade: false,

  // Discovery would derive the identity of the function from the path of a file.
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
    // A dependency of the newest aws-cdk-lib, which `npm ci` does not install for an aliased package.
    'cloud-assembly-schema-newest@npm:@aws-cdk/cloud-assembly-schema@^55.3.0',
    '@types/node@^20',
    'aws-cdk@2.1148.1', // for `npm run test:deploy`; npm's `latest` cannot read current assemblies
    'cdk-nag@~2.37', // later versions require a newer aws-cdk-lib or constructs
    'cdk-nag-newest@npm:cdk-nag@^3', // a validation plugin of the newest aws-cdk-lib
    // Bundled into the Lambda function, whose calls go through a proxy if the environment names one.
    'agent-base@^7',
    'https-proxy-agent@^7',
    'proxy-from-env@^1',
    '@types/proxy-from-env@^1',
    // Bundled into the command line.
    'cli-progress@^3',
    '@types/cli-progress@^3',
    'cli-table3@^0.6',
    'commander@^14',
    'picocolors@^1',
    'tinyglobby@^0.2',
    // For `npm run prose` and the check of the documentation.
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
    // The examples import the library by its name, as its users do.
    compilerOptions: { paths: { 'cdk-ecr-lifecycle': ['./src/index.ts'] } },
    include: ['.projenrc.ts', 'src/**/*.ts', 'test/**/*.ts', 'rehearsal/**/*.ts', 'bench/**/*.ts', 'examples/**/*.ts'],
    exclude: ['lib', 'dist', 'cdk.out'],
  },
  jest: true,
  jestOptions: {
    passWithNoTests: false,
    // An outdated snapshot fails; by default, `build` would rewrite it.
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    extraCliOptions: ['--selectProjects=floor'], // `test:newest` runs the others
  },
  eslint: true,
  eslintOptions: {
    dirs: ['src', 'test', 'rehearsal', 'bench', 'examples', '.projenrc.ts'],
    projectService: false,
    tsconfigPath: './tsconfig.dev.json',
    commandOptions: { fix: false }, // a check only reports
  },
});

// By default, projen writes 0.0.0 regardless of `npm version`.
project.package.addVersion(VERSION);

project.package.addField('overrides', {
  // Some optional platform packages of 1.13.0 were never published: npm omits them from the lock file, and `npm ci` then rejects
  // the file.
  'unrs-resolver': '1.12.2',
  // The tests load cdk-nag 3 with the newest aws-cdk-lib: see the jest project `newest`.
  'cdk-nag-newest': { 'aws-cdk-lib': '$aws-cdk-lib', 'constructs': '$constructs' },
});

// The maps would be half of the published package, and stack traces begin with the user's code anyway.
project.tryFindObjectFile('tsconfig.json')!.addOverride('compilerOptions.inlineSourceMap', false);
project.tryFindObjectFile('tsconfig.json')!.addOverride('compilerOptions.inlineSources', false);

// ---- allowed imports (ARCHITECTURE.md) ----

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
  // Bundled code (aws, lambda, cli) and unpublished code may use development dependencies.
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
        message: 'published code never imports code that only development needs.',
      },
      {
        target: './examples',
        from: [...ROOMS.map((room) => `./src/${room}`), './test', './rehearsal', './bench'],
        message: 'an example uses only the public API in src/index.ts, as a user does.',
      },
      {
        target: './rehearsal',
        from: ['./src/aws', './src/lambda', './src/cli', './test'],
        message: 'the rehearsal uses the library as AWS does: over HTTP, with the bundle. It may also import core.',
      },
    ],
  }],
});
project.eslint!.addOverride({
  files: ['src/core/**/*.ts', 'src/protocol/**/*.ts'],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [{ regex: '^[^.]', message: 'core and protocol do not import packages, not even those of Node.js.' }],
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
      patterns: [{ regex: '^(aws-cdk-lib|constructs)', message: 'code that runs outside of synthesis never loads the CDK.' }],
    }],
  },
});

// ---- the bundles ----

/** The files of each bundle, from which the notices of bundled packages are written. */
const METAFILES = { gate: '.cache/bundles/gate.json', cli: '.cache/bundles/cli.json' };

/** Prefers the ES modules of the SDK, because esbuild removes their unused code. */
const ESBUILD = `esbuild --bundle --minify --platform=node --target=${BUNDLE_TARGET} --main-fields=module,main --log-level=warning`;

/** The command line consists of ESM chunks, so that each command loads only the code that it needs. */
const CLI_BUNDLE = [
  `${ESBUILD} src/cli/index.ts --outdir=assets/cli --entry-names=ecr-lifecycle --out-extension:.js=.mjs`,
  '--format=esm --splitting',
  // The clients for reports and the stored policies of attachments, which the command line never loads.
  '--external:*/s3-package --external:*/ssm-package',
  `--metafile=${METAFILES.cli}`,
  // CommonJS packages load the modules of Node.js with `require`.
  '"--banner:js=import { createRequire as makeRequire } from \'node:module\'; const require = makeRequire(import.meta.url);"',
  '--define:PACKAGE_VERSION=\\"$(node -p "require(\'./package.json\').version")\\"',
].join(' ');

const bundle = project.addTask('bundle', {
  description: 'Bundle the Lambda handler and the command line, AWS SDK included, into assets/, and write THIRD-PARTY-NOTICES',
  steps: [
    { exec: `${ESBUILD} src/lambda/index.ts --outfile=assets/lifecycle-preview-gate/index.js --metafile=${METAFILES.gate}` },
    { exec: 'rm -rf assets/cli' }, // chunks are named after their content, so old ones would remain
    { exec: CLI_BUNDLE },
    { exec: `tsx test/package/write-notices.ts ${METAFILES.gate} ${METAFILES.cli}` },
  ],
});
project.package.addBin({ 'ecr-lifecycle': 'assets/cli/ecr-lifecycle.mjs' });
project.gitignore.exclude('/assets/', '/THIRD-PARTY-NOTICES', '/cdk.out/', '.jsii.tabl.json');
project.preCompileTask.spawn(bundle);
project.compileTask.prependExec('rm -rf lib'); // otherwise the output of deleted sources would be published

// ---- tests: on the oldest supported aws-cdk-lib and on the newest one ----

const transform = { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.dev.json' }] };
/** The examples import the library by its name. */
const libraryByName = { '^cdk-ecr-lifecycle$': '<rootDir>/src/index.ts' };
project.package.addField('jest', {
  testTimeout: 60_000,
  maxWorkers: 2, // on two cores, jest's default is one worker, which idles while a test waits for its child processes
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

/** Suppresses the warning of the SDK on Node.js 20 that it will require 22 next year. */
const QUIET_SDK = ['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true'] as const;

const typecheck = project.addTask('typecheck', {
  description: 'Check the types of all code, including code that jest and tsx only transpile',
  exec: 'tsc --noEmit -p tsconfig.dev.json',
});
project.testTask.prependSpawn(typecheck);
project.testTask.prependSpawn(bundle); // a fresh clone does not have assets/
project.testTask.env(...QUIET_SDK);
// A time zone other than UTC, because no result may depend on the time zone of the machine.
project.testTask.env('TZ', 'America/New_York');

const testNewest = project.addTask('test:newest', {
  description: 'Run the tests of the constructs on the newest aws-cdk-lib; `npm test` runs them on the oldest supported one',
  exec: 'jest --ci --selectProjects=newest',
  receiveArgs: true,
});
testNewest.env(...QUIET_SDK);
testNewest.env('TZ', 'America/New_York');

project.addTask('demo', {
  description: 'Demonstrate the gate on the embedded ECR, without an AWS account',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx rehearsal/demo.ts' }],
}).env(...QUIET_SDK);

project.addTask('ecr', {
  description: 'Start the embedded ECR with sample images, for the command line and the AWS SDKs: -- [--port N] [--images FILE]',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx rehearsal/serve-ecr.ts', receiveArgs: true }],
}).env(...QUIET_SDK);

project.addTask('test:deploy', {
  description: 'Deploy with the command line of the AWS CDK on an emulator of AWS; requires python3. -- --time 5: measure the time that the gate adds',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx test/emulator/main.ts', receiveArgs: true }],
}).env(...QUIET_SDK);

project.addTask('prose', {
  description: 'Check for plain English in comments, messages, names and documents: -- [--count] [--root DIR] [FILES]',
  exec: 'tsx test/prose/check-prose.ts',
  receiveArgs: true,
});

project.addTask('test:random', {
  description: 'Run more random deployments than `npm test`: -- [stacks] [first seed] [number]',
  exec: 'tsx test/deployment/run-random-deployments.ts',
  receiveArgs: true,
}).env(...QUIET_SDK);

project.addTask('bench', {
  description: 'Measure the evaluator, the gate and the command line',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx bench/evaluator.ts' }, { exec: 'tsx bench/gate.ts' }, { exec: 'tsx bench/plan.ts' }],
}).env(...QUIET_SDK);

// ---- tasks that require more than Node.js: they print a message and skip the checks if a tool is missing ----

project.addTask('test:clients', {
  description: 'Test the embedded ECR with boto3 and the AWS CLI, and compare the validation with that of moto; requires Python',
  steps: [{ exec: 'tsx test/clients/check-clients.ts' }],
});

project.addTask('test:languages', {
  description: 'Check that the package synthesizes the same template in Python, Java, Go and C# as in TypeScript; requires `npx projen compile`',
  steps: [{ spawn: 'bundle' }, { exec: 'tsx test/languages/check-languages.ts', receiveArgs: true }],
});

// ---- published files ----

// projen's own task succeeds silently if there is no release to compare with.
project.tasks.tryFind('compat')!.reset('tsx test/package/check-compatibility.ts', { receiveArgs: true });

for (const path of [
  '/rosetta/', '/rehearsal/', '/bench/', '/examples/', '/.ci/', '/tsconfig.dev.json', '/CONTRIBUTING.md', '/cdk.out/', '/projenrc/', '/.cache/', '.jsii.tabl.json', '*.png',
  '/lib/aws/', '/lib/lambda/', '/lib/cli/', // bundled into assets/, because they require packages that users do not have
  '/lib/core/report/', // bundled as well, because constructs do not write reports
]) {
  project.npmignore!.exclude(path);
}

project.synth();
