/** All codes that the checks of a repository policy can report, with their meaning. Codes are stable. */
export const REPOSITORY_POLICY_PROBLEM_CODES = {
  OversizedRepositoryPolicy: 'the text has more characters than ECR accepts',
  UnexpectedResource: 'a statement has Resource or NotResource, which ECR rejects',
  MissingInput: 'a helper receives an empty list of values',
  InvalidProjectName: 'the name of a CodeBuild project has invalid characters',
  MissingPrincipal: 'a statement has no principal',
  MissingAction: 'a statement has no action',
  IdentityOnlyAction: 'an action does not apply to a repository',
  ForeignAction: 'an action belongs to another service',
  InvalidAccountId: 'an account ID does not have 12 digits',
  InvalidOrganizationId: 'an organization ID does not have the form o-exampleorgid',
  InvalidOrganizationPath: 'the path of an organizational unit is malformed or never matches',
  InvalidArn: 'an ARN is malformed',
  WildcardPrincipal: 'a principal has a wildcard, which IAM rejects',
  GroupPrincipal: 'a principal is a group of users, which no resource policy accepts',
  MisplacedPrincipal: 'a principal is of another kind than its key says, such as a service under AWS',
  InvalidPrincipal: 'a principal is not an account, role, user, session, service or identity provider',
  LockedOutOwner: 'a Deny would prevent the owner from changing the policy',
} as const;

export type RepositoryPolicyProblemCode = keyof typeof REPOSITORY_POLICY_PROBLEM_CODES;

/** Adds a problem of the statement that a check reads. */
export type Report = (code: RepositoryPolicyProblemCode, at: string, message: string) => void;
