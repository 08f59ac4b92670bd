import { ECS } from '@aws-sdk/client-ecs';
import { Inspector2 } from '@aws-sdk/client-inspector2';
import { Lambda } from '@aws-sdk/client-lambda';
import { emptyAccount } from '../../../rehearsal/in-use/account';
import { EmbeddedRuntimes } from '../../../rehearsal/in-use/embedded-runtimes';
import { Call, callWithRetry } from '../../../src/aws/call';
import { Clock, Deadline } from '../../../src/aws/deadline';
import { CallLimit } from '../../../src/aws/in-use/call-limit';
import type { InUseClients } from '../../../src/aws/in-use/clients';
import type { ImageUse, RepositoryAddress } from '../../../src/aws/in-use/image-use';
import { EventBridge, Scheduler } from '../../../src/aws/in-use/task-start-clients';

export const REPOSITORY: RepositoryAddress = { registryId: '111122223333', region: 'us-east-1', repositoryName: 'shop/web' };
export const WEB = '111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/web';

/** `sha256:aaaa…` */
export const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;
export const [A, B, C] = [...'abc'].map(digestOf);

/** Image URIs that are not of the repository, although some are similar. */
export const FOREIGN_IMAGES = [
  '444455556666.dkr.ecr.us-east-1.amazonaws.com/shop/web:1',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web:1',
  '111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/web-admin:1',
  '111122223333.dkr.ecr.us-east-1.amazonaws.com/web:1',
  '111122223333.dkr.ecr.us-east-1.amazonaws.com/big/shop/web:1',
  'public.ecr.aws/shop/web:1',
  'nginx',
  'shop/web',
  'shop/web:1',
  `docker.io/shop/web@${A}`,
  '',
];

/** A clock on which sleeping takes no real time. */
export class TestClock implements Clock {
  private time = 0;

  now = () => this.time;
  random = () => 0.5;
  sleep = async (milliseconds: number) => {
    this.time += milliseconds;
  };
}

/** Embedded services that run images, over HTTP, with clients for them. Each test starts with an empty account. */
export class Stage {
  runtimes!: EmbeddedRuntimes;
  clients!: Required<InUseClients>;
  clock!: TestClock;
  call!: Call;

  constructor() {
    beforeAll(async () => {
      this.runtimes = await EmbeddedRuntimes.start();
      const settings = {
        endpoint: this.runtimes.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'gate', secretAccessKey: 'rehearsal' }, maxAttempts: 3,
      };
      this.clients = {
        ecs: new ECS(settings),
        eventBridge: new EventBridge(settings),
        scheduler: new Scheduler(settings),
        lambda: new Lambda(settings),
        inspector: new Inspector2(settings),
      };
    });
    beforeEach(() => {
      this.runtimes.account = emptyAccount();
      this.runtimes.faults.clear();
      this.runtimes.calls.length = 0;
      this.runtimes.pageSize = Infinity;
      this.runtimes.latencyMs = 0;
      this.runtimes.busiest = 0;
      this.clock = new TestClock();
      this.call = new CallLimit(callWithRetry(this.clock, Deadline.in(this.clock, 600_000)), 8).call;
    });
    afterAll(async () => {
      Object.values(this.clients).forEach((client) => client.destroy());
      await this.runtimes.stop();
    });
  }

  get account() {
    return this.runtimes.account;
  }

  /** The names of the actions called so far, without the service. */
  get calls(): string[] {
    return this.runtimes.calls.map(({ action }) => action.split(':')[1]);
  }

  deny(action: string, message = 'access denied', times = 1_000): void {
    this.runtimes.faults.add({ operation: action, times, fault: { kind: 'error', code: 'AccessDeniedException', message, status: 403 } });
  }

  throttle(action: string): void {
    this.runtimes.faults.add({ operation: action, fault: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' } });
  }

  meanwhile(action: string, act: () => void): void {
    this.runtimes.faults.add({ operation: action, fault: { kind: 'meanwhile', act } });
  }
}

/** Returns uses as distinct lines: `sha256:aaaa <- ECS service shop/web`, `:latest <- …`. */
export function summary(uses: readonly ImageUse[]): string[] {
  return [...new Set(uses.map(({ reference, usedBy }) => `${'tag' in reference ? `:${reference.tag}` : reference.digest.slice(0, 11)} <- ${usedBy}`))].sort();
}

/** Returns the code and the message of the error with which the work fails. */
export function failureOf(work: Promise<unknown>): Promise<string> {
  return work.then(() => {
    throw new Error('the work did not fail');
  }, String);
}
