import type { IConstruct } from 'constructs';
import { checkFunctionOptions } from './function-option-checks';
import { MisuseError } from '../../construct/errors';
import type { LifecycleGateFunctionOptions } from '../lifecycle-gate-function-options';

/** Stores the options of a scope for the functions below it. */
const OPTIONS = Symbol.for('cdk-ecr-lifecycle.LifecycleGateFunction');

/** Marks a construct whose template was written with the options at that time. */
const RENDERED = Symbol.for('cdk-ecr-lifecycle.LifecycleGateFunctionDecided');

interface Marked {
  [OPTIONS]?: LifecycleGateFunctionOptions;
  [RENDERED]?: true;
}

/** Returns the value of the innermost scope that sets the option. */
export function gateFunctionOption<K extends keyof LifecycleGateFunctionOptions>(place: IConstruct, name: K): LifecycleGateFunctionOptions[K] {
  for (const scope of [...place.node.scopes].reverse()) {
    const value = (scope as Marked)[OPTIONS]?.[name];
    if (value !== undefined) return value;
  }
  return undefined;
}

export function setGateFunctionOptions(scope: IConstruct, options: LifecycleGateFunctionOptions): void {
  const place = `LifecycleGateFunction of ${scope.node.path || 'the app'}`;
  const rendered = scope.node.findAll().find((construct) => (construct as Marked)[RENDERED]);
  if (rendered) {
    throw new MisuseError(
      'LateConfiguration',
      `${place} can no longer be configured, because the template with ${rendered.node.path} is already ` +
      'written; call configure before synthesis, and before the stage is added to a pipeline');
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  checkFunctionOptions(place, given);
  Object.defineProperty(scope, OPTIONS, { value: { ...(scope as Marked)[OPTIONS], ...given }, configurable: true });
}

/** Records that the template is being written. Options that are set later would have no effect. */
export function markRendered(construct: IConstruct): void {
  Object.defineProperty(construct, RENDERED, { value: true, configurable: true });
}
