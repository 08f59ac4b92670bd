import type { Input } from '../../http/input';
import type { SimulatedClock } from '../clock';
import type { Registry } from '../registry';
import type { Repository } from '../repository';

export interface Context {
  readonly registry: Registry;
  readonly clock: SimulatedClock;
  /** Whether PutImage asks for the layers and the config that a manifest names. */
  readonly requireLayers: boolean;
  /** The role or user that calls, if it is known. */
  readonly principalArn?: string;
  /** Of this server: where layers are downloaded from. */
  readonly endpoint: () => string;
}

/** Takes the decoded request, returns the answer's body, throws `ServiceError`. */
export type Operation = (input: Input, context: Context) => object;

/** Operations by the names that the protocol has for them. */
export type Operations = Readonly<Record<string, Operation>>;

export function repositoryOf(input: Input, { registry }: Context): Repository {
  return registry.repository(input.text('repositoryName'), input.optionalText('registryId'));
}
