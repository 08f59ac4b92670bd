import { AspectPriority, Aspects, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { checkGateOptions } from './gate-checks';
import { GatingAspect, gateOptionsAt, setGateOptionsAt, validateGating } from './gating-aspect';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { MisuseError } from '../construct/errors';

/** A late one, see `LifecyclePreviewGates`: after those that change the tree, before those that only read it. */
const PRIORITY = AspectPriority.READONLY - 100;

/** Marks a stage that the aspect goes through. */
const GATED = Symbol.for('cdk-ecr-lifecycle.GatedStage');

/**
 * Gates every repository below a scope that has a lifecycle policy: the way to gate an app that exists.
 *
 * It takes plain repositories, L1 and L2, in nested stacks and stages, and changes no logical id that is there: each gets a
 * `LifecyclePreviewGate` below its L2, or beside its L1. It leaves alone repositories without a policy, imported ones, and
 * those that have a gate of their own, such as a `GatedRepository`.
 *
 * An aspect does it, so repositories and rules that are added after the call count. It has priority 900: policies that other
 * aspects bring count as well when these have a smaller priority, as they have by default. Stages have to be there at the
 * call, because CDK synthesizes a stage before the aspects of its app. Synthesis fails with `MissingGate` over a repository
 * that got its policy, or came with its stage, too late to be gated.
 *
 * Scopes may lie within each other: the innermost one's options hold for a repository, and never two are mixed. The order
 * of the calls does not matter.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/aspects.html
 */
export class LifecyclePreviewGates {
  /**
   * The gates of a scope.
   *
   * @param scope an app, a stage, a stack, or any other construct
   */
  public static of(scope: IConstruct): LifecyclePreviewGates {
    return new LifecyclePreviewGates(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Gates every repository below the scope that has a lifecycle policy and no gate yet.
   *
   * Calling it again with the same options changes nothing; other options for the same scope are refused.
   *
   * @param options how each of the gates judges, as for a `LifecyclePreviewGate`
   */
  public add(options: LifecyclePreviewGateOptions = {}): void {
    checkGateOptions(options);
    const former = gateOptionsAt(this.scope);
    if (former && !areSame(former, options)) {
      throw new MisuseError(
        'ConflictingGateOptions',
        `LifecyclePreviewGates of ${this.scope.node.path || 'the app'} have other options already; ` +
        'give all options in one call, or other options to a scope further in');
    }
    if (!former) setGateOptionsAt(this.scope, options);
    // Always from the stage on: below the scope CDK would not take the provider, which stands in the stack, to the aspects.
    const stage = Stage.of(this.scope) ?? this.scope.node.root;
    for (const each of [stage, ...this.scope.node.findAll().filter(Stage.isStage)]) attach(each);
  }
}

function attach(stage: IConstruct): void {
  if (GATED in stage) return;
  Object.defineProperty(stage, GATED, { value: true });
  Aspects.of(stage).add(new GatingAspect(stage), { priority: PRIORITY });
  stage.node.addValidation({ validate: () => validateGating(stage) });
}

function areSame(one: LifecyclePreviewGateOptions, other: LifecyclePreviewGateOptions): boolean {
  return one.reportBucket === other.reportBucket && textOf(one) === textOf(other);
}

function textOf({ guards = [], enforcement, approvedPreview, timeout, lookAhead, trigger }: LifecyclePreviewGateOptions): string {
  const rendered = guards.map((guard) => [guard._render(), guard._forever]);
  return JSON.stringify([rendered, enforcement, approvedPreview, timeout?.toSeconds(), lookAhead?.toSeconds(), trigger]);
}
