import {
  DeleteLifecyclePolicyCommand, ECRClient, GetLifecyclePolicyCommand, LifecyclePolicyNotFoundException, PutLifecyclePolicyCommand,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import type { Step } from '../../core/attachment/ledger';
import type { Call } from '../call';
import { GateError } from '../errors';

/** The current lifecycle policy of a repository, read and changed with the AWS SDK. */
export class LivePolicy {
  constructor(private readonly client: ECRClient, private readonly call: Call, private readonly repositoryName: string) {}

  /** Returns the policy, or undefined if the repository has none. Throws if the repository does not exist. */
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

  /** Puts or deletes the policy, or leaves it unchanged. */
  async apply(step: Step): Promise<void> {
    if (step.kind === 'PUT') await this.put(step.text);
    if (step.kind === 'DELETE') await this.delete();
  }

  private async put(lifecyclePolicyText: string): Promise<void> {
    const { repositoryName } = this;
    await this.call((options) => this.client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }), options));
  }

  private async delete(): Promise<void> {
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
