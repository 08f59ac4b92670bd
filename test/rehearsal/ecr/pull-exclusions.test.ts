import {
  BatchGetImageCommand, DeregisterPullTimeUpdateExclusionCommand, ECRClient, ListPullTimeUpdateExclusionsCommand,
  RegisterPullTimeUpdateExclusionCommand,
} from '@aws-sdk/client-ecr';
import { EmbeddedEcr } from '../../../rehearsal/ecr/embedded-ecr';

/* Pull time update exclusions: roles and users whose pulls are not recorded. */

const ROLE = 'arn:aws:iam::111122223333:role/reader';

let ecr: EmbeddedEcr;
let clients: Record<'reader' | 'other', ECRClient>;
beforeEach(async () => {
  ecr = await EmbeddedEcr.start({ principalOf: (accessKeyId) => (accessKeyId === 'reader' ? ROLE : undefined) });
  const client = (accessKeyId: string) => new ECRClient({
    endpoint: ecr.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'x' }, maxAttempts: 1,
  });
  clients = { reader: client('reader'), other: client('other') };
});
afterEach(async () => {
  Object.values(clients).forEach((client) => client.destroy());
  await ecr.stop();
});

const register = (principalArn: string) => clients.other.send(new RegisterPullTimeUpdateExclusionCommand({ principalArn }));
const deregister = (principalArn: string) => clients.other.send(new DeregisterPullTimeUpdateExclusionCommand({ principalArn }));

test('pulls of an excluded role are not recorded, unlike pulls of other callers and after the exclusion', async () => {
  const repository = ecr.registry.createRepository('web');
  const [one, two, three] = ['a', 'b', 'c'].map((tag) => repository.addImage({ tags: [tag] }));
  const pull = (as: 'reader' | 'other', imageDigest: string) =>
    clients[as].send(new BatchGetImageCommand({ repositoryName: 'web', imageIds: [{ imageDigest }] }));
  const isRecorded = (digest: string) => repository.store.get(digest)!.image.lastRecordedPullTime !== undefined;
  expect((await register(ROLE)).principalArn).toBe(ROLE);
  expect((await pull('reader', one)).images).toHaveLength(1);
  await pull('other', two);
  expect([one, two, three].map(isRecorded)).toEqual([false, true, false]);
  await deregister(ROLE);
  await pull('reader', three);
  expect(isRecorded(three)).toBe(true);
});

test('exclusions are listed in pages', async () => {
  for (const name of ['c', 'a', 'b']) await register(`arn:aws:iam::111122223333:user/${name}`);
  const first = await clients.other.send(new ListPullTimeUpdateExclusionsCommand({ maxResults: 2 }));
  const second = await clients.other.send(new ListPullTimeUpdateExclusionsCommand({ maxResults: 2, nextToken: first.nextToken }));
  expect([first, second].map(({ pullTimeUpdateExclusions }) => pullTimeUpdateExclusions!.map((arn) => arn.slice(-1)))).toEqual([['a', 'b'], ['c']]);
  expect(second.nextToken).toBeUndefined();
});

test('invalid requests are rejected', async () => {
  await register(ROLE);
  await expect(register(ROLE)).rejects.toMatchObject({ name: 'ExclusionAlreadyExistsException' });
  await expect(register('arn:aws:sts::111122223333:assumed-role/reader/session')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(deregister(`${ROLE}-other`)).rejects.toMatchObject({ name: 'ExclusionNotFoundException' });
  for (let i = 1; i < 100; i++) await register(`arn:aws:iam::111122223333:role/role-${i}`);
  await expect(register(`${ROLE}-other`)).rejects.toMatchObject({ name: 'LimitExceededException' });
});
