import { A, B, C, failureOf, FOREIGN_IMAGES, REPOSITORY, Stage, summary, WEB } from './fixtures';
import type { Cluster } from '../../../rehearsal/in-use/account';
import { ecsUses } from '../../../src/aws/in-use/ecs-uses';

/* ECS over HTTP, with the real SDK. */

const stage = new Stage();
const read = async () => summary(await ecsUses(stage.clients, stage.call, REPOSITORY));
const times = (action: string) => stage.calls.filter((call) => call === action).length;

function cluster(name: string, content: Partial<Cluster> = {}): Cluster {
  const made = { name, services: [], tasks: [], ...content };
  stage.account.clusters.push(made);
  return made;
}

/** Defines `web:1`, `web:2`, … */
function define(name: string, ...images: string[]): string {
  stage.account.taskDefinitions.push({ name, images });
  return name;
}

const ARN = 'arn:aws:ecs:us-east-1:111122223333';

describe('services', () => {
  test('use the images of all containers of their task definitions, by digest or tag', async () => {
    cluster('shop', { services: [{ name: 'web', taskDefinition: define('web:1', `${WEB}@${A}`, `${WEB}:sidecar`, WEB) }] });
    expect(await read()).toEqual([':latest <- ECS service shop/web', ':sidecar <- ECS service shop/web', 'sha256:aaaa <- ECS service shop/web']);
  });

  test('use the images of former deployments and of task sets, because a rollback needs them', async () => {
    const [one, two, three, four] = ['1', '2', '3', '4'].map((tag) => define(`web:${tag}`, `${WEB}:${tag}`));
    cluster('shop', {
      services: [
        { name: 'web', taskDefinition: two, deployments: [two, one] },
        { name: 'api', taskSets: [three, four] },
      ],
    });
    expect(await read()).toEqual([
      ':1 <- ECS service shop/web', ':2 <- ECS service shop/web', ':3 <- ECS service shop/api', ':4 <- ECS service shop/api',
    ]);
  });

  test('use the digest of a service revision, even if no task is running and the tag has moved', async () => {
    cluster('shop', {
      services: [{
        name: 'web',
        taskDefinition: define('web:1', `${WEB}:latest`),
        revisions: [{ id: '1', containers: [{ image: `${WEB}:latest`, imageDigest: A }, { image: 'nginx', imageDigest: B }, { image: `${WEB}:new` }] }],
      }],
    });
    expect(await read()).toEqual([':latest <- ECS service shop/web', ':new <- ECS service shop/web', 'sha256:aaaa <- ECS service shop/web']);
  });

  test('use only the task definition if a revision is too old to be described', async () => {
    cluster('shop', { services: [{ name: 'web', taskDefinition: define('web:1', `${WEB}:1`), revisions: [{ id: '1', containers: [], missing: true }] }] });
    expect(await read()).toEqual([':1 <- ECS service shop/web']);
  });

  test('share a task definition, which is read once', async () => {
    const shared = define('web:1', `${WEB}:1`);
    const services = ['a', 'b', 'c'].map((name) => ({ name, taskDefinition: shared, deployments: [shared, shared] }));
    cluster('one', { services });
    cluster('two', { services });
    expect(await read()).toHaveLength(6);
    expect(times('DescribeTaskDefinition')).toBe(1);
  });

  test('use their images while they are draining, but not when they are deleted', async () => {
    const definition = define('web:1', `${WEB}:1`);
    cluster('shop', {
      services: [{ name: 'gone', taskDefinition: definition, status: 'INACTIVE' }, { name: 'going', taskDefinition: definition, status: 'DRAINING' }],
    });
    expect(await read()).toEqual([':1 <- ECS service shop/going']);
  });
});

describe('tasks', () => {
  const definition = 'job:7';

  test('use the digests that they run, both tasks of a service and standalone tasks', async () => {
    cluster('shop', {
      tasks: [
        { id: '1', taskDefinition: definition, group: 'service:web', containers: [{ image: `${WEB}:1`, imageDigest: A }] },
        { id: '2', taskDefinition: definition, group: 'service:web', containers: [{ image: `${WEB}:1`, imageDigest: A }] },
        { id: '3', taskDefinition: definition, containers: [{ image: `${WEB}:1`, imageDigest: B }] },
      ],
    });
    expect(await read()).toEqual(['sha256:aaaa <- ECS service shop/web', 'sha256:bbbb <- ECS task shop/job:7']);
    expect(times('DescribeTaskDefinition')).toBe(0);
  });

  test('use the image URI of a container that has not pulled its image yet', async () => {
    cluster('shop', { tasks: [{ id: '1', taskDefinition: definition, containers: [{ image: `${WEB}:1` }, { image: `${WEB}@${C}` }] }] });
    expect(await read()).toEqual([':1 <- ECS task shop/job:7', 'sha256:cccc <- ECS task shop/job:7']);
  });

  test.each([
    ['no containers yet', []],
    ['containers without an image URI', [{ image: `${WEB}:9`, imageDigest: A }, { imageDigest: B }]],
  ])('use the images of the task definition if they report %s', async (_, containers) => {
    define(definition, `${WEB}:1`);
    cluster('shop', { tasks: [{ id: '1', taskDefinition: definition, containers }] });
    expect(await read()).toContain(':1 <- ECS task shop/job:7');
  });

  test('do not use an image if they are stopping', async () => {
    cluster('shop', { tasks: [{ id: '1', taskDefinition: definition, desiredStatus: 'STOPPED', containers: [{ image: `${WEB}:1`, imageDigest: A }] }] });
    expect(await read()).toEqual([]);
  });
});

test('images of other repositories, accounts, regions and registries are ignored', async () => {
  cluster('shop', {
    services: [{ name: 'web', taskDefinition: define('web:1', ...FOREIGN_IMAGES), revisions: [{ id: '1', containers: FOREIGN_IMAGES.map((image) => ({ image, imageDigest: A })) }] }],
    tasks: [{ id: '1', taskDefinition: 'web:1', containers: FOREIGN_IMAGES.map((image) => ({ image, imageDigest: A })) }],
  });
  expect(await read()).toEqual([]);
});

describe('any number of resources', () => {
  const populate = () => {
    for (const name of ['one', 'two', 'three']) {
      cluster(name, {
        services: Array.from({ length: 25 }, (_, i) => ({
          name: `s${i}`, taskDefinition: define(`${name}-s:${i}`, `${WEB}:${name}-s${i}`), revisions: [{ id: 'r', containers: [{ image: `${WEB}:${name}-r${i}` }] }],
        })),
        tasks: Array.from({ length: 120 }, (_, i) => ({ id: `t${i}`, taskDefinition: `t:${i}`, containers: [{ image: `${WEB}:${name}-t${i}` }] })),
      });
    }
  };
  const expected = 3 * (25 + 25 + 120);

  test('all pages of all lists are read, for any page size', async () => {
    populate();
    stage.runtimes.pageSize = 7;
    stage.account.clusters.push(...Array.from({ length: 12 }, (_, i) => ({ name: `empty-${i}`, services: [], tasks: [] })));
    expect(await read()).toHaveLength(expected);
    expect(times('ListClusters')).toBe(3);
  });

  test('with as few calls as the limits of ECS allow', async () => {
    populate();
    expect(await read()).toHaveLength(expected);
    expect(Object.fromEntries([...new Set(stage.calls)].map((action) => [action, times(action)]))).toEqual({
      ListEventBuses: 1,
      ListRules: 1, // per event bus
      ListSchedules: 1,
      ListClusters: 1,
      ListServices: 3,
      DescribeServices: 3 * 3, // 10 per call
      DescribeServiceRevisions: 3 * 2, // 20 per call
      DescribeTaskDefinition: 3 * 25,
      ListTasks: 3 * 2, // 100 per page
      DescribeTasks: 3 * 2, // 100 per call
    });
  });

  test('no resources', async () => {
    expect(await read()).toEqual([]);
    cluster('empty');
    expect(await read()).toEqual([]);
    const ofEvents = ['ListEventBuses', 'ListRules', 'ListSchedules'];
    expect([...stage.calls].sort()).toEqual(['ListClusters', 'ListClusters', ...ofEvents, ...ofEvents, 'ListServices', 'ListTasks'].sort());
  });
});

describe('a resource that is deleted during the read does not use an image', () => {
  test('a service', async () => {
    const shop = cluster('shop', { services: [{ name: 'a', taskDefinition: define('a:1', `${WEB}:a`) }, { name: 'b', taskDefinition: define('b:1', `${WEB}:b`) }] });
    stage.meanwhile('ecs:DescribeServices', () => shop.services.pop());
    expect(await read()).toEqual([':a <- ECS service shop/a']);
  });

  test('a task', async () => {
    const shop = cluster('shop', { tasks: ['a', 'b'].map((tag) => ({ id: tag, taskDefinition: 'x:1', containers: [{ image: `${WEB}:${tag}` }] })) });
    stage.meanwhile('ecs:DescribeTasks', () => shop.tasks.shift());
    expect(await read()).toEqual([':b <- ECS task shop/x:1']);
  });

  test.each(['ecs:ListServices', 'ecs:ListTasks', 'ecs:DescribeServices', 'ecs:DescribeTasks'])('a cluster, at %s', async (action) => {
    const definition = define('x:1', `${WEB}:1`);
    const content = () => ({ services: [{ name: 's', taskDefinition: definition }], tasks: [{ id: 't', taskDefinition: definition, containers: [{ image: `${WEB}:t` }] }] });
    cluster('other', { services: content().services });
    const gone = { name: 'gone', ...content() };
    stage.account.clusters.push(gone);
    stage.meanwhile(action, () => { stage.account.clusters = stage.account.clusters.filter((found) => found !== gone); });
    expect(await read()).toContain(':1 <- ECS service other/s');
  });
});

describe('an incomplete answer fails, because an image may be in use', () => {
  const service = () => cluster('shop', { services: [{ name: 'web', taskDefinition: define('web:1', `${WEB}:1`) }] });
  const answer = (action: string, body: object) => stage.runtimes.faults.add({ operation: action, fault: { kind: 'respond', body } });
  const arn = `${ARN}:service/shop/web`;

  test('a failure of another kind than MISSING', async () => {
    service();
    answer('ecs:DescribeServices', { services: [], failures: [{ arn, reason: 'UNAVAILABLE', detail: 'later' }] });
    expect(await failureOf(read())).toContain(`UnknownImageUse: ecs:DescribeServices did not return ${arn}: UNAVAILABLE, later; try again`);
  });

  test('fewer services than requested', async () => {
    service();
    answer('ecs:DescribeServices', { services: [] });
    expect(await failureOf(read())).toContain('UnknownImageUse: ecs:DescribeServices returned 0 of 1 resources; try again');
  });

  test('a list that returns the same page again', async () => {
    answer('ecs:ListClusters', { clusterArns: [], nextToken: 'again' });
    answer('ecs:ListClusters', { clusterArns: [], nextToken: 'again' });
    expect(await failureOf(read())).toContain('UnknownImageUse: a list of image users returns the same page again and again');
  });

  test.each([
    ['no task definition', {}, 'taskDefinition of'],
    ['no containers', { taskDefinition: { family: 'web', revision: 1, status: 'ACTIVE' } }, 'containerDefinitions of'],
    ['a container without an image', { taskDefinition: { containerDefinitions: [{ name: 'web' }] } }, 'the image of container web of'],
  ])('a description with %s', async (_, body, missing) => {
    service();
    answer('ecs:DescribeTaskDefinition', body);
    expect(await failureOf(read())).toContain(`UnknownImageUse: ecs:DescribeTaskDefinition answered without ${missing} ${ARN}:task-definition/web:1, so`);
  });

  test('a task definition that cannot be described', async () => {
    cluster('shop', { services: [{ name: 'web', taskDefinition: 'none:1' }] });
    expect(await failureOf(read())).toContain('UnknownImageUse: ecs:DescribeTaskDefinition failed with ClientException: Unable to describe task definition.');
  });

  test.each([
    'ListClusters', 'ListServices', 'DescribeServices', 'DescribeServiceRevisions', 'DescribeTaskDefinition', 'ListTasks', 'DescribeTasks',
  ])('ecs:%s denied: the message names the action, even if ECS does not', async (operation) => {
    const definition = define('x:1', `${WEB}:1`);
    cluster('shop', {
      services: [{ name: 's', taskDefinition: definition, revisions: [{ id: 'r', containers: [] }] }],
      tasks: [{ id: 't', taskDefinition: definition, containers: [] }],
    });
    stage.deny(`ecs:${operation}`);
    expect(await failureOf(read())).toContain(`AccessDenied: ecs:${operation}: access denied; allow it`);
    expect(stage.clock.now()).toBeGreaterThan(25_000);
  });

  test('a message of ECS that names the action is not changed', async () => {
    stage.deny('ecs:ListClusters', 'not authorized to perform: ecs:ListClusters on resource: *');
    expect(await failureOf(read())).toContain('AccessDenied: not authorized to perform: ecs:ListClusters on resource: *; allow it');
  });
});

test('throttling, lost connections and permissions that are not effective yet are retried', async () => {
  cluster('shop', { services: [{ name: 'web', taskDefinition: define('web:1', `${WEB}:1`) }] });
  stage.throttle('ecs:DescribeServices');
  stage.runtimes.faults.add({ operation: 'ecs:ListTasks', fault: { kind: 'reset' } });
  stage.deny('ecs:ListClusters', 'not yet', 5);
  expect(await read()).toEqual([':1 <- ECS service shop/web']);
  expect(stage.runtimes.faults.pending).toBe(0);
});
