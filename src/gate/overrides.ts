import type * as ecr from 'aws-cdk-lib/aws-ecr';

/** What the gate reads from the L1, and must therefore not stand in the template otherwise. */
const READ = ['LifecyclePolicy', 'RepositoryName'];

/**
 * Which of them `addPropertyOverride` changes in the template. Nothing else can see such a change: it is applied to the
 * finished template, where the gate would preview one policy and CloudFormation apply another.
 */
export function overriddenProperties(repository: ecr.CfnRepository): string[] {
  return propertyOverrides(repository).filter((name) => READ.includes(name));
}

/** The names of all properties that `addPropertyOverride` changes. */
export function propertyOverrides(repository: ecr.CfnRepository): string[] {
  const { rawOverrides } = repository as unknown as { readonly rawOverrides?: { readonly Properties?: object } };
  return Object.keys(rawOverrides?.Properties ?? {});
}
