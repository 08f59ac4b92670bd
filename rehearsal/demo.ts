import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { Duration, Stack } from 'aws-cdk-lib';
import type { StackOutcome } from './cloudformation/options';
import type { StackEvent } from './cloudformation/stack';
import { Rehearsal } from './rehearsal';
import { ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule } from '../src';

/*
 * The main job, start to end, without an AWS account: real synthesis, the real bundled Lambda that answers
 * CloudFormation itself, the real AWS SDK over HTTP. Only ECR and CloudFormation are stand-ins. Everything printed is what came back;
 * the process fails when the story does not come out as told.
 */

const STACK = 'Shop';
const REPOSITORY = 'shop/web';
const DAY = 24 * 60 * 60 * 1000;

const KEEP_RELEASES = LifecycleRule.keep({ images: ImageSelection.tagged('release-*') });
const UNTAGGED_GO = LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) });
const NEWEST_TEN = LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(10) });
const PULL_REQUESTS_GO = LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(5) });

function shop(...rules: LifecycleRule[]): (stack: Stack) => void {
  return (stack) => {
    new GatedRepository(stack, 'Web', {
      repositoryName: REPOSITORY,
      lifecyclePolicy: LifecyclePolicy.fromRules(...rules),
      guards: [LifecycleGuard.maxImages(40), LifecycleGuard.protectTags('release-*')],
    });
  };
}

async function main(): Promise<void> {
  const rehearsal = await Rehearsal.start({ onEvent: printEvent });
  try {
    heading('1. The first deployment: the repository does not exist yet, so nothing can expire');
    code('LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) })');
    expectStatus(await rehearsal.deploy(STACK, shop(UNTAGGED_GO)), 'CREATE_COMPLETE');
    const firstPolicy = await printLivePolicy(rehearsal);

    heading('2. Six weeks of work: images are pushed');
    for (let week = 0; week < 6; week++) {
      await rehearsal.push(REPOSITORY, `release-1.${week}`);
      for (let build = 0; build < 5; build++) {
        rehearsal.ecr.clock.advance(DAY);
        await rehearsal.push(REPOSITORY, `pr-${100 + 5 * week + build}`);
      }
      rehearsal.ecr.clock.advance(2 * DAY);
    }
    const before = await tagsIn(rehearsal);
    print(`${before.length} images: ${before.join(' ')}`);

    heading('3. A careless change: "ten images are enough"');
    code('LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(10) })');
    expectStatus(await rehearsal.deploy(STACK, shop(UNTAGGED_GO, NEWEST_TEN)), 'UPDATE_ROLLBACK_COMPLETE');
    const livePolicy = await printLivePolicy(rehearsal);
    expect(livePolicy === firstPolicy, 'GetLifecyclePolicy returns the text of the first deployment');
    rehearsal.ecr.runLifecycle();
    expect((await tagsIn(rehearsal)).length === before.length, `a day later all ${before.length} images are still there`);

    heading('4. A careful change: releases stay, of the pull requests the newest five');
    code('LifecycleRule.keep({ images: ImageSelection.tagged(\'release-*\') })');
    code('LifecycleRule.expire({ images: ImageSelection.tagged(\'pr-*\'), when: ExpireWhen.imageCountMoreThan(5) })');
    expectStatus(await rehearsal.deploy(STACK, shop(KEEP_RELEASES, PULL_REQUESTS_GO, UNTAGGED_GO)), 'UPDATE_COMPLETE');
    await printLivePolicy(rehearsal);

    heading('5. 24 hours later ECR has run the policy');
    const gone = rehearsal.ecr.runLifecycle().flatMap(({ imageTags }) => imageTags ?? []).sort();
    print(`${gone.length} images are gone: ${gone.join(' ')}`);
    const left = await tagsIn(rehearsal);
    print(`${left.length} images are left: ${left.join(' ')}`);
    const expected = Array.from({ length: 25 }, (_, i) => `pr-${100 + i}`);
    expect(JSON.stringify(gone) === JSON.stringify(expected), 'exactly pr-100 to pr-124 are gone, and every release is there');
  } finally {
    await rehearsal.stop();
  }
}

async function tagsIn(rehearsal: Rehearsal): Promise<string[]> {
  const { imageDetails } = await rehearsal.client.send(new DescribeImagesCommand({ repositoryName: REPOSITORY, maxResults: 1000 }));
  return (imageDetails ?? []).flatMap(({ imageTags }) => imageTags ?? []).sort();
}

async function printLivePolicy(rehearsal: Rehearsal): Promise<string> {
  const text = await rehearsal.livePolicy(REPOSITORY) ?? 'none';
  print(`live policy: ${text}`);
  return text;
}

function printEvent({ logicalId, resourceType, status, reason }: StackEvent): void {
  const isGate = resourceType === 'Custom::LifecyclePreviewGate';
  if (!isGate && !['AWS::ECR::Repository', 'AWS::CloudFormation::Stack'].includes(resourceType)) return;
  print(`${status.padEnd(38)} ${resourceType.padEnd(29)} ${logicalId}`);
  if (reason && isGate) print(`\n${reason.replace(/^/gm, '  ')}\n`);
}

function heading(text: string): void {
  console.log(`\n${text}\n`);
}

function print(text: string): void {
  console.log(text.replace(/^/gm, '   '));
}

function code(text: string): void {
  print(`+ ${text}`);
}

function expectStatus({ status }: StackOutcome, wanted: string): void {
  expect(status === wanted, `the stack is in ${wanted}`, status);
}

function expect(holds: boolean, what: string, instead?: string): void {
  if (!holds) throw new Error(`the demo went wrong, it is not so that ${what}${instead ? ` but ${instead}` : ''}`);
  print(`✓ ${what}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
