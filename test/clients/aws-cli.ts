import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { readInventoryText } from '../../src/core/evaluation/inventory-text';
import { outcomeOf } from '../outside/commands';

const KEEP_TWO = JSON.stringify({
  rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 2 }, action: { type: 'expire' } }],
});
const PULL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Action: 'ecr:BatchGetImage' }],
});
const CONFIG = '{}';
const REPOSITORY = ['--repository-name', 'team/shop'];

/** Checks the AWS CLI as users run it: pages, queries, waiters, and exit codes of rejected calls. */
export async function checkAwsCli(aws: string, env: Record<string, string>): Promise<void> {
  const ecr = async (...args: string[]) => {
    const { stdout, stderr, status } = await outcomeOf(aws, ['ecr', ...args, '--output', 'json'], { env, timeoutSeconds: 60 });
    return { text: stdout, json: stdout.startsWith('{') || stdout.startsWith('[') ? JSON.parse(stdout) : undefined, stderr, status };
  };
  const expectRejected = async (code: string, operation: string, ...args: string[]) => {
    const { stderr, status } = await ecr(operation, ...args);
    // Version 1 ends with 255, version 2 with 254.
    check([254, 255].includes(status) && stderr.includes(`(${code})`), `${operation} fails with ${code}`, `${status} ${stderr}`);
  };

  const { json: { repository } } = await ecr('create-repository', ...REPOSITORY, '--image-tag-mutability', 'IMMUTABLE');
  same(repository.imageTagMutability, 'IMMUTABLE', 'create-repository');
  await expectRejected('RepositoryAlreadyExistsException', 'create-repository', ...REPOSITORY);

  const { json: { uploadId } } = await ecr('initiate-layer-upload', ...REPOSITORY);
  const bytes = ['--part-first-byte', '0', '--part-last-byte', String(CONFIG.length - 1), '--layer-part-blob', CONFIG];
  await ecr('upload-layer-part', ...REPOSITORY, '--upload-id', uploadId, ...bytes);
  const uploaded = await ecr('complete-layer-upload', ...REPOSITORY, '--upload-id', uploadId, '--layer-digests', sha256(CONFIG));
  same(uploaded.json?.layerDigest, sha256(CONFIG), 'a layer is uploaded');
  for (const tag of ['release-1', 'pr-1', 'pr-2', 'pr-3']) {
    const { json } = await ecr('put-image', ...REPOSITORY, '--image-tag', tag, '--image-manifest', manifest(tag));
    same(json?.image.imageId, { imageDigest: sha256(manifest(tag)), imageTag: tag }, `put-image of ${tag}`);
  }
  await expectRejected('ImageTagAlreadyExistsException', 'put-image', ...REPOSITORY, '--image-tag', 'pr-1', '--image-manifest', manifest('other'));
  await expectRejected('LayersNotFoundException', 'put-image', ...REPOSITORY, '--image-tag', 'x', '--image-manifest', manifest('x', '{"absent":true}'));

  const { json: repositories } = await ecr('describe-repositories', '--query', 'repositories[].repositoryName');
  same(repositories, ['team/shop'], 'describe-repositories with a query');
  const tags = await ecr('describe-images', ...REPOSITORY, '--page-size', '3', '--query', 'sort(imageDetails[].imageTags[0])');
  same(tags.json, ['pr-1', 'pr-2', 'pr-3', 'release-1'], 'describe-images in pages of 3');
  const { text } = await ecr('describe-images', ...REPOSITORY, '--filter', 'imageStatus=ANY');
  const inventory = readInventoryText(text);
  same(inventory.ok && inventory.value.images.map(({ imageTags, imagePushedAt }) => [imageTags?.[0], Date.parse(imagePushedAt ?? '')]),
    ['release-1', 'pr-1', 'pr-2', 'pr-3'].map((tag, i) => [tag, Date.UTC(2026, 0, 1, 0, 0, 1 + i)]), 'this library reads the output of describe-images');
  const part = await ecr('describe-images', ...REPOSITORY, '--max-items', '2');
  const rejected = readInventoryText(part.text);
  same(!rejected.ok && rejected.problems.map(({ code }) => code), ['IncompleteImages'], 'this library rejects a part of the output');
  const listed = await ecr('list-images', ...REPOSITORY, '--page-size', '2', '--query', 'length(imageIds)');
  same(Number(listed.text), 4, 'list-images in pages of 2');
  const got = await ecr('batch-get-image', ...REPOSITORY, '--image-ids', 'imageTag=pr-1', 'imageTag=none');
  same([got.json?.images[0].imageManifest, got.json?.failures[0].failureCode], [manifest('pr-1'), 'ImageNotFound'], 'batch-get-image');

  await expectRejected('RepositoryPolicyNotFoundException', 'get-repository-policy', ...REPOSITORY);
  await ecr('set-repository-policy', ...REPOSITORY, '--policy-text', PULL);
  same((await ecr('get-repository-policy', ...REPOSITORY)).json?.policyText, PULL, 'get-repository-policy returns the policy');
  same((await ecr('delete-repository-policy', ...REPOSITORY)).status, 0, 'delete-repository-policy');

  await expectRejected('LifecyclePolicyNotFoundException', 'get-lifecycle-policy', ...REPOSITORY);
  const wrong = KEEP_TWO.replace('"any"', '"all"');
  await expectRejected('InvalidParameterException', 'put-lifecycle-policy', ...REPOSITORY, '--lifecycle-policy-text', wrong);
  await ecr('put-lifecycle-policy', ...REPOSITORY, '--lifecycle-policy-text', KEEP_TWO);
  same((await ecr('get-lifecycle-policy', ...REPOSITORY)).json?.lifecyclePolicyText, KEEP_TWO, 'get-lifecycle-policy returns the policy');

  await expectRejected('LifecyclePolicyPreviewNotFoundException', 'get-lifecycle-policy-preview', ...REPOSITORY);
  same((await ecr('start-lifecycle-policy-preview', ...REPOSITORY)).json?.status, 'IN_PROGRESS', 'a preview starts');
  same((await ecr('wait', 'lifecycle-policy-preview-complete', ...REPOSITORY)).status, 0, 'the CLI waits for it');
  const preview = (await ecr('get-lifecycle-policy-preview', ...REPOSITORY, '--page-size', '1')).json;
  same([preview?.status, preview?.previewResults.length, preview?.summary], ['COMPLETE', 2, { expiringImageTotalCount: 2 }], 'the results of the preview in pages of 1');
  same((await ecr('delete-lifecycle-policy', ...REPOSITORY)).status, 0, 'delete-lifecycle-policy');

  same((await ecr('get-login-password')).text.trim(), 'rehearsal', 'get-login-password');
  await expectRejected('RepositoryNotEmptyException', 'delete-repository', ...REPOSITORY);
  same((await ecr('delete-repository', ...REPOSITORY, '--force')).status, 0, 'delete-repository with --force');
  await expectRejected('RepositoryNotFoundException', 'describe-images', ...REPOSITORY);
}

function manifest(name: string, config = CONFIG): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
    layers: [],
    annotations: { name },
  });
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function same(actual: unknown, expected: unknown, claim: string): void {
  check(isDeepStrictEqual(actual, expected), claim, `${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

function check(holds: boolean, claim: string, actual: string): void {
  console.log(`${holds ? '✓' : '✗'} AWS CLI: ${claim}${holds ? '' : `: ${actual.trim()}`}`);
  if (!holds) process.exitCode = 1;
}
