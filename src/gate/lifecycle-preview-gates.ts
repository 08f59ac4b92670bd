import { IConstruct } from 'constructs';
import { GateProvider } from './function/gate-provider';
import { checkGateOptions } from './gate-checks';
import { gateOptionsAt, setGateOptionsAt, unusedExclusions } from './gates-options';
import { gateStagesBelow } from './gating';
import type { LifecyclePreviewGatesOptions } from './lifecycle-preview-gates-options';
import { requireCall } from './pending-call';
import { MisuseError } from '../construct/errors';
import { addWarning } from '../construct/warnings';

/** Marks a scope whose gates were asked for. */
const ASKED = Symbol.for('cdk-ecr-lifecycle.AskedGates');

/**
 * Adds a gate to every repository below a scope that has a lifecycle policy.
 *
 * Use it to gate an existing app. It covers L1 and L2 repositories in nested stacks and stages, and changes no existing logical id:
 * each repository gets a `LifecyclePreviewGate` below its L2, or next to its L1. Repositories without a policy, imported
 * repositories, and repositories that already have a gate, such as a `GatedRepository`, do not change.
 *
 * The gates are added by an aspect, so repositories and rules that are added after the call are included. The aspect has priority
 * 900. A policy that another aspect adds is included if the priority of that aspect is below 900, as it is by default. Synthesis fails
 * with `MissingGate` if a repository gets its policy too late to be gated.
 *
 * Stages must exist at the time of the call, because CDK synthesizes a stage before the aspects of its app run. Synthesis fails with
 * `LateStage` if a stage with repositories is created later, or is already synthesized. CDK Pipelines synthesize a stage in `addStage`, so call
 * `LifecyclePreviewGates.of(this).add()` in the constructor of the stage.
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
   * Synthesis fails with `UnusedGates` if `add` is never called for the scope.
   *
   * @param scope An app, a stage, a stack, or any other construct.
   */
  public static of(scope: IConstruct): LifecyclePreviewGates {
    const name = scope.node.path || 'the app';
    requireCall(scope, ASKED, () => gateOptionsAt(scope) !== undefined,
      `UnusedGates: LifecyclePreviewGates.of(…) has no effect on ${name} without add(); call LifecyclePreviewGates.of(…).add(), with `
      + 'enabled: false if no gates are wanted');
    return new LifecyclePreviewGates(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Adds a gate to every repository below the scope that has a lifecycle policy and no gate yet.
   *
   * Another call with the same options has no effect. Throws `ConflictingGateOptions` for other options in the same scope.
   *
   * @param options The options of each gate, and the repositories without gates.
   */
  public add(options: LifecyclePreviewGatesOptions = {}): void {
    checkGateOptions(options);
    const { scope } = this;
    const former = gateOptionsAt(scope);
    if (former && !areSame(former, options)) {
      throw new MisuseError(
        'ConflictingGateOptions',
        `LifecyclePreviewGates of ${scope.node.path || 'the app'} already have other options; ` +
        'pass all options in one call, or use a scope further down for other options');
    }
    if (!former) {
      setGateOptionsAt(scope, options);
      if (options.exclude) checkExclusions(scope);
    }
    gateStagesBelow(scope);
  }
}

function checkExclusions(scope: IConstruct): void {
  scope.node.addValidation({
    validate: () => {
      const { errors, warnings, stack } = unusedExclusions(scope);
      for (const message of stack ? warnings : []) addWarning(GateProvider.of(stack!), 'unusedExclusion', message);
      return [...errors];
    },
  });
}

function areSame(one: LifecyclePreviewGatesOptions, other: LifecyclePreviewGatesOptions): boolean {
  return one.reportBucket === other.reportBucket && textOf(one) === textOf(other);
}

function textOf({
  guards = [], enforcement, approvedPreview, timeout, lookAhead, trigger, enabled = true, exclude = [],
}: LifecyclePreviewGatesOptions): string {
  const rendered = guards.map((guard) => [guard._render(), guard._forever]);
  const excluded = exclude.map(({ _description }) => _description);
  return JSON.stringify([rendered, enforcement, approvedPreview, timeout?.toSeconds(), lookAhead?.toSeconds(), trigger, enabled, excluded]);
}
