import {
  DeregisterPullTimeUpdateExclusionCommand, ECRClient, ExclusionAlreadyExistsException, ExclusionNotFoundException,
  RegisterPullTimeUpdateExclusionCommand,
} from '@aws-sdk/client-ecr';
import { ResourceFailure } from '../errors';
import { alreadyExists, anyDiffers, type ExistingResourceRequest, type Provisioned, type ResourceHandler, type ResourceRequest, type UpdateRequest } from './handler';
import type { JsonObject } from '../json';

/** AWS::ECR::PullTimeUpdateExclusion. Calls ECR at the configured endpoint. */
export class EcrPullExclusionHandler implements ResourceHandler {
  constructor(private readonly ecr: ECRClient) {}

  replaces(before: JsonObject, after: JsonObject): boolean {
    return anyDiffers(['PrincipalArn'], before, after);
  }

  async create({ type, properties }: ResourceRequest): Promise<Provisioned> {
    const principalArn = String(properties.PrincipalArn);
    try {
      await this.ecr.send(new RegisterPullTimeUpdateExclusionCommand({ principalArn }));
    } catch (error) {
      if (error instanceof ExclusionAlreadyExistsException) throw alreadyExists(type, 'PrincipalArn', principalArn);
      throw new ResourceFailure(`Resource handler returned message: ${(error as Error).message}`);
    }
    return { physicalId: principalArn, attributes: {} };
  }

  async update({ physicalId }: UpdateRequest): Promise<Provisioned> {
    return { physicalId, attributes: {} };
  }

  async delete({ physicalId: principalArn }: ExistingResourceRequest): Promise<void> {
    try {
      await this.ecr.send(new DeregisterPullTimeUpdateExclusionCommand({ principalArn }));
    } catch (error) {
      if (!(error instanceof ExclusionNotFoundException)) throw new ResourceFailure(`Resource handler returned message: ${(error as Error).message}`);
    }
  }
}
