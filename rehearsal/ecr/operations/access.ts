import { ServiceError, invalidParameter } from '../../http/errors';
import { isObject, JsonObject } from '../../http/input';
import type { Repository } from '../repository';
import { epochSeconds, identity } from '../wire';
import { Operation, Operations, repositoryOf } from './operation';

const TOKEN_LIFETIME_MS = 12 * 60 * 60 * 1000;
const POLICY_ACTIONS = ['ecr:setrepositorypolicy', 'ecr:getrepositorypolicy', 'ecr:deleterepositorypolicy'];

const setRepositoryPolicy: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const policyText = input.text('policyText', { min: 0, max: 10_240 });
  const statements = statementsOf(policyText);
  if (!input.flag('force') && statements.some(locksOwnerOut)) {
    throw invalidParameter('PolicyText', 'The policy would prevent its owner from setting another one; use force to set it all the same');
  }
  repository.policyText = policyText;
  return { ...identity(repository), policyText };
};

const getRepositoryPolicy: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  return { ...identity(repository), policyText: policyTextOf(repository) };
};

const deleteRepositoryPolicy: Operation = (input, context) => {
  const repository = repositoryOf(input, context);
  const policyText = policyTextOf(repository);
  repository.policyText = undefined;
  return { ...identity(repository), policyText };
};

const getAuthorizationToken: Operation = (_input, { registry, clock }) => ({
  authorizationData: [{
    authorizationToken: Buffer.from('AWS:rehearsal').toString('base64'),
    expiresAt: epochSeconds(clock.now() + TOKEN_LIFETIME_MS),
    proxyEndpoint: `https://${registry.accountId}.dkr.ecr.${registry.region}.amazonaws.com`,
  }],
});

function statementsOf(policyText: string): JsonObject[] {
  const invalid = (why: string) => invalidParameter('PolicyText', `Invalid repository policy provided: ${why}`);
  let policy: unknown;
  try {
    policy = JSON.parse(policyText);
  } catch {
    throw invalid('it is not JSON');
  }
  const statements = isObject(policy) ? [policy.Statement].flat() : [];
  if (statements.length === 0 || !statements.every(isObject)) throw invalid('it has no statements');
  for (const statement of statements) {
    if ('Resource' in statement || 'NotResource' in statement) throw invalid('a statement names a resource');
    if (!('Principal' in statement || 'NotPrincipal' in statement)) throw invalid('a statement has no principal');
  }
  return statements;
}

/** Covers only statements that deny all principals without a condition. Conditions are not evaluated. */
function locksOwnerOut({ Effect, Principal, Action, Condition }: JsonObject): boolean {
  const allPrincipals = Principal === '*' || (isObject(Principal) && [Principal.AWS].flat().includes('*'));
  const actions = [Action].flat().map((action) => String(action).toLowerCase());
  const covers = actions.some((action) => POLICY_ACTIONS.some((policyAction) => {
    const pattern = action.split('*').map((piece) => piece.replace(/[^\w:]/g, '\\$&')).join('.*');
    return new RegExp(`^${pattern}$`).test(policyAction);
  }));
  return Effect === 'Deny' && allPrincipals && Condition === undefined && covers;
}

function policyTextOf({ policyText, name, registryId }: Repository): string {
  if (policyText !== undefined) return policyText;
  throw new ServiceError(
    'RepositoryPolicyNotFoundException',
    `Repository policy does not exist for the repository with name '${name}' in the registry with id '${registryId}'`,
  );
}

export const access: Operations = {
  SetRepositoryPolicy: setRepositoryPolicy,
  GetRepositoryPolicy: getRepositoryPolicy,
  DeleteRepositoryPolicy: deleteRepositoryPolicy,
  GetAuthorizationToken: getAuthorizationToken,
};
