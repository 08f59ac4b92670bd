import { CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import type { LifecycleImage } from './lifecycle-image';
import type { LifecycleRule } from './lifecycle-rule';
import type { LifecycleWarning, LifecycleWarningId, LintOptions } from './lifecycle-warning';
import { hasTokens, PolicyContent, withKeepRules } from './policy-content';
import { evaluationTime, readAll, simulate } from './simulate';
import type { Simulation, SimulationOptions } from './simulation';
import { cfnRepositoryOf, declaredProperty, setProperty } from '../construct/cfn-repository';
import { MisuseError, rejectProblems } from '../construct/errors';
import { mayHavePolicy, renderedPolicyText } from '../construct/rendered-repository';
import { addWarning } from '../construct/warnings';
import type { MaxExpiring } from '../core/judgment/guards/max-expiring';
import type { PolicyDocument, PolicyRule } from '../core/policy/policy-document';
import { inKeyOrder } from '../core/policy/policy-keys';
import { checkPolicyTextLength, parsePolicyText, renderPolicyText } from '../core/policy/policy-text';
import { validatePolicy } from '../core/policy/validation';
import { policyWarnings, inventoryWarnings } from '../core/warnings/find-warnings';
import { protectedTagsCanExpire } from '../core/warnings/protected-tags';
import type { Warning } from '../core/warnings/warning';

/** Stores the policy that was applied to a repository. */
const APPLIED = Symbol.for('cdk-ecr-lifecycle.AppliedLifecyclePolicy');

const EMPTY: PolicyContent = { rules: [], budgets: [], meantAsAnd: [] };

/** A policy that is bound to a scope. */
interface BoundPolicy {
  readonly text: string;
  /** Returns the budgets of the current rules. */
  readonly budgets: () => readonly MaxExpiring[];
}

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
   * @param text The JSON text, at most 30,720 characters.
   */
  public static fromText(text: string): LifecyclePolicy {
    const parsed = parsePolicyText(text);
    if (parsed.ok) return new LifecyclePolicy({ ...EMPTY, rules: [...parsed.value.rules] });
    return rejectProblems('InvalidLifecyclePolicy', 'the lifecycle policy text', parsed.problems);
  }

  /**
   * Returns the budgets of the rules that this repository will have.
   *
   * Returns none if another policy replaced this one, because the priorities would belong to other rules.
   *
   * @internal
   */
  public static _budgetsOn(cfn: CfnResource): readonly MaxExpiring[] {
    const applied = (cfn as CfnResource & { [APPLIED]?: BoundPolicy })[APPLIED];
    const budgets = applied?.budgets() ?? [];
    if (!applied || budgets.length === 0) return [];
    const own: unknown = Stack.of(cfn).resolve(applied.text);
    return JSON.stringify(renderedPolicyText(cfn)) === JSON.stringify(own) ? budgets : [];
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
    return renderPolicyText(this.withoutTokens('toText'));
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
    const bound = this._bind(cfn, keptPatterns);
    // An L2 renders its rules lazily: rules that addLifecycleRule adds later would be lost silently.
    cfn.node.addValidation({ validate: () => (formerRules() === undefined ? [] : [`DuplicateLifecyclePolicy: ${message}`]) });
    Object.defineProperty(cfn, APPLIED, { value: bound });
    setProperty(cfn, 'LifecyclePolicy', { lifecyclePolicyText: bound.text }, { LifecyclePolicyText: bound.text });
  }

  /**
   * Returns the text of the policy for a template, including rules that are added later. Adds the warnings below the scope.
   *
   * @internal
   */
  public _bind(scope: Construct, keptPatterns: readonly string[] = []): BoundPolicy {
    const current = () => withKeepRules(this.content, keptPatterns);
    // Reports problems of the current rules at the call, not only at synthesis.
    current();
    // Older versions of CDK apply an acknowledgment to the constructs below its scope, not to the scope itself.
    const warned = new Construct(scope, 'LifecyclePolicy');
    scope.node.addValidation({
      validate: () => {
        // All rules are known now. Annotations are collected after validation.
        annotate(warned, current());
        return [];
      },
    });
    return {
      // Not toText, because only CloudFormation can resolve the tokens in it.
      text: Lazy.uncachedString({ produce: () => Stack.of(scope).toJsonString(checked(current().rules)) }),
      budgets: () => current().budgets,
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
    this.content = { rules, budgets, meantAsAnd };
  }

  private withoutTokens(method: string): PolicyDocument {
    const document = checked(this.content.rules);
    if (hasTokens(document)) {
      throw new MisuseError('UnresolvedLifecyclePolicy', `${method} takes a policy without tokens, because their values are known only at deployment; use applyTo, or write the values`);
    }
    return document;
  }
}

function annotate(scope: IConstruct, { rules, meantAsAnd }: PolicyContent): void {
  if (hasTokens(rules)) return;
  for (const { id, message } of warningsAbout({ rules }, meantAsAnd)) {
    addWarning(scope, id, message);
  }
}

function publicWarning({ id, rulePriorities, message }: Warning): LifecycleWarning {
  return { id: (id satisfies `${LifecycleWarningId}`) as LifecycleWarningId, rulePriorities: [...rulePriorities], message };
}

function warningsAbout(document: PolicyDocument, meantAsAnd: readonly number[]): Warning[] {
  return policyWarnings(document).filter(({ id, rulePriorities }) => !(id === 'tagListIsAnd' && meantAsAnd.includes(rulePriorities[0])));
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
