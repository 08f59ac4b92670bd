import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { Duration, Stack } from 'aws-cdk-lib';
import type { StackOutcome } from './cloudformation/options';
import type { StackEvent } from './cloudformation/stack';
import { Rehearsal } from './rehearsal';
import { ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule } from '../src';

/*
 * A demonstration of the gate without an AWS account. The synthesis, the bundled Lambda function and the AWS SDK are real;
 * only ECR and CloudFormation are stand-ins. The program checks each result and fails if one differs from the text.
 */

const STACK = 'Shop';
const REPOSITORY = 'shop/web';
const DAY = 24 * 60 * 60 * 1000;

const KEEP_RELEASES = LifecycleRule.keep({ images: ImageSelection.tagged('release-*') });
const EXPIRE_UNTAGGED = LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) });
const KEEP_TEN = LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(10) });
const KEEP_FIVE_PULL_REQUESTS = LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(5) });

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
    heading('1. First deployment: the repository does not exist yet, so the gate passes');
    code('LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) })');
    expectStatus(await rehearsal.deploy(STACK, shop(EXPIRE_UNTAGGED)), 'CREATE_COMPLETE');
    const firstPolicy = await printLivePolicy(rehearsal);

    heading('2. Six weeks later: releases and pull request builds have been pushed');
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

    heading('3. A risky change: keep only the newest ten images, releases included');
    code('LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(10) })');
    expectStatus(await rehearsal.deploy(STACK, shop(EXPIRE_UNTAGGED, KEEP_TEN)), 'UPDATE_ROLLBACK_COMPLETE');
    const livePolicy = await printLivePolicy(rehearsal);
    expect(livePolicy === firstPolicy, 'the live policy is unchanged since the first deployment');
    rehearsal.ecr.runLifecycle();
    expect((await tagsIn(rehearsal)).length === before.length, `after ECR has run the live policy, all ${before.length} images still exist`);

    heading('4. A safe change: keep all releases and the newest five pull request builds');
    code('LifecycleRule.keep({ images: ImageSelection.tagged(\'release-*\') })');
    code('LifecycleRule.expire({ images: ImageSelection.tagged(\'pr-*\'), when: ExpireWhen.imageCountMoreThan(5) })');
    expectStatus(await rehearsal.deploy(STACK, shop(KEEP_RELEASES, KEEP_FIVE_PULL_REQUESTS, EXPIRE_UNTAGGED)), 'UPDATE_COMPLETE');
    await printLivePolicy(rehearsal);

    heading('5. After 24 hours, ECR has applied the new policy');
    const expired = rehearsal.ecr.runLifecycle().flatMap(({ imageTags }) => imageTags ?? []).sort();
    print(`${expired.length} images have expired: ${expired.join(' ')}`);
    const remaining = await tagsIn(rehearsal);
    print(`${remaining.length} images remain: ${remaining.join(' ')}`);
    const expected = Array.from({ length: 25 }, (_, i) => `pr-${100 + i}`);
    expect(JSON.stringify(expired) === JSON.stringify(expected), 'exactly pr-100 to pr-124 have expired, and all releases remain');
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
  print(`${status.padEnd(44)} ${resourceType.padEnd(29)} ${logicalId}`);
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
  expect(status === wanted, `the stack status is ${wanted}`, `it is ${status}`);
}

function expect(holds: boolean, claim: string, actual?: string): void {
  if (!holds) throw new Error(`the demo failed: expected that ${claim}${actual ? `, but ${actual}` : ''}`);
  print(`✓ ${claim}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
