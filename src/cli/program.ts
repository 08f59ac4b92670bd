import { Command, Option } from 'commander';
import type { ExplainOptions } from './commands/explain';
import type { LintOptions } from './commands/lint';
import type { PlanOptions } from './commands/plan';
import type { SnapshotOptions } from './commands/snapshot';
import { GUARD_OPTIONS } from './options/guard-options';

/*
 * The commands and their options. The code of a command is loaded when the command runs, so that help and usage errors
 * appear at once.
 */

const EXIT_CODES = `
Exit codes:
  0  as expected: the policies would act only on images that the guards allow
  1  unexpected: a deployment would fail
  2  some or all repositories could not be judged (takes precedence over 1)
`;

export function makeProgram(version: string, finish: (work: Promise<number>) => Promise<void>): Command {
  const program = new Command('ecr-lifecycle')
    .description('Preview, explain and check lifecycle policies of Amazon ECR repositories before they are deployed.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError(false);

  guardOptions(accountOptions(imageOptions(sourceOptions(program.command('plan')))))
    .description('Preview the policy of every gate in an app, or one policy file, and check the result against the guards.')
    .addOption(new Option('--approved-preview <fingerprints>', 'approve exactly this set of images, or one of several sets (with --policy)'))
    .addOption(new Option('--assume-not-in-use', 'confirm that no image is in use (with --images)'))
    .addOption(new Option('--format <format>', 'output format').choices(['table', 'json', 'markdown', 'html']).default('table'))
    .option('--output <file>', 'write to this file instead of stdout; with --format html and several repositories, a directory')
    .option('--concurrency <n>', 'number of repositories to preview at a time', '10')
    .addHelpText('after', `
Guards that are given as options are added to the guards of the app's gates, so they only make a plan stricter.
${EXIT_CODES}
Examples:
  ecr-lifecycle plan --app cdk.out
  ecr-lifecycle plan --policy policy.json --repository shop/web --max-images 40 --protect-tags 'release-*'
  ecr-lifecycle plan --app cdk.out --images snapshots/ --format markdown --output plan.md`)
    .action((options: PlanOptions) => finish(import('./commands/plan.js').then(({ plan }) => plan(options))));

  accountOptions(imageOptions(sourceOptions(program.command('explain').argument('<image>', 'a tag, a digest, or the beginning of a digest'))))
    .description('Explain what a policy does to one image, rule by rule. Without --policy and --app, use the live policy.')
    .addOption(textOrJson())
    .option('--output <file>', 'write to this file instead of stdout')
    .addHelpText('after', `
The reasons come from the evaluator of this package, which uses the images of the repository.

Exit codes:
  0  explained
  2  not explained: the image does not exist, or something could not be read

Examples:
  ecr-lifecycle explain release-1.4 --repository shop/web
  ecr-lifecycle explain sha256:0123456789ab --app cdk.out --repository shop/web`)
    .action((image: string, options: ExplainOptions) => finish(import('./commands/explain.js').then(({ explain }) => explain(image, options))));

  imageOptions(sourceOptions(program.command('lint')))
    .description('Report problems that would make ECR reject a policy, and warnings about unintended effects. Does not call AWS.')
    .option('--region <region>', 'region of stacks that do not set one')
    .option('--protect-tags <pattern...>', 'also report rules that could act on images with a tag that matches one of these patterns')
    .option('--ignore <id...>', 'do not report these warnings, such as ageCatchAll')
    .addOption(textOrJson())
    .option('--output <file>', 'write to this file instead of stdout')
    .addHelpText('after', `
Exit codes:
  0  no problems and no warnings
  1  problems, or warnings that --ignore does not name
  2  something could not be read (takes precedence over 1)

Examples:
  ecr-lifecycle lint --app cdk.out
  ecr-lifecycle lint --policy policy.json --images snapshot.json
  ecr-lifecycle lint --policy policy.json --protect-tags 'release-*' prod`)
    .action((options: LintOptions) => finish(import('./commands/lint.js').then(({ lint }) => lint(options))));

  accountOptions(program.command('snapshot').argument('<repository>', 'name of the repository'))
    .description('Save the list of a repository\'s images, including archived images, for use with --images.')
    .option('--children', 'include the images that image indexes refer to; ECR most likely records this as pulls of the indexes')
    .option('--output <file>', 'write to this file instead of stdout')
    .addHelpText('after', `
Exit codes:
  0  saved
  2  not saved

Example:
  ecr-lifecycle snapshot shop/web --output snapshots/shop/web.json`)
    .action((repository: string, options: SnapshotOptions) => finish(import('./commands/snapshot.js').then(({ snapshot }) => snapshot(repository, options))));

  return program;
}

function textOrJson(): Option {
  return new Option('--format <format>', 'output format').choices(['text', 'json']).default('text');
}

function sourceOptions(command: Command): Command {
  return command
    .option('--app <directory>', 'synthesized app; uses every gate in every stack, including nested stacks and stages')
    .option('--policy <file>', 'JSON file with the policy, or - for stdin')
    .option('--repository <name>', 'name of the repository')
    .option('--parameters <name=value...>', 'values of CloudFormation parameters')
    .option('--allow-newer-assembly', 'read an app that was synthesized by a newer, untested version of the CDK');
}

function imageOptions(command: Command): Command {
  return command
    .option('--images <file...>', 'use saved images and do not call AWS: FILE, NAME=FILE, or a directory of NAME.json files')
    .option('--now <time>', 'time to judge at, in ISO 8601 (with --images; default: the current time)');
}

function accountOptions(command: Command): Command {
  return command
    .option('--region <region>', 'region of the repositories, if the app does not set one')
    .option('--profile <profile>', 'profile of the AWS configuration');
}

function guardOptions(command: Command): Command {
  return Object.values(GUARD_OPTIONS).reduce((all, { flags, description }) => all.option(flags, description), command);
}
