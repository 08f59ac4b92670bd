import type { IConstruct } from 'constructs';
import type { LifecycleGateFunctionOptions } from './lifecycle-gate-function-options';
import { MisuseError } from '../construct/errors';

/** Where a scope keeps the options for the functions below it. */
const OPTIONS = Symbol.for('cdk-ecr-lifecycle.LifecycleGateFunction');

/** Marks a construct that an option has been read for while a template was written. */
const DECIDED = Symbol.for('cdk-ecr-lifecycle.LifecycleGateFunctionDecided');

interface Marked {
  [OPTIONS]?: LifecycleGateFunctionOptions;
  [DECIDED]?: true;
}

/** The value of the innermost scope that has one. */
export function gateFunctionOption<K extends keyof LifecycleGateFunctionOptions>(place: IConstruct, name: K): LifecycleGateFunctionOptions[K] {
  for (const scope of [...place.node.scopes].reverse()) {
    const value = (scope as Marked)[OPTIONS]?.[name];
    if (value !== undefined) return value;
  }
  return undefined;
}

export function setGateFunctionOptions(scope: IConstruct, options: LifecycleGateFunctionOptions): void {
  const late = scope.node.findAll().find((construct) => (construct as Marked)[DECIDED]);
  if (late) {
    throw new MisuseError(
      'LateConfiguration',
      `the template with ${late.node.path} is written already, so that LifecycleGateFunction of ${scope.node.path || 'the app'} can no longer be ` +
      'configured; call configure before synthesis, and before a pipeline takes the stage');
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  Object.defineProperty(scope, OPTIONS, { value: { ...(scope as Marked)[OPTIONS], ...given }, configurable: true });
}

/** The template is being written: options that come later have no effect. */
export function markDecided(construct: IConstruct): void {
  Object.defineProperty(construct, DECIDED, { value: true, configurable: true });
}
