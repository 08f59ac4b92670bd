import { Annotations, CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import type { LifecycleImage } from './lifecycle-image';
import type { LifecycleRule } from './lifecycle-rule';
import type { LifecycleWarning, LifecycleWarningId, LintOptions } from './lifecycle-warning';
import { hasTokens, PolicyContent, withKeepRules } from './policy-content';
import { moment, readAll, simulate } from './simulate';
import type { Simulation, SimulationOptions } from './simulation';
import { cfnRepositoryOf, declaredProperty, setProperty } from '../construct/cfn-repository';
import { MisuseError, rejectProblems } from '../construct/errors';
import { mayHavePolicy, renderedPolicyText } from '../construct/rendered-repository';
import type { MaxExpiring } from '../core/judgement/guards/max-expiring';
import type { PolicyDocument, PolicyRule } from '../core/policy/policy-document';
import { inKeyOrder } from '../core/policy/policy-keys';
import { checkPolicyTextLength, parsePolicyText, renderPolicyText } from '../core/policy/policy-text';
import { validatePolicy } from '../core/policy/validation';
import { policyWarnings, inventoryWarnings } from '../core/warnings/find-warnings';
import { protectedTagsCanExpire } from '../core/warnings/protected-tags';
import type { Warning } from '../core/warnings/warning';

/** Where a repository keeps the policy that was applied to it. */
const APPLIED = Symbol.for('cdk-ecr-lifecycle.AppliedLifecyclePolicy');

const EMPTY: PolicyContent = { rules: [], budgets: [], meantAsAnd: [] };

/** A policy in its place. */
interface BoundPolicy {
  readonly text: string;
  /** Of the rules that there are by now. */
  readonly budgets: () => readonly MaxExpiring[];
}

/**
 * A lifecycle policy: rules that say which images of a repository expire, and when. The first rule wins.
 *
 * What ECR would refuse is refused when the policy is made, with everything that is wrong at once.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export class LifecyclePolicy {
  /**
   * A policy of these rules, in order of precedence. More can be added later with `addRule`.
   *
   * @param rules at most 50
   */
  public static fromRules(...rules: LifecycleRule[]): LifecyclePolicy {
    const policy = new LifecyclePolicy(EMPTY);
    policy.append(rules);
    return policy;
  }

  /**
   * A policy that exists as JSON text, wherever it comes from.
   *
   * @param text up to 30,720 characters of JSON
   */
  public static fromText(text: string): LifecyclePolicy {
    const parsed = parsePolicyText(text);
    if (parsed.ok) return new LifecyclePolicy({ ...EMPTY, rules: [...parsed.value.rules] });
    return rejectProblems('InvalidLifecyclePolicy', 'the lifecycle policy text', parsed.problems);
  }

  /**
   * The budgets of the rules that this repository will have.
   *
   * None when something else took the place of the policy: priorities would mean other rules.
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

  /** Adds a rule after those that are there: it has the lowest precedence, unless it states its priority. */
  public addRule(rule: LifecycleRule): void {
    this.append([rule]);
  }

  /** The policy as ECR's JSON text. With tokens in it, use `applyTo`: only a stack can resolve them. */
  public toText(): string {
    return renderPolicyText(this.concrete('toText'));
  }

  /**
   * What the policy would do to these images, and why: for unit tests of a policy, without an AWS account.
   *
   * What ECR leaves open, and how it is decided here, stands in `docs/lifecycle-semantics.md`.
   *
   * @param images all images of the repository, each once: see `ImageInventory` for where to get them
   */
  public simulate(images: LifecycleImage[], options: SimulationOptions = {}): Simulation {
    return simulate(this.concrete('simulate'), images, options);
  }

  /**
   * Warning: what the policy may do other than it seems to. The same that comes as warnings at synthesis.
   *
   * @param options images, to have the policy held against them as well
   */
  public lint(options: LintOptions = {}): LifecycleWarning[] {
    const document = this.concrete('lint');
    const { images } = options;
    return [
      ...warningsAbout(document, this.content.meantAsAnd),
      ...protectedTagsCanExpire(document, options.protectedTags ?? []),
      ...(images ? inventoryWarnings(document, readAll(images), moment(options.now)) : []),
    ].map(publicWarning);
  }

  /**
   * Makes this the lifecycle policy of a repository of this app, L1 or L2. Rules added later count.
   *
   * To have the policy previewed before it is applied, add a `LifecyclePreviewGate`, or use `GatedRepository`.
   *
   * @param repository one that has no lifecycle policy or rules of its own
   */
  public applyTo(repository: ecr.IRepositoryRef): void {
    this._applyTo(repository);
  }

  /**
   * @param kept patterns of tags that the repository keeps, by rules that it adds before those of this policy
   *
   * @internal
   */
  public _applyTo(repository: ecr.IRepositoryRef, kept: readonly string[] = []): void {
    const cfn = cfnRepositoryOf(repository, 'LifecyclePolicy.applyTo');
    const stack = Stack.of(cfn);
    const former = declaredProperty(cfn, 'LifecyclePolicy');
    const formerRules = () => stack.resolve(former) as object | undefined;
    const refusal = `${repository.node.path} has lifecycle rules of its own, which this policy would replace; ` +
      'put all rules into the LifecyclePolicy, or use LifecyclePolicy.addRule';
    if (mayHavePolicy(cfn)) throw new MisuseError('DuplicateLifecyclePolicy', refusal);
    const bound = this._bind(cfn, kept);
    // An L2 renders its rules lazily: those that come with addLifecycleRule later would be lost without a word.
    cfn.node.addValidation({ validate: () => (formerRules() === undefined ? [] : [`DuplicateLifecyclePolicy: ${refusal}`]) });
    Object.defineProperty(cfn, APPLIED, { value: bound });
    setProperty(cfn, 'LifecyclePolicy', { lifecyclePolicyText: bound.text }, { LifecyclePolicyText: bound.text });
  }

  /**
   * The policy as a template has it: rules added later count. Warning comes as warnings below the scope.
   *
   * @internal
   */
  public _bind(scope: Construct, kept: readonly string[] = []): BoundPolicy {
    const current = () => withKeepRules(this.content, kept);
    // What is wrong by now is told where it is written.
    current();
    // Older versions of the CDK heed an acknowledgement below the construct that it was given on, not on it itself.
    const advised = new Construct(scope, 'LifecyclePolicy');
    scope.node.addValidation({
      validate: () => {
        // Only now all rules are there. Annotations are collected after validation.
        annotate(advised, current());
        return [];
      },
    });
    return {
      // Not toText: what tokens inside stand for is known to CloudFormation only.
      text: Lazy.uncachedString({ produce: () => Stack.of(scope).toJsonString(checked(current().rules)) }),
      budgets: () => current().budgets,
    };
  }

  /** All of them, or none when ECR would refuse what comes out. */
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

  private concrete(what: string): PolicyDocument {
    const document = checked(this.content.rules);
    if (hasTokens(document)) {
      throw new MisuseError('UnresolvedLifecyclePolicy', `${what} takes a policy without tokens: what they stand for is known at deployment only`);
    }
    return document;
  }
}

function annotate(scope: IConstruct, { rules, meantAsAnd }: PolicyContent): void {
  if (hasTokens(rules)) return;
  for (const { id, message } of warningsAbout({ rules }, meantAsAnd)) {
    Annotations.of(scope).addWarningV2(`cdk-ecr-lifecycle:${id}`, message);
  }
}

function publicWarning({ id, rulePriorities, message }: Warning): LifecycleWarning {
  return { id: (id satisfies `${LifecycleWarningId}`) as LifecycleWarningId, rulePriorities: [...rulePriorities], message };
}

function warningsAbout(document: PolicyDocument, meantAsAnd: readonly number[]): Warning[] {
  return policyWarnings(document).filter(({ id, rulePriorities }) => !(id === 'tagListIsAnd' && meantAsAnd.includes(rulePriorities[0])));
}

/** The document that ECR would take, or an error with everything that is wrong. */
function checked(rules: readonly PolicyRule[]): PolicyDocument {
  const document = inKeyOrder({ rules });
  const problems = [
    ...validatePolicy(document, { isUnresolved: Token.isUnresolved }),
    ...(hasTokens(document) ? [] : checkPolicyTextLength(renderPolicyText(document))),
  ];
  return problems.length === 0 ? document : rejectProblems('InvalidLifecyclePolicy', 'the lifecycle policy', problems);
}
