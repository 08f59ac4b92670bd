import { storageClassOfImage } from './candidates';
import type { Action } from './decision';
import { evaluate } from './evaluator';
import { explain, Explanation } from './explanation';
import type { Image } from './image';
import { PolicyDocument, PolicyRule, storageClassOf } from '../policy/policy-document';

/** What becomes of one image, and what each rule says to it. */
export interface ImageExplanation {
  readonly imageDigest: string;
  readonly imageTags: readonly string[];
  readonly action: Action;
  /** The rule that acts, or would act were it not for an index. */
  readonly rulePriority?: number;
  /** Every rule, by precedence: also those that say nothing. */
  readonly rules: readonly RuleExplanation[];
  /** What else decides: indexes that refer to it, the image that it belongs to. */
  readonly besides: readonly Explanation[];
}

export interface RuleExplanation {
  readonly rulePriority: number;
  readonly code: Explanation['code'] | 'DOES_NOT_SELECT';
  readonly message: string;
  readonly description?: string;
}

/** @param wanted digests of the images to explain, judged among all of them */
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
      rules: rules.map((rule) => saidBy(rule, explanations.find((said) => said.rulePriority === rule.rulePriority), image)),
      besides: explanations.filter((said) => said.rulePriority === undefined && said.code !== 'NO_RULE_MATCHES'),
    }];
  });
}

function saidBy({ description, ...rule }: PolicyRule, said: Explanation | undefined, image: Image): RuleExplanation {
  const { rulePriority } = rule;
  return {
    rulePriority,
    code: said?.code ?? 'DOES_NOT_SELECT',
    message: said?.message ?? `rule ${rulePriority} does not select it${inOtherClass(rule, image)}`,
    ...(description !== undefined && { description }),
  };
}

function inOtherClass(rule: PolicyRule, image: Image): string {
  if (storageClassOf(rule) === storageClassOfImage(image)) return '';
  return storageClassOf(rule) === 'archive' ? ': it sees archived images only' : ': it sees no archived images';
}
