import fc from 'fast-check';
import { A, B, C, FOREIGN_IMAGES, REPOSITORY, WEB } from './fixtures';
import { ImageUse, resolvedUseOf, useOf, usesByDigest } from '../../../src/aws/in-use/image-use';
import type { Image } from '../../../src/core/evaluation/image';

const referenceIn = (uri: string, repository = REPOSITORY) => useOf(uri, repository, 'ECS service shop/web')?.reference;

describe('an image URI', () => {
  test.each([
    ['by tag', `${WEB}:1.2.3`, { tag: '1.2.3' }],
    ['by digest', `${WEB}@${A}`, { digest: A }],
    ['by tag and digest: the digest counts', `${WEB}:1.2.3@${A}`, { digest: A }],
    ['by neither: the tag latest', WEB, { tag: 'latest' }],
    ['with a host in capitals, as DNS allows', `${WEB.replace('dkr.ecr.us-east-1.amazonaws.com', 'DKR.ECR.US-EAST-1.AMAZONAWS.COM')}:1`, { tag: '1' }],
    ['with a port', `${WEB.replace('.com/', '.com:443/')}:1`, { tag: '1' }],
    ['with FIPS', `${WEB.replace('dkr.ecr', 'dkr.ecr-fips')}:1`, { tag: '1' }],
    ['with dual stack', '111122223333.dkr-ecr.us-east-1.on.aws/shop/web:1', { tag: '1' }],
    ['with dual stack and FIPS', `111122223333.dkr-ecr-fips.us-east-1.on.aws/shop/web@${A}`, { digest: A }],
  ])('%s', (_, uri, reference) => expect(referenceIn(uri)).toEqual(reference));

  test.each([
    ['cn-north-1', '111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/shop/web:1'],
    ['cn-north-1', '111122223333.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/shop/web:1'],
    ['us-gov-west-1', '111122223333.dkr.ecr.us-gov-west-1.amazonaws.com/shop/web:1'],
    ['us-iso-east-1', '111122223333.dkr.ecr.us-iso-east-1.c2s.ic.gov/shop/web:1'],
    ['eusc-de-east-1', '111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu/shop/web:1'],
  ])('in the partition of %s: %s', (region, uri) => {
    expect(referenceIn(uri, { ...REPOSITORY, region })).toEqual({ tag: '1' });
    expect(referenceIn(uri)).toBeUndefined();
  });

  test.each(FOREIGN_IMAGES)('of another repository: %j', (uri) => expect(referenceIn(uri)).toBeUndefined());

  test('with a known digest stands for that digest, but only in this repository', () => {
    expect(resolvedUseOf(`${WEB}:1`, A, REPOSITORY, 'x')?.reference).toEqual({ digest: A });
    expect(resolvedUseOf(`${WEB}:1`, undefined, REPOSITORY, 'x')?.reference).toEqual({ tag: '1' });
    expect(resolvedUseOf('nginx:1', A, REPOSITORY, 'x')).toBeUndefined();
    expect(resolvedUseOf(undefined, A, REPOSITORY, 'x')).toBeUndefined();
  });
});

describe('any image URI', () => {
  const text = (pattern: RegExp) => fc.stringMatching(pattern);
  const repositories = fc.record({
    registryId: text(/^\d{12}$/),
    region: text(/^[a-z]{2}(-[a-z]{3})?-[a-z]{4,9}-\d$/),
    repositoryName: text(/^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/),
  });
  const hosts = fc.constantFrom<[string, string]>(
    ['.dkr.ecr.', '.amazonaws.com'], ['.dkr.ecr.', '.amazonaws.com.cn'], ['.dkr.ecr-fips.', '.amazonaws.com'], ['.dkr-ecr.', '.on.aws']);
  const references = fc.oneof(
    text(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/).map((tag) => ({ suffix: `:${tag}`, reference: { tag } })),
    text(/^sha256:[0-9a-f]{64}$/).map((digest) => ({ suffix: `@${digest}`, reference: { digest } })),
    fc.constant({ suffix: '', reference: { tag: 'latest' } }),
  );
  const uriOf = ({ registryId, region, repositoryName }: typeof REPOSITORY, [service, domain]: [string, string], suffix: string) =>
    `${registryId}${service}${region}${domain}/${repositoryName}${suffix}`;

  test('identifies an image of its repository', () => {
    fc.assert(fc.property(repositories, hosts, references, (repository, host, { suffix, reference }) => {
      expect(useOf(uriOf(repository, host, suffix), repository, 'x')).toEqual({ reference, usedBy: 'x' });
    }));
  });

  test('does not identify an image of a repository that differs in any part', () => {
    const parts = fc.constantFrom('registryId', 'region', 'repositoryName');
    fc.assert(fc.property(repositories, repositories, parts, hosts, references, (repository, another, part, host, { suffix }) => {
      fc.pre(repository[part] !== another[part]);
      expect(useOf(uriOf(repository, host, suffix), { ...repository, [part]: another[part] }, 'x')).toBeUndefined();
    }));
  });

  test('may be any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (uri) => void useOf(uri, REPOSITORY, 'x')));
  });
});

describe('uses by digest', () => {
  const image = (imageDigest: string, ...imageTags: string[]): [string, Image] => [imageDigest, { imageDigest, imageTags }];
  const use = (reference: ImageUse['reference'], usedBy: string): ImageUse => ({ reference, usedBy });

  test('tags are looked up, and users are listed in order without duplicates', () => {
    const inventory = new Map([image(A, '1', 'latest'), image(B, '2'), image(C)]);
    const uses = [
      use({ digest: C }, 'z'), use({ tag: 'latest' }, 'y'), use({ digest: A }, 'x'), use({ tag: '1' }, 'y'), use({ tag: 'gone' }, 'w'), use({ tag: '2' }, 'v'),
    ];
    const expected = [[A, ['x', 'y']], [B, ['v']], [C, ['z']]];
    expect([...usesByDigest(uses, inventory)]).toEqual(expected);
    expect([...usesByDigest(uses.reverse(), inventory)]).toEqual(expected);
  });

  test('a digest that is not in the inventory is included, because the image may have been pushed since', () => {
    expect([...usesByDigest([use({ digest: A }, 'x')], new Map())]).toEqual([[A, ['x']]]);
  });

  test('tags with the names of object members are ordinary tags', () => {
    expect(usesByDigest([use({ tag: 'constructor' }, 'x'), use({ tag: '__proto__' }, 'x')], new Map([image(A, '1')])).size).toBe(0);
  });
});
