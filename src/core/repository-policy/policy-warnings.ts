import { ECR_ACTIONS, isIdentityOnly } from './ecr-actions';
import { isKnown, matchesPattern } from './known-text';
import { entriesOf, Entry, PolicyStatementJson } from './statement';
import { suggestedAction } from './suggested-action';
import { isObject } from '../text/json';
import { show } from '../text/show';

/** The warnings about a repository policy that ECR accepts, with their meaning. The ids are stable. */
export const REPOSITORY_POLICY_WARNING_IDS = {
  canonicalUserPrincipal: 'a principal is a canonical user ID, which only Amazon S3 documents',
  unknownEcrAction: 'an action, or a pattern of actions, matches no action of ECR',
} as const;

export type RepositoryPolicyWarningId = keyof typeof REPOSITORY_POLICY_WARNING_IDS;

export interface RepositoryPolicyWarning {
  readonly id: RepositoryPolicyWarningId;
  /** A lower-case sentence with the place, the wrong value, and the correction. */
  readonly message: string;
}

/** Finds parts of statements that ECR accepts but that probably have no effect. */
export function findRepositoryPolicyWarnings(statements: readonly PolicyStatementJson[]): RepositoryPolicyWarning[] {
  return statements.flatMap((statement, i) => [
    ...actionWarnings(statement, `statements[${i}]`),
    ...canonicalUserWarnings(statement, `statements[${i}]`),
  ]);
}

function actionWarnings({ Action, NotAction }: PolicyStatementJson, place: string): RepositoryPolicyWarning[] {
  return [
    ...warnings(entriesOf(Action, 'Action'), 'so it has no effect'),
    // A misspelled exception of a Deny denies the action that it should exempt.
    ...warnings(entriesOf(NotAction, 'NotAction'), 'so the statement does not except it'),
  ];

  function warnings(entries: readonly Entry[], effect: string): RepositoryPolicyWarning[] {
    return entries.flatMap(({ at, text }) => {
      const problem = actionProblem(text);
      return problem === undefined ? [] : [{ id: 'unknownEcrAction', message: `${place}.${at}: ${problem.what}, ${effect}; ${problem.hint}` }];
    });
  }
}

function actionProblem(text: string): { readonly what: string; readonly hint: string } | undefined {
  const [service, name] = text.split(':');
  if (!isKnown(text) || service.toLowerCase() !== 'ecr' || name === undefined) return undefined;
  const matching = ECR_ACTIONS.filter((action) => matchesPattern(name.toLowerCase(), action.toLowerCase()));
  const isPattern = /[*?]/.test(name);
  if (matching.length === 0) {
    const meant = suggestedAction(name);
    return {
      what: isPattern ? `${show(text)} matches no action of ECR` : `ECR has no action ${show(text)}`,
      hint: meant === undefined ? 'check the spelling in the service authorization reference of ECR' : `did you mean ${show(`ecr:${meant}`)}?`,
    };
  }
  if (isPattern && matching.every(isIdentityOnly)) {
    return { what: `${show(text)} matches only actions that do not apply to a repository`, hint: 'put it into an identity policy, with the resource "*"' };
  }
  return undefined;
}

function canonicalUserWarnings({ Principal, NotPrincipal }: PolicyStatementJson, place: string): RepositoryPolicyWarning[] {
  return Object.entries({ Principal, NotPrincipal }).flatMap(([key, principal]) => {
    const entries = isObject(principal) ? entriesOf(principal.CanonicalUser, `${key}.CanonicalUser`) : [];
    return entries.map(({ at, text }) => ({
      id: 'canonicalUserPrincipal',
      message: `${place}.${at}: ${show(text)} is a canonical user ID, which only the policies of Amazon S3 use; write the account ID instead, ` +
        'such as new iam.AccountPrincipal("111122223333")',
    }));
  });
}
