import type { EmbeddedEcr } from './ecr/embedded-ecr';
import type { ImageSeed } from './ecr/image-seed';
import { readInventoryText } from '../src/core/evaluation/inventory-text';
import { describeProblems } from '../src/core/text/problem';

const DAY = 24 * 60 * 60 * 1000;
const WEEKS = 6;
const BUILDS_PER_WEEK = 5;

const EXPIRE_UNTAGGED = {
  rules: [{
    rulePriority: 1,
    selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
    action: { type: 'expire' },
  }],
};

/** Adds two repositories with six weeks of releases and pull request builds. One has image indexes and untagged images. */
export function addSampleRepositories({ registry, clock }: EmbeddedEcr): void {
  const start = clock.now() - WEEKS * 7 * DAY;
  const web = registry.createRepository('shop/web');
  const api = registry.createRepository('shop/api');
  for (let week = 0; week < WEEKS; week++) {
    const monday = start + week * 7 * DAY;
    web.addImage({ tags: [`release-1.${week}`], pushedAt: monday, lastPulledAt: monday + DAY });
    for (let build = 0; build < BUILDS_PER_WEEK; build++) {
      web.addImage({ tags: [`pr-${100 + BUILDS_PER_WEEK * week + build}`], pushedAt: monday + (build + 1) * DAY });
    }
    const parts = ['amd64', 'arm64'].map(() => api.addImage({ pushedAt: monday }));
    api.addImage({ tags: [`v${week + 1}`, ...(week === WEEKS - 1 ? ['prod'] : [])], children: parts, pushedAt: monday });
    api.addImage({ pushedAt: monday + DAY });
  }
  web.lifecyclePolicyText = JSON.stringify(EXPIRE_UNTAGGED);
}

/**
 * Adds a repository with the images of a file, which `ecr-lifecycle snapshot` or `aws ecr describe-images` has written.
 *
 * @param given `FILE`, or `NAME=FILE` for a file that does not name its repository.
 */
export function addSavedImages({ registry }: EmbeddedEcr, given: string, read: (file: string) => string): void {
  const [, name, file] = /^(?:([^=]+)=)?(.+)$/s.exec(given) ?? [];
  const inventory = readInventoryText(read(file));
  if (!inventory.ok) throw new Error(`${file} is not a list of images:\n${describeProblems(inventory.problems)}`);
  const { images, repositoryNames } = inventory.value;
  const [repositoryName] = name === undefined ? repositoryNames : [name];
  if (repositoryName === undefined) throw new Error(`${file} does not name the repository of its images: write --images NAME=${file}`);
  const repository = registry.createRepository(repositoryName);
  for (const image of images) {
    repository.addImage({
      digest: image.imageDigest,
      tags: image.imageTags,
      pushedAt: timeOf(image.imagePushedAt),
      lastPulledAt: timeOf(image.lastRecordedPullTime),
      archivedAt: timeOf(image.lastArchivedAt),
      activatedAt: timeOf(image.lastActivatedAt),
      status: image.imageStatus as ImageSeed['status'],
      sizeInBytes: image.imageSizeInBytes,
      children: image.childDigests,
      subject: image.subjectManifestDigest,
      mediaType: image.imageManifestMediaType,
    });
  }
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
