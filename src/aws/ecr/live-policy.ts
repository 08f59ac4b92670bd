import {
  DeleteLifecyclePolicyCommand, ECRClient, GetLifecyclePolicyCommand, LifecyclePolicyNotFoundException, PutLifecyclePolicyCommand,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import type { Step } from '../../core/attachment/ledger';
import type { Call } from '../call';
import { GateError } from '../errors';

/** The lifecycle policy that a repository has, over the AWS SDK. */
export class LivePolicy {
  constructor(private readonly client: ECRClient, private readonly call: Call, private readonly repositoryName: string) {}

  /** Undefined: the repository has none. Throws when there is no such repository. */
  async text(): Promise<string | undefined> {
    const { repositoryName } = this;
    try {
      return (await this.call((options) => this.client.send(new GetLifecyclePolicyCommand({ repositoryName }), options))).lifecyclePolicyText;
    } catch (error) {
      if (error instanceof LifecyclePolicyNotFoundException) return undefined;
      if (error instanceof RepositoryNotFoundException) throw repositoryNotFound(repositoryName);
      throw error;
    }
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'PUT') await this.put(step.text);
    if (step.kind === 'DELETE') await this.remove();
  }

  private async put(lifecyclePolicyText: string): Promise<void> {
    const { repositoryName } = this;
    await this.call((options) => this.client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }), options));
  }

  private async remove(): Promise<void> {
    const { repositoryName } = this;
    try {
      await this.call((options) => this.client.send(new DeleteLifecyclePolicyCommand({ repositoryName }), options));
    } catch (error) {
      if (!(error instanceof LifecyclePolicyNotFoundException)) throw error;
    }
  }
}

export function repositoryNotFound(repositoryName: string): GateError {
  return new GateError(
    'UnknownRepository', `there is no repository "${repositoryName}" in this account and region; create it first, or correct the name`);
}
