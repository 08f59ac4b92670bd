import {
  ANY, ARCHIVED, onlyRule, patterns, prefixes, PULLED, PUSHED, rule, TO_ARCHIVE, twoRules, UNTAGGED,
} from '../policy-fixtures';

/** Policies that ECR accepts, close to those that it rejects. */
export const ACCEPTED: Readonly<Record<string, unknown>> = {
  'every condition that can expire images': { rules: [rule(), rule({ rulePriority: 2, selection: PUSHED }), rule({ rulePriority: 3, selection: ARCHIVED })] },
  'every condition that can archive images': {
    rules: [
      rule({ action: TO_ARCHIVE }),
      rule({ rulePriority: 2, selection: PUSHED, action: TO_ARCHIVE }),
      rule({ rulePriority: 3, selection: PULLED, action: TO_ARCHIVE }),
    ],
  },
  'exactly 90 days in the archive': onlyRule({ selection: { ...ARCHIVED, countNumber: 90 } }),
  'exactly 50 rules': { rules: Array.from({ length: 50 }, (_, i) => rule({ rulePriority: i + 1 })) },
  'exactly 4 wildcards': onlyRule({ selection: patterns('*a*b*c*') }),
  'a wildcard in a prefix, which is literal there': onlyRule({ selection: prefixes('a*b*c*d*e*') }),
  'an empty description': onlyRule({ description: '' }),
  'the same pattern in two rules': twoRules({}, {}),
  'the same prefix in two storage classes': twoRules({ selection: prefixes('v') }, { selection: { ...ARCHIVED, ...prefixes('v') } }),
  'the same prefix twice in one rule': onlyRule({ selection: prefixes('v', 'v') }),
  'prefixes that overlap': twoRules({ selection: prefixes('staging') }, { selection: prefixes('staging_mtr') }),
  'any and untagged in each storage class': {
    rules: [
      rule({ selection: UNTAGGED }),
      rule({ rulePriority: 2, selection: { ...ARCHIVED, ...UNTAGGED } }),
      rule({ rulePriority: 3, selection: ANY }),
      rule({ rulePriority: 4, selection: { ...ARCHIVED, ...ANY } }),
    ],
  },
  'any as the last of its class only': {
    rules: [
      rule({ rulePriority: 5, selection: ANY }),
      rule({ rulePriority: 900, selection: ARCHIVED }),
      rule({ rulePriority: 4 }),
    ],
  },
  'keys that are undefined': { ...onlyRule({ description: undefined, whatever: undefined }), version: undefined },
};
