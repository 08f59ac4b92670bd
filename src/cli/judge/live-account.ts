import {
  DescribeRegistryCommand, GetLifecyclePolicyCommand, LifecyclePolicyNotFoundException, RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { noSuchRepository } from './question';
import { Call, callWithRetry } from '../../aws/call';
import { Clients, makeClients } from '../../aws/clients';
import { isNoSuchStack, sdkStack } from '../../aws/cloudformation/sdk-stack';
import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import { InventoryPort, listImages } from '../../aws/ecr/inventory-port';
import { sdkInventory } from '../../aws/ecr/sdk-inventory';
import type { Image } from '../../core/evaluation/image';
import type { StackOfAssembly } from '../assembly/gate-resource';
import { refusal } from '../errors';

/** Somebody is waiting: what is not allowed now will not be in half a minute, and who is not there will hardly come. */
const PATIENCE = { permission: 0, connection: 4_000 };

/** The SDK's own attempts, quick ones; over throttling the call goes on after them, more slowly. */
const SETTINGS = { maxAttempts: 4, requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 } };

/** One region, as the credentials of whoever calls see it. */
export class LiveRegion {
  readonly clients: Clients;
  private account?: Promise<string>;

  constructor(readonly region: string) {
    this.clients = makeClients({ ...SETTINGS, region });
  }

  call(deadline: Deadline): Call {
    return callWithRetry(SYSTEM_CLOCK, deadline, PATIENCE);
  }

  /** The account that is asked. */
  accountId(deadline: Deadline): Promise<string> {
    this.account ??= this.askForAccount(deadline);
    return this.account;
  }

  private async askForAccount(deadline: Deadline): Promise<string> {
    const { registryId } = await this.call(deadline)((options) => this.clients.ecr.send(new DescribeRegistryCommand({}), options));
    if (registryId === undefined) throw refusal('UnknownAccount', 'ECR does not say which account it answers for; try again');
    return registryId;
  }

  /** Every image of a repository. */
  async images(repositoryName: string, deadline: Deadline): Promise<Map<string, Image>> {
    try {
      return await listImages(this.inventory(deadline), repositoryName, deadline);
    } catch (error) {
      throw error instanceof RepositoryNotFoundException ? noSuchRepository(repositoryName, this.region) : error;
    }
  }

  inventory(deadline: Deadline): InventoryPort {
    return sdkInventory(this.clients.ecr, this.call(deadline));
  }

  /** The policy that is in force. */
  async lifecyclePolicyText(repositoryName: string, deadline: Deadline): Promise<string> {
    try {
      const asked = new GetLifecyclePolicyCommand({ repositoryName });
      const { lifecyclePolicyText } = await this.call(deadline)((options) => this.clients.ecr.send(asked, options));
      return lifecyclePolicyText ?? '';
    } catch (error) {
      if (error instanceof RepositoryNotFoundException) throw noSuchRepository(repositoryName, this.region);
      if (error instanceof LifecyclePolicyNotFoundException) throw refusal('MissingPolicy', `the repository "${repositoryName}" has no lifecycle policy; give one with --policy`);
      throw error;
    }
  }

  /** The physical name of a resource, or undefined while the stack, or a stack around it, is not deployed. */
  async physicalName({ stackName, nestedIn }: StackOfAssembly, logicalId: string, deadline: Deadline): Promise<string | undefined> {
    const port = sdkStack(this.clients.cloudFormation, this.call(deadline));
    let found: string | undefined = stackName;
    try {
      for (const id of [...nestedIn, logicalId]) {
        if (found === undefined) return undefined;
        found = await port.physicalName(found, id);
      }
      return found;
    } catch (error) {
      if (isNoSuchStack(error)) return undefined;
      throw error;
    }
  }
}

/** The regions that are asked, each with clients of its own: made when first needed, and shared by all that ask. */
export class LiveAccount {
  private readonly regions = new Map<string, LiveRegion>();
  private defaultRegion?: Promise<string>;

  constructor(private readonly givenRegion: string | undefined) {}

  /** @param region where something certainly is; else what was given, or what the SDK takes from its configuration */
  async in(region: string | undefined): Promise<LiveRegion> {
    const name = region ?? this.givenRegion ?? await this.configuredRegion();
    const known = this.regions.get(name) ?? new LiveRegion(name);
    this.regions.set(name, known);
    return known;
  }

  /** Says at once, and once, that there is nothing to ask with. */
  async checkCredentials(): Promise<void> {
    const { clients } = new LiveRegion('us-east-1');
    try {
      await clients.ecr.config.credentials();
    } finally {
      clients.ecr.destroy();
    }
  }

  private configuredRegion(): Promise<string> {
    this.defaultRegion ??= makeClients({}).ecr.config.region();
    return this.defaultRegion;
  }
}
