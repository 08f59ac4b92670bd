/* An app with many repositories: tsx synth-app.ts gated|plain <repositories>. Prints the milliseconds from App to the end of synth(). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule } from '../src';

/** A stack has at most 500 resources, and a gated repository consists of two. */
const REPOSITORIES_PER_STACK = 100;

function gated(stack: Stack, id: string): void {
  const lifecyclePolicy = LifecyclePolicy.fromRules(
    LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }),
    LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(20) }),
  );
  new GatedRepository(stack, id, { lifecyclePolicy, guards: [LifecycleGuard.maxImages(50), LifecycleGuard.protectTags('release-*')] });
}

function plain(stack: Stack, id: string): void {
  new ecr.Repository(stack, id, {
    lifecycleRules: [
      { tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(14) },
      { tagPatternList: ['pr-*'], maxImageCount: 20 },
    ],
  });
}

const [kind, count] = process.argv.slice(2);
const outdir = mkdtempSync(path.join(tmpdir(), 'bench-synth-'));
try {
  const start = performance.now();
  const app = new App({ outdir, analyticsReporting: false });
  let stack = new Stack(app, 'Stack0');
  for (let i = 0; i < Number(count); i++) {
    if (i > 0 && i % REPOSITORIES_PER_STACK === 0) stack = new Stack(app, `Stack${i}`);
    (kind === 'gated' ? gated : plain)(stack, `Repository${i}`);
  }
  app.synth();
  process.stdout.write(`${performance.now() - start}\n`);
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
