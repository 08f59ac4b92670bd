import { storageClassOfImage } from './candidates';
import type { Action } from './decision';
import { evaluate } from './evaluator';
import { explain, Explanation } from './explanation';
import type { Image } from './image';
import { PolicyDocument, PolicyRule, storageClassOf } from '../policy/policy-document';

/** The decision on one image, and the outcome of each rule. */
export interface ImageExplanation {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  readonly action: Action;
  /** The rule that acts, or that would act if no index referred to the image. */
  readonly rulePriority?: number;
  /** All rules by precedence, including those that do not select the image. */
  readonly rules: readonly RuleExplanation[];
  /** Other reasons: an index that refers to the image, or the image that it belongs to. */
  readonly besides: readonly Explanation[];
}

export interface RuleExplanation {
  readonly rulePriority: number;
  readonly code: Explanation['code'] | 'DOES_NOT_SELECT';
  readonly message: string;
  readonly description?: string;
}

/** @param wanted The digests of the images to explain. All images take part in the evaluation. */
export function explainImages(document: PolicyDocument, images: readonly Image[], wanted: ReadonlySet<string>, now: number): ImageExplanation[] {
  const { decisions, reasonsFor } = evaluate(document, images, { now });
  const rules = [...document.rules].sort((a, b) => a.rulePriority - b.rulePriority);
  return images.flatMap((image, i): ImageExplanation[] => {
    if (!wanted.has(image.imageDigest)) return [];
    const { action, rulePriority } = decisions[i];
    const explanations = explain(document, decisions[i], reasonsFor(i));
    return [{
      imageDigest: image.imageDigest,
      imageTags: image.imageTags ?? [],
      action,
      ...(rulePriority !== undefined && { rulePriority }),
      rules: rules.map((rule) => explainRule(rule, explanations.find((entry) => entry.rulePriority === rule.rulePriority), image)),
      besides: explanations.filter((entry) => entry.rulePriority === undefined && entry.code !== 'NO_RULE_MATCHES'),
    }];
  });
}

function explainRule({ description, ...rule }: PolicyRule, explanation: Explanation | undefined, image: Image): RuleExplanation {
  const { rulePriority } = rule;
  return {
    rulePriority,
    code: explanation?.code ?? 'DOES_NOT_SELECT',
    message: explanation?.message ?? `rule ${rulePriority} does not select it${inOtherClass(rule, image)}`,
    ...(description !== undefined && { description }),
  };
}

function inOtherClass(rule: PolicyRule, image: Image): string {
  if (storageClassOf(rule) === storageClassOfImage(image)) return '';
  return storageClassOf(rule) === 'archive' ? ': it applies to archived images only' : ': it does not apply to archived images';
}
