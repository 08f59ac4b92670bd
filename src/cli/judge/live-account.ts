import {
  DescribeRegistryCommand, GetLifecyclePolicyCommand, LifecyclePolicyNotFoundException, RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { Call, callWithRetry } from '../../aws/call';
import { Clients, makeClients } from '../../aws/clients';
import { isNoSuchStack, sdkStack } from '../../aws/cloudformation/sdk-stack';
import { Deadline, SYSTEM_CLOCK } from '../../aws/deadline';
import { InventoryPort, listImages } from '../../aws/ecr/inventory-port';
import { sdkInventory } from '../../aws/ecr/sdk-inventory';
import type { Image } from '../../core/evaluation/image';
import type { AssemblyStack } from '../assembly/scope';
import { commandError } from '../errors';

export interface AccountOptions {
  readonly region?: string;
  readonly profile?: string;
}

/** A user waits for the result, so missing permissions are not retried, and connection errors only for seconds. */
const PATIENCE = { permission: 0, connection: 4_000 };

/** The SDK retries quickly. If ECR still throttles after that, `callWithRetry` continues at a slower pace. */
const SETTINGS = { maxAttempts: 4, requestHandler: { connectionTimeout: 3_000, requestTimeout: 15_000 } };

/** Opens the account of the credentials that the SDK finds. Throws if there are none. */
export async function openAccount({ region, profile }: AccountOptions): Promise<LiveAccount> {
  // The variable applies to all clients, and to the region and the endpoints that the profile can set.
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  const account = new LiveAccount(region);
  await account.checkCredentials();
  return account;
}

/** One region of the account. */
export class LiveRegion {
  readonly clients: Clients;
  private account?: Promise<string>;

  constructor(readonly region: string) {
    this.clients = makeClients({ ...SETTINGS, region });
  }

  call(deadline: Deadline): Call {
    return callWithRetry(SYSTEM_CLOCK, deadline, PATIENCE);
  }

  /** Returns the id of the account that the credentials belong to. */
  accountId(deadline: Deadline): Promise<string> {
    this.account ??= this.readAccountId(deadline);
    return this.account;
  }

  private async readAccountId(deadline: Deadline): Promise<string> {
    const { registryId } = await this.call(deadline)((options) => this.clients.ecr.send(new DescribeRegistryCommand({}), options));
    if (registryId === undefined) throw commandError('UnknownAccount', 'ECR did not return the id of the account; try again');
    return registryId;
  }

  /** Returns all images of a repository by digest. */
  async images(repositoryName: string, deadline: Deadline): Promise<Map<string, Image>> {
    try {
      return await listImages(this.inventory(deadline), repositoryName, deadline);
    } catch (error) {
      throw error instanceof RepositoryNotFoundException ? unknownRepositoryError(repositoryName, this.region) : error;
    }
  }

  inventory(deadline: Deadline): InventoryPort {
    return sdkInventory(this.clients.ecr, this.call(deadline));
  }

  /** Returns the live policy of a repository. */
  async lifecyclePolicyText(repositoryName: string, deadline: Deadline): Promise<string> {
    try {
      const command = new GetLifecyclePolicyCommand({ repositoryName });
      const { lifecyclePolicyText } = await this.call(deadline)((options) => this.clients.ecr.send(command, options));
      return lifecyclePolicyText ?? '';
    } catch (error) {
      if (error instanceof RepositoryNotFoundException) throw unknownRepositoryError(repositoryName, this.region);
      if (error instanceof LifecyclePolicyNotFoundException) {
        throw commandError('MissingPolicy', `the repository "${repositoryName}" has no lifecycle policy; give one with --policy`);
      }
      throw error;
    }
  }

  /** Returns the physical name of a resource, or undefined if its stack, or a stack that contains it, is not deployed. */
  async physicalName({ stackName, nestedIn }: AssemblyStack, logicalId: string, deadline: Deadline): Promise<string | undefined> {
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

/** The account of the credentials. Each region has its own clients, which are made on first use and then shared. */
export class LiveAccount {
  private readonly regions = new Map<string, LiveRegion>();
  private defaultRegion?: Promise<string>;

  /** @param givenRegion The region to use if a stack does not set one. Default: the region of the AWS configuration. */
  constructor(private readonly givenRegion: string | undefined) {}

  /** True if `--region` names a region. */
  get hasGivenRegion(): boolean {
    return this.givenRegion !== undefined;
  }

  /** @param region The region of a stack, or undefined for the default region. */
  async in(region: string | undefined): Promise<LiveRegion> {
    const name = region ?? this.givenRegion ?? await this.configuredRegion();
    const known = this.regions.get(name) ?? new LiveRegion(name);
    this.regions.set(name, known);
    return known;
  }

  /** Throws if the SDK finds no credentials, so that the error is reported once and not for each repository. */
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

export function unknownRepositoryError(repositoryName: string, region: string): Error {
  return commandError('UnknownRepository', `there is no repository "${repositoryName}" in ${region}; check the name, the region and the account`);
}
