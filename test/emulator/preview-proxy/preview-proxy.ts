import type { IncomingMessage, ServerResponse } from 'node:http';
import { ECRClient } from '@aws-sdk/client-ecr';
import { closeIdleConnections, forward } from './forward';
import { EcrMirror } from './mirror';
import { ecrOperation, faultInstead } from '../../../rehearsal/ecr/dispatcher';
import { sendAnswer } from '../../../rehearsal/ecr/server';
import { Faults } from '../../../rehearsal/http/faults';
import { LoopbackServer, readBody } from '../../../rehearsal/http/loopback-server';

export interface PreviewProxyOptions {
  /** The endpoint of all services, including ECR. */
  readonly emulator: string;
  /** The account of the images: a proxy serves one account in one region. */
  readonly accountId: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The time that a preview stays IN_PROGRESS. @default 0 */
  readonly previewMs?: number;
  /** Returns the current time in milliseconds since 1970. @default - the clock of this machine */
  readonly clock?: () => number;
}

/**
 * A proxy in front of an emulator of AWS that adds the lifecycle previews, which the emulator's ECR lacks. Everything else
 * passes through unchanged, in both directions. Any operation of ECR can be made to fail.
 */
export class PreviewProxy {
  static async start(options: PreviewProxyOptions): Promise<PreviewProxy> {
    const { emulator, accountId, region, credentials, previewMs = 0, clock = Date.now } = options;
    const client = new ECRClient({ endpoint: emulator, region, credentials });
    let proxy: PreviewProxy | undefined;
    const now = () => clock() + (proxy?.aheadMs ?? 0);
    proxy = new PreviewProxy(emulator, client, await EcrMirror.start({ client, accountId, region, previewMs, now }));
    await proxy.server.start();
    return proxy;
  }

  readonly faults = new Faults();
  /** The calls of ECR in order of arrival, with the injected fault, if any. */
  readonly calls: { readonly operation: string; readonly fault?: string }[] = [];
  /** The time that previews run ahead of the clock, as if the images were that much older. */
  aheadMs = 0;
  private readonly server = new LoopbackServer((request, response) => this.serve(request, response));
  private serial = 0;

  private constructor(private readonly emulator: string, private readonly client: ECRClient, private readonly mirror: EcrMirror) {}

  get endpoint(): string {
    return this.server.endpoint;
  }

  /** Closes all connections, including those with requests in progress. */
  async stop(): Promise<void> {
    await this.server.stop();
    await this.mirror.stop();
    this.client.destroy();
    closeIdleConnections();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = ecrOperation(request.headers['x-amz-target'] as string | undefined);
    if (operation === undefined) {
      forward(request, response, { to: this.emulator });
      return;
    }
    const fault = this.faults.take(operation);
    this.calls.push({ operation, ...(fault && { fault: fault.kind === 'error' ? fault.code : fault.kind }) });
    const instead = faultInstead(fault);
    if (instead === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const body = (await readBody(request)).toString();
    if (instead) {
      sendAnswer(instead, ++this.serial, response);
      return;
    }
    if (fault?.kind === 'meanwhile') fault.act();
    if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const to = await this.endpointFor(operation, body);
    forward(request, response, { to, body, loseAnswer: fault?.kind === 'reset' });
  }

  private async endpointFor(operation: string, body: string): Promise<string> {
    if (operation !== 'StartLifecyclePolicyPreview' && operation !== 'GetLifecyclePolicyPreview') return this.emulator;
    const { repositoryName } = JSON.parse(body) as { readonly repositoryName: string };
    if (operation === 'StartLifecyclePolicyPreview') await this.mirror.mirrorContent(repositoryName);
    else await this.mirror.mirrorRepository(repositoryName);
    return this.mirror.endpoint;
  }
}
