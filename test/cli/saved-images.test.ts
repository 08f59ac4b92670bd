import { Stack, Stage } from 'aws-cdk-lib';
import { CliUnderTest } from './cli-under-test';
import { ExpireWhen, GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../src';
import type { PlanResult } from '../../src/cli/render/plan-result';

/* A plan never uses the saved images of one repository for another repository. */

const POLICY = LifecyclePolicy.fromRules(LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(1) }));
const digest = (i: number) => `sha256:${String(i).repeat(64)}`;
const saved = (repositoryName: string, n: number) => ({
  repositoryName, imageDetails: Array.from({ length: n }, (_, i) => ({ imageDigest: digest(i), imagePushedAt: '2026-01-01' })),
});

let cli: CliUnderTest;
beforeEach(() => {
  cli = new CliUnderTest();
  cli.write('beta.json', saved('shop/web', 1));
  cli.write('prod.json', saved('shop/web', 3));
});
afterEach(() => cli.dispose());

const gate = (stack: Stack, id: string, repositoryName?: string) => new GatedRepository(stack, id, { repositoryName, lifecyclePolicy: POLICY });
async function plan(...images: string[]): Promise<(string | undefined)[][]> {
  const { repositories } = await cli.json<PlanResult>(['plan', '--app', 'cdk.out', '--now', '2026-01-31', '--images', ...images]);
  return repositories.map((outcome) => [
    outcome.gate!.stack,
    outcome.outcome === 'JUDGED' ? outcome.report.verdict : outcome.outcome === 'NOT_JUDGED' ? outcome.problem.code : outcome.outcome,
  ]);
}

test('a file that names its repository is not used for a repository without a name', async () => {
  cli.synth('cdk.out', (app) => {
    gate(new Stack(app, 'A'), 'Generated');
    gate(new Stack(app, 'B'), 'Named', 'shop/web');
  });
  expect(await plan('beta.json')).toEqual([['A', 'MissingImages'], ['B', 'PASSED']]);
});

test('a logical id that two stages share is ambiguous, unless the stack precedes it', async () => {
  let id = '';
  cli.synth('cdk.out', (app) => {
    for (const name of ['Beta', 'Prod']) {
      const stack = new Stack(new Stage(app, name), 'Shop');
      id = stack.getLogicalId(gate(stack, 'Web').node.defaultChild as never);
    }
  });
  expect(await plan(`${id}=beta.json`)).toEqual([['Beta/Shop', 'AmbiguousImages'], ['Prod/Shop', 'AmbiguousImages']]);
  expect(await plan(`Beta/Shop/${id}=beta.json`, `Prod/Shop/${id}=prod.json`)).toEqual([['Beta/Shop', 'PASSED'], ['Prod/Shop', 'FAILED']]);
});

test('a name in two regions is ambiguous, unless the stack precedes it', async () => {
  cli.synth('cdk.out', (app) => {
    for (const region of ['eu-west-1', 'us-east-1']) gate(new Stack(app, region, { env: { account: '111122223333', region } }), 'Web', 'shop/web');
  });
  expect(await plan('shop/web=beta.json')).toEqual([['eu-west-1', 'AmbiguousImages'], ['us-east-1', 'AmbiguousImages']]);
  expect(await plan('beta.json')).toEqual([['eu-west-1', 'AmbiguousImages'], ['us-east-1', 'AmbiguousImages']]);
  cli.write('saved/eu-west-1/shop/web.json', saved('shop/web', 1));
  cli.write('saved/us-east-1/shop/web.json', saved('shop/web', 3));
  expect(await plan('saved')).toEqual([['eu-west-1', 'PASSED'], ['us-east-1', 'FAILED']]);
});
