import type { IConstruct } from 'constructs';

/**
 * Fails synthesis if a call was begun and not finished: `X.of(scope)` alone has no effect.
 *
 * @param mark Marks a scope that is checked already.
 * @param isFinished Returns true if the second part of the call was made for the scope.
 */
export function requireCall(scope: IConstruct, mark: symbol, isFinished: () => boolean, message: string): void {
  if (mark in scope) return;
  Object.defineProperty(scope, mark, { value: true });
  scope.node.addValidation({ validate: () => (isFinished() ? [] : [message]) });
}
