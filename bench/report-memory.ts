/**
 * Measures the peak memory of a gate with and without a report bucket: the bundle in a process with the flags of a Lambda
 * function with 512 MB, 100,000 affected images with five tags each. Run after `npm run bundle`: npx tsx bench/report-memory.ts
 *
 * Exits with 1 if a run exceeds the goal.
 */
import * as path from 'node:path';
import type { Content } from './processes';
import { Account, BUCKET, Sandbox } from './processes';
import { atMost, megabytes, row, seconds, title } from './table';
import { encodeGuard } from '../src/core/judgment/guards/guard';
import { encodeGateProperties } from '../src/protocol/gate-properties';

const GOAL = 300 * 1024 * 1024;
const BUNDLE = path.resolve(__dirname, '../assets/lifecycle-preview-gate/index.js');
const CONTENT: Content = { repositoryName: 'shop/web', images: 100_000, expiring: 100_000, mix: 'five tags each' };
const POLICY = JSON.stringify({
  rules: [{
    rulePriority: 1,
    selection: { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 },
    action: { type: 'expire' },
  }],
});

async function peakWith(account: Account, guards: 'preview only' | 'images listed', reportBucket: string | undefined): Promise<number> {
  const sandbox = new Sandbox(BUNDLE, account);
  try {
    const { milliseconds, peakBytes } = await sandbox.invoke({
      RequestType: 'Update',
      RequestId: 'bench',
      StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/Bench/00000000-0000-4000-a000-000000000000',
      LogicalResourceId: 'Gate',
      ResourceProperties: {
        ServiceToken: 'arn',
        ...encodeGateProperties({
          Purpose: 'GATE',
          RepositoryName: CONTENT.repositoryName,
          LifecyclePolicyText: POLICY,
          Guards: [
            encodeGuard({ id: 'max-images', limit: 10 }),
            encodeGuard({ id: 'protect-tags', patterns: ['pr-*'] }),
            ...(guards === 'preview only' ? [] : [encodeGuard({ id: 'max-percent', percent: 1 })]),
          ],
          Enforcement: 'WARN',
          TimeoutSeconds: '840',
          LookAheadSeconds: '172800',
          ReportBucket: reportBucket,
        }),
      },
    });
    row(`${guards}, ${reportBucket ? 'with a bucket' : 'without a bucket'}`, megabytes(peakBytes), atMost(peakBytes, GOAL), seconds(milliseconds));
    return peakBytes;
  } finally {
    sandbox.stop();
  }
}

async function main(): Promise<void> {
  const account = await Account.start(0, 0);
  try {
    await account.fill(CONTENT);
    title('Memory of one gate: 100,000 affected images with five tags each');
    row('', 'peak', `goal ${megabytes(GOAL)}`, 'time per run');
    const peaks: number[] = [];
    for (const guards of ['preview only', 'images listed'] as const) {
      for (const bucket of [undefined, BUCKET]) peaks.push(await peakWith(account, guards, bucket));
    }
    process.exitCode = peaks.every((peak) => peak <= GOAL) ? 0 : 1;
  } finally {
    account.stop();
  }
}

void main();
