import { ServiceError, invalidParameter } from '../../http/errors';
import { decodeToken, encodeToken } from '../paging';
import { epochSeconds } from '../wire';
import type { Operation, Operations } from './operation';

const MAX_EXCLUSIONS = 100;
const DEFAULT_PAGE = 100;
const PRINCIPAL = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;

/** Excludes the principal's future pulls from recording. Recorded pulls are kept. */
const registerExclusion: Operation = (input, { registry, clock }) => {
  const principalArn = input.text('principalArn');
  if (!PRINCIPAL.test(principalArn)) throw invalidParameter('principalArn', 'must be the ARN of a role or of a user');
  const { pullExclusions } = registry;
  if (pullExclusions.has(principalArn)) {
    throw new ServiceError('ExclusionAlreadyExistsException', `The pull time update exclusion for '${principalArn}' already exists`);
  }
  if (pullExclusions.size >= MAX_EXCLUSIONS) {
    throw new ServiceError('LimitExceededException', `A registry cannot have more than ${MAX_EXCLUSIONS} pull time update exclusions`);
  }
  pullExclusions.set(principalArn, clock.now());
  return { principalArn, createdAt: epochSeconds(clock.now()) };
};

const deregisterExclusion: Operation = (input, { registry }) => {
  const principalArn = input.text('principalArn');
  if (!registry.pullExclusions.delete(principalArn)) {
    throw new ServiceError('ExclusionNotFoundException', `There is no pull time update exclusion for '${principalArn}'`);
  }
  return { principalArn };
};

const listExclusions: Operation = (input, { registry }) => {
  const all = [...registry.pullExclusions.keys()].sort();
  const limit = input.optionalInteger('maxResults', { min: 1, max: MAX_EXCLUSIONS }) ?? DEFAULT_PAGE;
  const token = input.optionalText('nextToken');
  const start = token === undefined ? 0 : Number(decodeToken(['ListPullTimeUpdateExclusions'], token));
  const end = start + limit;
  return {
    pullTimeUpdateExclusions: all.slice(start, end),
    ...(end < all.length && { nextToken: encodeToken(['ListPullTimeUpdateExclusions'], end) }),
  };
};

export const pullExclusions: Operations = {
  RegisterPullTimeUpdateExclusion: registerExclusion,
  DeregisterPullTimeUpdateExclusion: deregisterExclusion,
  ListPullTimeUpdateExclusions: listExclusions,
};
