import { Duration } from 'aws-cdk-lib';
import { ArchiveWhen, ExpireWhen, ImageInventory, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../src';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** The output of version 2 of the AWS CLI. */
const CLI_2 = `{
    "imageDetails": [
        {
            "registryId": "111122223333",
            "repositoryName": "shop/web",
            "imageDigest": "${digest('c')}",
            "imageTags": [
                "release-4.2",
                "latest"
            ],
            "imageSizeInBytes": 58190203,
            "imagePushedAt": "2026-01-10T09:14:27.310000+01:00",
            "imageScanStatus": {
                "status": "COMPLETE",
                "description": "The scan was completed successfully."
            },
            "imageScanFindingsSummary": {
                "imageScanCompletedAt": "2026-01-10T09:14:31+01:00",
                "vulnerabilitySourceUpdatedAt": "2026-01-10T03:00:00+01:00",
                "findingSeverityCounts": {
                    "MEDIUM": 3
                }
            },
            "imageManifestMediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "artifactMediaType": "application/vnd.docker.container.image.v1+json",
            "lastRecordedPullTime": "2026-02-27T23:59:58.001000+01:00",
            "imageStatus": "ACTIVE"
        },
        {
            "registryId": "111122223333",
            "repositoryName": "shop/web",
            "imageDigest": "${digest('a')}",
            "imageSizeInBytes": 57100000,
            "imagePushedAt": "2026-01-03T17:00:00+01:00",
            "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
            "artifactMediaType": "application/vnd.dev.cosign.artifact.sig.v1+json",
            "subjectManifestDigest": "${digest('c')}",
            "imageStatus": "ACTIVE"
        },
        {
            "registryId": "111122223333",
            "repositoryName": "shop/web",
            "imageDigest": "${digest('b')}",
            "imageTags": [
                "release-1.0"
            ],
            "imageSizeInBytes": 51000000,
            "imagePushedAt": "2024-05-02T08:00:00+02:00",
            "imageManifestMediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "imageStatus": "ARCHIVED",
            "lastArchivedAt": "2025-11-01T00:00:00+01:00"
        }
    ]
}
`;

/** The output of version 1: seconds since 1970, and fewer fields. */
const CLI_1 = `{
    "imageDetails": [
        {
            "registryId": "111122223333",
            "repositoryName": "shop/web",
            "imageDigest": "${digest('d')}",
            "imageTags": [
                "pr-9"
            ],
            "imageSizeInBytes": 58190203,
            "imagePushedAt": 1768032867.31,
            "lastRecordedPullTime": 1772236798.001
        },
        {
            "registryId": "111122223333",
            "repositoryName": "shop/web",
            "imageDigest": "${digest('e')}",
            "imageSizeInBytes": 57100000,
            "imagePushedAt": 1767456000.0
        }
    ]
}`;

describe('the output of the AWS CLI', () => {
  test('version 2: times with an offset, and only the fields that a simulation needs', () => {
    expect(ImageInventory.fromDescribeImages(CLI_2)).toEqual([
      {
        imageDigest: digest('c'),
        imageTags: ['release-4.2', 'latest'],
        imageSizeInBytes: 58_190_203,
        imagePushedAt: '2026-01-10T09:14:27.310000+01:00',
        imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        lastRecordedPullTime: '2026-02-27T23:59:58.001000+01:00',
        imageStatus: 'ACTIVE',
      },
      {
        imageDigest: digest('a'),
        imageSizeInBytes: 57_100_000,
        imagePushedAt: '2026-01-03T17:00:00+01:00',
        imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
        subjectManifestDigest: digest('c'),
        imageStatus: 'ACTIVE',
      },
      {
        imageDigest: digest('b'),
        imageTags: ['release-1.0'],
        imageSizeInBytes: 51_000_000,
        imagePushedAt: '2024-05-02T08:00:00+02:00',
        imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        imageStatus: 'ARCHIVED',
        lastArchivedAt: '2025-11-01T00:00:00+01:00',
      },
    ]);
  });

  test('version 1: seconds since 1970', () => {
    expect(ImageInventory.fromDescribeImages(CLI_1)).toMatchObject([
      { imageDigest: digest('d'), imagePushedAt: '2026-01-10T08:14:27.310Z', lastRecordedPullTime: '2026-02-27T23:59:58.001Z' },
      { imageDigest: digest('e'), imagePushedAt: '2026-01-03T16:00:00.000Z' },
    ]);
  });

  test('only the list, as --query imageDetails prints it, with null for fields that a projection did not find', () => {
    const list = JSON.stringify(JSON.parse(CLI_2).imageDetails);
    expect(ImageInventory.fromDescribeImages(list)).toEqual(ImageInventory.fromDescribeImages(CLI_2));
    expect(ImageInventory.fromDescribeImages('[{"imageDigest":"sha256:a","imageTags":null}]')).toEqual([{ imageDigest: 'sha256:a' }]);
  });

  test('an empty repository', () => {
    expect(ImageInventory.fromDescribeImages('{"imageDetails": []}')).toEqual([]);
  });

  test('a file with the byte order mark of a Windows shell', () => {
    expect(ImageInventory.fromDescribeImages(`\uFEFF${CLI_1}`)).toEqual(ImageInventory.fromDescribeImages(CLI_1));
  });
});

describe('a simulation', () => {
  const policy = LifecyclePolicy.fromRules(
    LifecycleRule.keep({ images: ImageSelection.tagged('release-*') }),
    LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }),
    LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(14)) }),
    LifecycleRule.expireArchived({ images: ImageSelection.all(), sinceImageTransitioned: Duration.days(90) }),
  );
  const now = '2026-03-01T00:00:00Z';
  const fates = (images: Parameters<typeof policy.simulate>[0]) =>
    policy.simulate(images, { now }).decisions.map(({ imageDigest, action, rulePriority }) => [imageDigest[7], action, rulePriority]);

  test('accepts the inventory without changes', () => {
    expect(fates(ImageInventory.fromDescribeImages(CLI_2))).toEqual([['c', 'KEEP', undefined], ['a', 'EXPIRE', 2], ['b', 'EXPIRE', 4]]);
    expect(fates(ImageInventory.fromDescribeImages(CLI_1))).toEqual([['d', 'KEEP', undefined], ['e', 'EXPIRE', 2]]);
  });

  test('accepts parsed JSON with other fields', () => {
    expect(fates(JSON.parse(CLI_2).imageDetails)).toEqual(fates(ImageInventory.fromDescribeImages(CLI_2)));
  });

  test('accepts the children of an index, which DescribeImages does not return', () => {
    const images = ImageInventory.fromDescribeImages(CLI_1).map((image) => (
      image.imageDigest === digest('d') ? { ...image, childDigests: [digest('e')] } : image));
    expect(fates(images)).toEqual([['d', 'KEEP', undefined], ['e', 'KEEP', 2]]);
  });
});

describe('rejects a text that is not an inventory', () => {
  const errorFor = (text: string) => {
    try {
      ImageInventory.fromDescribeImages(text);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('taken');
  };

  test.each([
    ['nothing', '', 'MalformedImages: the text "" is not JSON: it is empty'],
    ['a table', '|  DescribeImages  |', 'MalformedImages: the text "|  DescribeImages  |" is not JSON: unexpected "|  DescribeImages  |" at line 1, column 1'],
    ['half a file', CLI_2.slice(0, 500), 'MalformedImages: the text "{…" is not JSON: it is cut off: it ends at line 15, column 5, before its JSON is complete'],
    ['the output of another command', '{"imageIds": []}', 'MissingImages: {"imageIds":[]} has no list imageDetails'],
    ['an object instead of the list', '{"imageDetails": {}}', 'MissingImages: {"imageDetails":{}} has no list imageDetails'],
    ['null', 'null', 'MissingImages: null has no list imageDetails'],
    ['a number', '3', 'MissingImages: 3 has no list imageDetails'],
    ['a text', '"imageDetails"', 'MissingImages: "imageDetails" has no list imageDetails'],
  ])('%s', (_, text, problem) => {
    const message = errorFor(text);
    expect(message).toMatch(/^InvalidImages: the list of images has a problem:\n/);
    expect(message).toContain(problem);
    expect(message).toContain('provide the output of "aws ecr describe-images --output json"');
    expect(message.length).toBeLessThan(400);
  });

  test.each(['nextToken', 'NextToken'])('one page of several: %s', (key) => {
    const page = { ...JSON.parse(CLI_1), [key]: 'eyJu' };
    expect(errorFor(JSON.stringify(page))).toContain(`IncompleteImages: the list ends with ${key}, so it is only one of several pages`);
    expect(ImageInventory.fromDescribeImages(JSON.stringify({ ...page, [key]: null }))).toHaveLength(2);
  });

  test('pages one after another, with the ways to join them', () => {
    expect(errorFor(`${CLI_1}\n${CLI_2}`)).toContain('MalformedImages: several pages follow one another (several JSON texts follow one another, the second one at line 23, '
      + 'column 1); omit --no-paginate, so that the AWS CLI joins them, or join them with "jq -s . FILE"');
  });

  test('a list of pages is joined, as jq -s makes it, if the last page is there', () => {
    const page = (text: string, nextToken?: string) => ({ ...JSON.parse(text), nextToken });
    expect(ImageInventory.fromDescribeImages(JSON.stringify([page(CLI_2, 'eyJu'), page(CLI_1)]))).toHaveLength(5);
    expect(errorFor(JSON.stringify([page(CLI_2, 'eyJu'), page(CLI_1, 'eyJv')]))).toContain('IncompleteImages: the list ends with nextToken');
  });

  test('a tag on two images', () => {
    expect(errorFor(JSON.stringify({ imageDetails: ['a', 'b'].map((letter) => ({ imageDigest: digest(letter), imageTags: ['latest'] })) })))
      .toContain(`DuplicateTag at images[1].imageTags: "latest" is a tag of ${digest('b')} and of ${digest('a')} (images[0])`);
  });

  test('images of a wrong shape, in one error', () => {
    const message = errorFor(JSON.stringify({
      imageDetails: [
        { imageDigest: digest('a'), imagePushedAt: '2026-02-31T00:00:00Z', imageSizeInBytes: -5 },
        { imageTags: 'v1' },
        7,
        ['sha256:x'],
        { imageDigest: digest('a') },
        { imageDigest: 'x', imagePushedAt: 1_769_860_800_000 },
        { imageDigest: 'y', imagePushedAt: -1 },
      ],
    }));
    expect(message.split('\n').map((line) => line.split(':')[0].trim())).toEqual([
      'InvalidImages',
      '- InvalidImageField at images[0].imagePushedAt',
      '- InvalidImageField at images[0].imageSizeInBytes',
      '- InvalidImageField at images[1].imageDigest',
      '- InvalidImageField at images[1].imageTags',
      '- InvalidImage at images[2]',
      '- InvalidImage at images[3]',
      '- DuplicateImage at images[4].imageDigest',
      '- InvalidImageField at images[5].imagePushedAt',
      '- InvalidImageField at images[6].imagePushedAt',
    ]);
  });

  test.each([
    ['never closed', '['.repeat(1_000_000), 'MalformedImages'],
    ['as a list', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`, 'InvalidImage at images[0]: [[[[[[[[…'],
    ['as tags', `[{"imageDigest":"a","imageTags":${'['.repeat(100_000)}${']'.repeat(100_000)}}]`, 'InvalidImageField at images[0].imageTags'],
    ['as an object', `${'{"imageDetails":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'MissingImages: {"imageDetails":{'],
  ])('nested too deeply, %s', (_, text, problem) => {
    expect(errorFor(text)).toContain(problem);
  });
});
