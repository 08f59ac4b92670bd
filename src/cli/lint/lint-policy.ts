import type { Image } from '../../core/evaluation/image';
import { parsePolicyText } from '../../core/policy/policy-text';
import { isObject } from '../../core/text/json';
import type { Problem } from '../../core/text/problem';
import { inventoryWarnings, policyWarnings } from '../../core/warnings/find-warnings';
import { protectedTagsCanExpire } from '../../core/warnings/protected-tags';
import { Resolved, valueOf } from '../assembly/resolve-gate';
import { problemOf } from '../errors';
import type { ImageFiles, ImagesOwner } from '../input/image-files';
import type { PolicyFile } from '../input/policy-file';

/** The findings in one policy. docs/cli.md describes the fields. */
export interface LintedPolicy {
  /** The file, or the construct of the repository. */
  readonly policy: string;
  /** The resource in the assembly. Absent for a file. */
  readonly resource?: LintedResource;
  readonly findings: readonly Finding[];
  /** A sentence about the file, if it is another document and the policy in it was checked. */
  readonly note?: string;
  /** The problem that prevented the command from reading the policy or its images. */
  readonly unread?: Pick<Problem, 'code' | 'message'>;
}

export interface LintedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly path?: string;
}

export interface Finding {
  /** `PROBLEM`: ECR would reject the policy. `WARNING`: ECR accepts it, but its effect may not be the intended one. */
  readonly kind: 'PROBLEM' | 'WARNING';
  readonly id: string;
  /** The priorities of the rules that the finding is about. The rule to change comes first. */
  readonly rulePriorities: readonly number[];
  readonly message: string;
}

/** A policy to check. */
export interface Candidate {
  readonly policy: string;
  readonly resource?: LintedResource;
  readonly read: () => Promise<PolicyFile>;
  /** The tag patterns that the guards of the repository protect. */
  readonly protectedTags: readonly string[];
  /** The repository whose images are used. Absent if the policy belongs to no repository. */
  readonly owner?: Resolved<ImagesOwner>;
}

/** The checks that apply to all policies. */
export interface Checks {
  readonly now: number;
  readonly files?: ImageFiles;
  readonly ignore: readonly string[];
  readonly protectTags: readonly string[];
}

/** Checks one policy. Never rejects: an error becomes the field `unread`. */
export async function lintOne(candidate: Candidate, { now, files, ignore, protectTags }: Checks): Promise<LintedPolicy> {
  const { policy, resource, protectedTags, owner } = candidate;
  const subject = { policy, ...(resource && { resource }) };
  try {
    const { text, note } = await candidate.read();
    const images = files && owner && await files.imagesOf(valueOf(owner));
    const findings = findingsIn(text, [...protectedTags, ...protectTags], images, now);
    return { ...subject, ...(note !== undefined && { note }), findings: findings.filter(({ kind, id }) => kind === 'PROBLEM' || !ignore.includes(id)) };
  } catch (error) {
    return { ...subject, findings: [], unread: problemOf(error) };
  }
}

function findingsIn(text: string, protectedTags: readonly string[], images: readonly Image[] | undefined, now: number): Finding[] {
  const parsed = parsePolicyText(text);
  if (!parsed.ok) {
    return parsed.problems.map(({ code, path, message }) => (
      { kind: 'PROBLEM', id: code, rulePriorities: prioritiesAt(path, text), message: path === '' ? message : `${path}: ${message}` }));
  }
  const warnings = [
    ...policyWarnings(parsed.value),
    ...protectedTagsCanExpire(parsed.value, protectedTags),
    ...images ? inventoryWarnings(parsed.value, images, now) : [],
  ];
  return warnings.map(({ id, rulePriorities, message }) => ({ kind: 'WARNING', id, rulePriorities, message }));
}

/** Returns the priority of the rule that a path such as `rules[2].selection` leads to, if the rule has a valid one. */
function prioritiesAt(path: string, text: string): number[] {
  const [, index] = /^rules\[(\d+)\]/.exec(path) ?? [];
  if (index === undefined) return [];
  const policy: unknown = JSON.parse(text);
  const rule: unknown = isObject(policy) && Array.isArray(policy.rules) ? policy.rules[Number(index)] : undefined;
  const priority = isObject(rule) ? rule.rulePriority : undefined;
  return typeof priority === 'number' && Number.isInteger(priority) ? [priority] : [];
}
