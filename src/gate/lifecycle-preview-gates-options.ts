import type { GateExclusion } from './gate-exclusion';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';

/** Options for `LifecyclePreviewGates`. */
export interface LifecyclePreviewGatesOptions extends LifecyclePreviewGateOptions {
  /**
   * Controls whether the repositories below the scope get gates.
   *
   * As for all options, the innermost scope decides. For example, `enabled: false` on the stage of a development account overrides the
   * gates of the app. It does not switch off the gate of a `GatedRepository`, which has `gateEnabled` for that.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The repositories that get no gate.
   *
   * Synthesis fails with `UnusedExclusion` if an exclusion by repository or by path applies to no repository of the scope. An exclusion
   * by tag causes a warning.
   *
   * @default - all repositories get gates
   */
  readonly exclude?: GateExclusion[];
}
