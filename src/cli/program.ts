import { Command, Option } from 'commander';
import type { ExplainOptions } from './commands/explain';
import type { LintOptions } from './commands/lint';
import type { PlanOptions } from './commands/plan';
import type { SnapshotOptions } from './commands/snapshot';

/*
 * What there is to say on the command line. Only declarations: what a command does is loaded when it runs, so that help
 * and mistakes in the arguments are answered at once.
 */

const EXIT_CODES = `
Exit codes:
  0  as expected: nothing would go that guards do not let go
  1  unexpected: a deployment would be stopped
  2  could not judge, in part or at all; graver than 1
`;

export function makeProgram(version: string, finish: (work: Promise<number>) => Promise<void>): Command {
  const program = new Command('ecr-lifecycle')
    .description('What lifecycle policies would do to the images of Amazon ECR repositories, before anything is deployed.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help on a command')
    .showHelpAfterError(false);

  guardOptions(accountOptions(imageOptions(sourceOptions(program.command('plan')))))
    .description('Preview the policy of every gate in an app, or one policy file, and hold it against the guards.')
    .addOption(new Option('--approved-preview <fingerprint>', 'exactly this set of images may go (with --policy)'))
    .addOption(new Option('--assume-not-in-use', 'with --images: vouch that nothing runs any of the images'))
    .addOption(new Option('--format <format>', 'what to print').choices(['table', 'json', 'markdown', 'html']).default('table'))
    .option('--output <file>', 'write there, as a whole, instead of to stdout; for html of several repositories a directory')
    .option('--concurrency <n>', 'how many repositories to preview at once', '10')
    .addHelpText('after', `
Guards given as options are added to those of an app's gates: they only make a plan stricter.
${EXIT_CODES}
Examples:
  ecr-lifecycle plan --app cdk.out
  ecr-lifecycle plan --policy policy.json --repository shop/web --max-images 40 --protect-tags 'release-*'
  ecr-lifecycle plan --app cdk.out --images snapshots/ --format markdown --output plan.md`)
    .action((options: PlanOptions) => finish(import('./commands/plan.js').then(({ plan }) => plan(options))));

  accountOptions(imageOptions(sourceOptions(program.command('explain').argument('<image>', 'a tag, or a digest or its beginning'))))
    .description('Say what a policy does to one image: by which rule, and what each other rule says. Without --policy: the live policy.')
    .addOption(textOrJson())
    .option('--output <file>', 'write there, as a whole, instead of to stdout')
    .addHelpText('after', `
The reasons come from the evaluator of this package, on the images of the repository.

Exit codes:
  0  explained
  2  could not be explained: no such image, or something could not be read

Examples:
  ecr-lifecycle explain release-1.4 --repository shop/web
  ecr-lifecycle explain sha256:0123456789ab --app cdk.out --repository shop/web`)
    .action((image: string, options: ExplainOptions) => finish(import('./commands/explain.js').then(({ explain }) => explain(image, options))));

  imageOptions(sourceOptions(program.command('lint')))
    .description('Say what ECR would refuse of a policy, and where it may do other than it seems to. Asks nothing of AWS.')
    .option('--region <region>', 'where stacks are that leave it open')
    .option('--protect-tags <pattern...>', 'also report rules that could ever act on images with a tag like one of these')
    .option('--ignore <id...>', 'say nothing of this advice, such as ageCatchAll')
    .addOption(textOrJson())
    .option('--output <file>', 'write there, as a whole, instead of to stdout')
    .addHelpText('after', `
Exit codes:
  0  nothing was found
  1  something was found: a refusal, or advice that --ignore does not name
  2  something could not be read

Examples:
  ecr-lifecycle lint --app cdk.out
  ecr-lifecycle lint --policy policy.json --images snapshot.json
  ecr-lifecycle lint --policy policy.json --protect-tags 'release-*' prod`)
    .action((options: LintOptions) => finish(import('./commands/lint.js').then(({ lint }) => lint(options))));

  accountOptions(program.command('snapshot').argument('<repository>', 'its name'))
    .description('Save the images of a repository, archived ones too, for --images.')
    .option('--children', 'read what image indexes refer to, which ECR most likely records as pulls of them')
    .option('--output <file>', 'write there, as a whole, instead of to stdout')
    .addHelpText('after', `
Exit codes:
  0  saved
  2  could not be saved

Example:
  ecr-lifecycle snapshot shop/web --output snapshots/shop/web.json`)
    .action((repository: string, options: SnapshotOptions) => finish(import('./commands/snapshot.js').then(({ snapshot }) => snapshot(repository, options))));

  return program;
}

function textOrJson(): Option {
  return new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text');
}

function sourceOptions(command: Command): Command {
  return command
    .option('--app <directory>', 'a synthesized app: every gate in every stack, nested ones and stages too')
    .option('--policy <file>', 'a policy as JSON text; - reads stdin')
    .option('--repository <name>', 'whose images the policy is for')
    .option('--parameters <name=value...>', 'values of CloudFormation parameters that a gate refers to')
    .option('--allow-newer-assembly', 'read an app that a newer CDK wrote than is known here');
}

function imageOptions(command: Command): Command {
  return command
    .option('--images <file...>', 'judge offline on saved images: FILE, NAME=FILE, or a directory with NAME.json files')
    .option('--now <time>', 'with --images: the moment to judge at, ISO 8601 (default: now)');
}

function accountOptions(command: Command): Command {
  return command
    .option('--region <region>', 'where repositories are, if the app does not say')
    .option('--profile <profile>', 'credentials from this profile of the AWS configuration');
}

function guardOptions(command: Command): Command {
  return command
    .option('--max-images <n>', 'at most so many images may expire')
    .option('--max-percent <p>', 'at most so many percent of the images may expire')
    .option('--max-archived <n>', 'at most so many images may be archived')
    .option('--protect-tags <pattern...>', 'no image with a tag like one of these may go')
    .option('--protect-digests <digest...>', 'none of these images may go')
    .option('--protect-pushed-within <days>', 'no image pushed within so many days may go')
    .option('--protect-pulled-within <days>', 'no image pulled within so many days may go')
    .option('--protect-newest <n>', 'none of the n newest images may go')
    .option('--keep-at-least <n>', 'so many images must be left')
    .option('--protect-in-use <sources>', 'no image that one of these uses may go: ecs,lambda,inspector');
}
