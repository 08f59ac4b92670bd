/** Every code that the checks of a repository policy can report, with what it means. Codes are stable. */
export const REPOSITORY_POLICY_PROBLEM_CODES = {
  OversizedRepositoryPolicy: 'the text has more characters than ECR takes',
  UnexpectedResource: 'a statement has Resource or NotResource, which ECR refuses',
  MissingInput: 'a helper is given nothing to name in its statement',
  InvalidProjectName: 'a name of a CodeBuild project has characters that none can have',
  MissingPrincipal: 'a statement says nobody whom it is about',
  MissingAction: 'a statement says nothing that it allows or denies',
  IdentityOnlyAction: 'an action that is not done to one repository',
  ForeignAction: 'an action of another service',
  InvalidAccountId: 'an account id is not 12 digits',
  InvalidOrganizationId: 'an organization id is not of the form o-exampleorgid',
  InvalidOrganizationPath: 'the path of an organizational unit is malformed, or can match nothing',
  InvalidArn: 'an ARN is malformed',
  WildcardPrincipal: 'a principal has a wildcard in it, which IAM refuses',
  LockedOutOwner: 'a Deny would stop the owner from changing the policy',
} as const;

export type RepositoryPolicyProblemCode = keyof typeof REPOSITORY_POLICY_PROBLEM_CODES;

/** Reports one problem of the statement that a check reads. */
export type Report = (code: RepositoryPolicyProblemCode, at: string, message: string) => void;
