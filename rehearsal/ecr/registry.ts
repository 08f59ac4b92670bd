import type { SimulatedClock } from './clock';
import { Repository, RepositoryContext, RepositorySettings } from './repository';
import { ServiceError } from '../http/errors';

export interface RegistryOptions {
  readonly clock: SimulatedClock;
  readonly accountId: string;
  readonly region: string;
  readonly previewMs: number;
  /** @default the process's monotonic clock */
  readonly elapsed?: () => number;
}

/** The private registry of one account in one region. */
export class Registry {
  readonly accountId: string;
  readonly region: string;
  /** The ARNs of roles and users whose pulls are not recorded, with the time of registration. */
  readonly pullExclusions = new Map<string, number>();
  private readonly byName = new Map<string, Repository>();
  private readonly context: RepositoryContext;

  constructor(options: RegistryOptions) {
    let serial = 0;
    this.accountId = options.accountId;
    this.region = options.region;
    this.context = {
      clock: options.clock,
      registryId: options.accountId,
      region: options.region,
      previewMs: options.previewMs,
      elapsed: options.elapsed ?? (() => performance.now()),
      nextId: () => String(++serial),
    };
  }

  /** All repositories, sorted by name. */
  get repositories(): Repository[] {
    return [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  createRepository(name: string, settings: RepositorySettings = {}): Repository {
    if (this.byName.has(name)) {
      throw new ServiceError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${name}' already exists in the registry with id '${this.accountId}'`,
      );
    }
    const repository = new Repository(name, settings, this.context);
    this.byName.set(name, repository);
    return repository;
  }

  /** Throws `RepositoryNotFoundException` if the repository does not exist; see `find`. */
  repository(name: string, registryId = this.accountId): Repository {
    const repository = registryId === this.accountId ? this.find(name) : undefined;
    if (!repository) {
      throw new ServiceError('RepositoryNotFoundException', `The repository with name '${name}' does not exist in the registry with id '${registryId}'`);
    }
    return repository;
  }

  find(name: string): Repository | undefined {
    return this.byName.get(name);
  }

  repositoryByArn(arn: string): Repository {
    const prefix = `arn:aws:ecr:${this.region}:${this.accountId}:repository/`;
    if (!arn.startsWith(prefix)) throw new ServiceError('InvalidParameterException', `Invalid parameter at 'resourceArn': '${arn}' is not a repository of this registry`);
    return this.repository(arn.slice(prefix.length));
  }

  deleteRepository(name: string): void {
    this.byName.delete(name);
  }
}
