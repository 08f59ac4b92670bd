import { AspectPriority, Aspects, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { checkGateOptions } from './gate-checks';
import { GatingAspect, gateOptionsAt, setGateOptionsAt, validateGating } from './gating-aspect';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { MisuseError } from '../construct/errors';

/** After aspects that change the tree, before aspects that only read it. */
const PRIORITY = AspectPriority.READONLY - 100;

/** Marks a stage that has the aspect. */
const GATED = Symbol.for('cdk-ecr-lifecycle.GatedStage');

/**
 * Adds a gate to every repository below a scope that has a lifecycle policy.
 *
 * Use it to gate an existing app. It covers L1 and L2 repositories in nested stacks and stages, and changes no existing logical id:
 * each repository gets a `LifecyclePreviewGate` below its L2, or next to its L1. Repositories without a policy, imported
 * repositories, and repositories that already have a gate, such as a `GatedRepository`, do not change.
 *
 * The gates are added by an aspect, so repositories and rules that are added after the call are included. The aspect has priority
 * 900. A policy that another aspect adds is included if the priority of that aspect is below 900, as it is by default. Stages must exist at the
 * time of the call, because CDK synthesizes a stage before the aspects of its app run. Synthesis fails with `MissingGate` if a
 * repository gets its policy, or is added with its stage, too late to be gated.
 *
 * If scopes are nested, a repository gets the options of the innermost scope only. Options of several scopes are never merged. The
 * order of the calls does not matter.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/aspects.html
 * @example
 * LifecyclePreviewGates.of(app).add({
 *   guards: [LifecycleGuard.maxPercent(10), LifecycleGuard.protectInUse(InUseSource.ecs())],
 * });
 */
export class LifecyclePreviewGates {
  /**
   * Returns the gates of a scope.
   *
   * @param scope An app, a stage, a stack, or any other construct.
   */
  public static of(scope: IConstruct): LifecyclePreviewGates {
    return new LifecyclePreviewGates(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Adds a gate to every repository below the scope that has a lifecycle policy and no gate yet.
   *
   * Another call with the same options has no effect. Throws `ConflictingGateOptions` for other options in the same scope.
   *
   * @param options The options of each gate.
   */
  public add(options: LifecyclePreviewGateOptions = {}): void {
    checkGateOptions(options);
    const former = gateOptionsAt(this.scope);
    if (former && !areSame(former, options)) {
      throw new MisuseError(
        'ConflictingGateOptions',
        `LifecyclePreviewGates of ${this.scope.node.path || 'the app'} already have other options; ` +
        'pass all options in one call, or use a scope further down for other options');
    }
    if (!former) setGateOptionsAt(this.scope, options);
    // The aspect starts at the stage: from the scope, CDK would not visit the provider, which is a child of the stack.
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
