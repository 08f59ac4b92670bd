import { Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import { AppliedPolicy, setAppliedPolicy } from './applied-policy';
import { checkPolicy, checkPolicyOf, warningsAbout } from './check-policy';
import type { LifecycleImage } from './lifecycle-image';
import type { LifecycleRule } from './lifecycle-rule';
import type { LifecycleWarning, LifecycleWarningId, LintOptions } from './lifecycle-warning';
import { hasTokens, PolicyContent, withKeepRules } from './policy-content';
import { contentOf } from './policy-from-text';
import { evaluationTime, readAll, simulate } from './simulate';
import type { Simulation, SimulationOptions } from './simulation';
import { cfnRepositoryOf, declaredProperty, setProperty } from '../construct/cfn-repository';
import { MisuseError, rejectProblems } from '../construct/errors';
import { mayHavePolicy } from '../construct/rendered-repository';
import type { MaxExpiring } from '../core/judgment/guards/max-expiring';
import type { PolicyDocument, PolicyRule } from '../core/policy/policy-document';
import { inKeyOrder } from '../core/policy/policy-keys';
import { checkPolicyTextLength, renderPolicyText } from '../core/policy/policy-text';
import { validatePolicy } from '../core/policy/validation';
import { inventoryWarnings } from '../core/warnings/find-warnings';
import { protectedTagsCanExpire } from '../core/warnings/protected-tags';
import type { Warning } from '../core/warnings/warning';

const EMPTY: PolicyContent = { rules: [], budgets: [], meantAsAnd: [] };

/**
 * A lifecycle policy, whose rules expire or archive images of a repository.
 *
 * If several rules select an image, only the rule of the highest precedence can act on it. A policy that ECR would reject is rejected
 * when it is created. The error lists all problems.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 * @example
 * const policy = LifecyclePolicy.fromRules(
 *   LifecycleRule.keep({ images: ImageSelection.tagged('release-*') }),
 *   LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(100) }),
 * );
 * new GatedRepository(this, 'Repository', { lifecyclePolicy: policy });
 */
export class LifecyclePolicy {
  /**
   * Creates a policy from rules, in order of precedence.
   *
   * More rules can be added later with `addRule`.
   *
   * @param rules The rules, at most 50.
   */
  public static fromRules(...rules: LifecycleRule[]): LifecyclePolicy {
    const policy = new LifecyclePolicy(EMPTY);
    policy.append(rules);
    return policy;
  }

  /**
   * Creates a policy from existing JSON text.
   *
   * The text can also be the output of `aws ecr get-lifecycle-policy`, which contains the policy. It must be known at synthesis: a token
   * is rejected with `UnresolvedLifecyclePolicy`. The value of `ssm.StringParameter.valueFromLookup` is known.
   *
   * @param text The JSON text, at most 30,720 characters.
   */
  public static fromText(text: string): LifecyclePolicy {
    return new LifecyclePolicy({ ...EMPTY, ...contentOf(text) });
  }

  private constructor(private content: PolicyContent) {}

  /**
   * Adds a rule after the existing rules.
   *
   * It has the lowest precedence, unless it has its own priority.
   *
   * @param rule The rule to add.
   */
  public addRule(rule: LifecycleRule): void {
    this.append([rule]);
  }

  /**
   * Returns the policy as JSON text for ECR.
   *
   * Throws `UnresolvedLifecyclePolicy` if the policy contains tokens. Use `applyTo` for such a policy, because only a stack can resolve
   * tokens.
   */
  public toText(): string {
    return this.content.placeholder ?? renderPolicyText(this.withoutTokens('toText'));
  }

  /**
   * Simulates the policy on images, and returns the decision on each image with its reasons.
   *
   * Use it to unit test a policy without an AWS account. `docs/lifecycle-semantics.md` describes the cases that ECR does not document.
   *
   * @param images All images of the repository, each of them once. `ImageInventory` can read them.
   * @param options The time of the simulation, and other options.
   */
  public simulate(images: LifecycleImage[], options: SimulationOptions = {}): Simulation {
    return simulate(this.withoutTokens('simulate'), images, options);
  }

  /**
   * Returns warnings about rules that may act differently than intended.
   *
   * Synthesis adds the same warnings as annotations.
   *
   * @param options Images and protected tags to check the policy against.
   */
  public lint(options: LintOptions = {}): LifecycleWarning[] {
    const document = this.withoutTokens('lint');
    const { images } = options;
    return [
      ...warningsAbout(document, this.content.meantAsAnd),
      ...protectedTagsCanExpire(document, options.protectedTags ?? []),
      ...(images ? inventoryWarnings(document, readAll(images), evaluationTime(options.now)) : []),
    ].map(publicWarning);
  }

  /**
   * Sets this policy as the lifecycle policy of a repository of this app.
   *
   * The repository can be an L1 or an L2. Rules that are added later are included. To preview the policy before it is applied, add a
   * `LifecyclePreviewGate`, or use `GatedRepository`.
   *
   * @param repository A repository without its own lifecycle policy or rules.
   */
  public applyTo(repository: ecr.IRepositoryRef): void {
    this._applyTo(repository);
  }

  /**
   * @param keptPatterns Patterns of tags whose images are kept, with rules that are added before the rules of this policy.
   *
   * @internal
   */
  public _applyTo(repository: ecr.IRepositoryRef, keptPatterns: readonly string[] = []): void {
    const cfn = cfnRepositoryOf(repository, 'LifecyclePolicy.applyTo');
    const stack = Stack.of(cfn);
    const former = declaredProperty(cfn, 'LifecyclePolicy');
    const formerRules = () => stack.resolve(former) as object | undefined;
    const message = `${repository.node.path} already has lifecycle rules, which this policy would replace; ` +
      'put all rules into the LifecyclePolicy, or use LifecyclePolicy.addRule';
    if (mayHavePolicy(cfn)) throw new MisuseError('DuplicateLifecyclePolicy', message);
    const bound = this.bind(cfn, keptPatterns);
    checkPolicyOf(cfn);
    // An L2 renders its rules lazily: rules that addLifecycleRule adds later would be lost silently.
    cfn.node.addValidation({ validate: () => (formerRules() === undefined ? [] : [`DuplicateLifecyclePolicy: ${message}`]) });
    setAppliedPolicy(cfn, bound);
    setProperty(cfn, 'LifecyclePolicy', { lifecyclePolicyText: bound.text }, { LifecyclePolicyText: bound.text });
  }

  /**
   * Returns the text of the policy for a template, including rules that are added later. Adds the warnings below the scope.
   *
   * @internal
   */
  public _bind(scope: Construct): AppliedPolicy {
    const bound = this.bind(scope);
    checkPolicy(scope, { read: () => Stack.of(scope).resolve(bound.text), meantAsAnd: bound.meantAsAnd });
    return bound;
  }

  private bind(scope: Construct, keptPatterns: readonly string[] = []): AppliedPolicy {
    const current = () => withKeepRules(this.content, keptPatterns);
    // Reports problems of the current rules at the call, not only at synthesis.
    current();
    return {
      // Not toText, because only CloudFormation can resolve the tokens in it.
      text: Lazy.uncachedString({ produce: () => this.content.placeholder ?? Stack.of(scope).toJsonString(checkedIfAny(current().rules)) }),
      budgets: () => current().budgets,
      meantAsAnd: () => current().meantAsAnd,
    };
  }

  /** Adds all rules, or none of them if ECR would reject the result. */
  private append(added: readonly LifecycleRule[]): void {
    const rules = [...this.content.rules];
    const budgets = [...this.content.budgets];
    const meantAsAnd = [...this.content.meantAsAnd];
    for (const rule of added) {
      const rendered = rule._render(rules.at(-1)?.rulePriority);
      rules.push(...rendered);
      const priorities = rendered.map(({ rulePriority }) => rulePriority);
      const limit = rule._maxExpiring;
      if (limit !== undefined) budgets.push(...priorities.map((rulePriority): MaxExpiring => ({ id: 'max-expiring', rulePriority, limit })));
      if (rule._meansAnd) meantAsAnd.push(...priorities);
    }
    if (rules.length > 0) checked(rules);
    this.content = { ...this.content, rules, budgets, meantAsAnd };
  }

  private withoutTokens(method: string): PolicyDocument {
    const { rules, placeholder } = this.content;
    if (placeholder !== undefined) return { rules };
    const document = checked(rules);
    if (hasTokens(document)) {
      throw new MisuseError('UnresolvedLifecyclePolicy', `${method} takes a policy without tokens, because their values are known only at deployment; use applyTo, or write the values`);
    }
    return document;
  }
}

function publicWarning({ id, rulePriorities, message }: Warning): LifecycleWarning {
  return { id: (id satisfies `${LifecycleWarningId}`) as LifecycleWarningId, rulePriorities: [...rulePriorities], message };
}

/** Allows no rules at all, because rules may be added until synthesis. The check of the rendered policy rejects an empty one. */
function checkedIfAny(rules: readonly PolicyRule[]): PolicyDocument {
  return rules.length === 0 ? { rules } : checked(rules);
}

/** Returns the document that ECR would accept, or throws an error with all problems. */
function checked(rules: readonly PolicyRule[]): PolicyDocument {
  const document = inKeyOrder({ rules });
  const problems = [
    ...validatePolicy(document, { isUnresolved: Token.isUnresolved }),
    ...(hasTokens(document) ? [] : checkPolicyTextLength(renderPolicyText(document))),
  ];
  return problems.length === 0 ? document : rejectProblems('InvalidLifecyclePolicy', 'the lifecycle policy', problems);
}
