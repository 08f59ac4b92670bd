import { Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type { RepositoryCreationTemplateProps } from './repository-creation-template-props';
import type { Problem } from '../core/text/problem';
import { show } from '../core/text/show';

/** The prefix that applies to all repositories that no other template applies to. */
export const ROOT_PREFIX = 'ROOT';

const MAX_PREFIX_LENGTH = 256;
const MAX_DESCRIPTION_LENGTH = 256;
const MAX_FILTERS = 5;
const MAX_TAGS = 50;
const MAX_TAG_KEY_LENGTH = 128;
const MAX_TAG_VALUE_LENGTH = 256;
const WITH_EXCLUSION = [ecr.TagMutability.IMMUTABLE_WITH_EXCLUSION, ecr.TagMutability.MUTABLE_WITH_EXCLUSION];

/** Returns the problems of a template that ECR would reject, except those of its policies. */
export function templateProblems(props: RepositoryCreationTemplateProps): Problem[] {
  return [...basicProblems(props), ...mutabilityProblems(props), ...encryptionProblems(props), ...tagProblems(props.resourceTags ?? {})];
}

/** Returns the problem of a prefix that ECR would reject. Tokens pass the check. */
export function prefixProblems(prefix: string): Problem[] {
  const isName = Token.isUnresolved(prefix) || prefix === ROOT_PREFIX
    || (prefix.length <= MAX_PREFIX_LENGTH && /^([a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*\/)*[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*\/?$/.test(prefix));
  return problemIf(!isName, 'InvalidPrefix', 'prefix', `${show(prefix)} is not a prefix of repository names: write 1 to ${MAX_PREFIX_LENGTH} lowercase letters and ` +
    'digits, with . _ - or / between them, or RepositoryCreationTemplate.ROOT');
}

function basicProblems({ prefix, appliedFor, description = '' }: RepositoryCreationTemplateProps): Problem[] {
  return [
    ...prefixProblems(prefix),
    ...problemIf(appliedFor.length === 0, 'MissingScenario', 'appliedFor',
      'appliedFor is [], so the template would have no effect: give at least one RepositoryCreationScenario'),
    ...problemIf(new Set(appliedFor).size < appliedFor.length, 'DuplicateScenario', 'appliedFor', `${show(appliedFor)} contains a scenario twice: give each one once`),
    ...problemIf(!Token.isUnresolved(description) && description.length > MAX_DESCRIPTION_LENGTH, 'OversizedDescription', 'description',
      `the description has ${description.length} characters, more than the ${MAX_DESCRIPTION_LENGTH} that ECR allows: shorten it`),
  ];
}

function mutabilityProblems({ imageTagMutability, imageTagMutabilityExclusionFilters: filters }: RepositoryCreationTemplateProps): Problem[] {
  const takesFilters = imageTagMutability !== undefined && WITH_EXCLUSION.includes(imageTagMutability);
  const at = 'imageTagMutabilityExclusionFilters';
  if (!takesFilters) {
    return problemIf(filters !== undefined, 'UnexpectedExclusionFilters', at,
      `imageTagMutability ${show(imageTagMutability ?? 'MUTABLE')} takes no filters: leave them out, or use one of ${WITH_EXCLUSION.join(', ')}`);
  }
  const count = filters?.length ?? 0;
  return problemIf(count < 1 || count > MAX_FILTERS, 'InvalidExclusionFilterCount', at,
    `${show(imageTagMutability)} takes 1 to ${MAX_FILTERS} filters, got ${count}`);
}

function encryptionProblems({ encryption, encryptionKey }: RepositoryCreationTemplateProps): Problem[] {
  return [
    ...problemIf(encryptionKey !== undefined && encryption?.value === ecr.RepositoryEncryption.AES_256.value, 'UnexpectedEncryptionKey', 'encryptionKey',
      'AES256 uses no key: leave encryptionKey out, or use RepositoryEncryption.KMS'),
    ...problemIf(encryptionKey?.keyRef.keyArn.includes(':alias/') ?? false, 'UnsupportedKeyAlias', 'encryptionKey',
      'the key is imported by its alias, but ECR only accepts the ARN of a key: import it with kms.Key.fromKeyArn'),
  ];
}

function tagProblems(tags: Readonly<Record<string, string>>): Problem[] {
  const isShort = (text: string, max: number) => Token.isUnresolved(text) || text.length <= max;
  return [
    ...problemIf(Object.keys(tags).length > MAX_TAGS, 'TooManyTags', 'resourceTags',
      `there are ${Object.keys(tags).length} tags, more than the ${MAX_TAGS} that a repository can have: remove some`),
    ...Object.entries(tags).flatMap(([key, value]) => problemIf(
      key === '' || !isShort(key, MAX_TAG_KEY_LENGTH) || !isShort(value, MAX_TAG_VALUE_LENGTH) || /^aws:/i.test(key), 'InvalidTag', 'resourceTags',
      `${show({ [key]: value })} is not a valid tag: write a key of 1 to ${MAX_TAG_KEY_LENGTH} characters that does not begin with aws:, and a value of at most ${MAX_TAG_VALUE_LENGTH}`)),
  ];
}

function problemIf(wrong: boolean, code: string, path: string, message: string): Problem[] {
  return wrong ? [{ code, path, message }] : [];
}
