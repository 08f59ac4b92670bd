import type { Input } from '../../http/input';
import type { SimulatedClock } from '../clock';
import type { Registry } from '../registry';
import type { Repository } from '../repository';

export interface Context {
  readonly registry: Registry;
  readonly clock: SimulatedClock;
  /** True if PutImage requires that the layers and the config of the manifest exist. */
  readonly requireLayers: boolean;
  /** The ARN of the role or user of the caller, if it is known. */
  readonly principalArn?: string;
  /** Returns the endpoint of this server, which layers are downloaded from. */
  readonly endpoint: () => string;
}

/** Takes the decoded request and returns the body of the answer. Throws `ServiceError`. */
export type Operation = (input: Input, context: Context) => object;

/** Operations by their names in the protocol. */
export type Operations = Readonly<Record<string, Operation>>;

export function repositoryOf(input: Input, { registry }: Context): Repository {
  return registry.repository(input.text('repositoryName'), input.optionalText('registryId'));
}
