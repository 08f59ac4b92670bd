import { Stack, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { setGateFunctionOptions } from './function/gate-function-options';
import type { LifecycleGateFunctionOptions } from './lifecycle-gate-function-options';
import { MisuseError } from '../construct/errors';

/**
 * Configures the Lambda function that runs the gates of a stack.
 *
 * The first gate of a stack creates the function. The order of this call and of the gates does not matter. If scopes are nested,
 * the innermost scope that sets an option takes precedence.
 *
 * @example
 * LifecycleGateFunction.of(app).configure({ excludePulls: false });
 */
export class LifecycleGateFunction {
  /**
   * Returns the functions of all stacks in a scope.
   *
   * @param scope A stack, a stage or an app.
   */
  public static of(scope: IConstruct): LifecycleGateFunction {
    if (!Stack.isStack(scope) && !Stage.isStage(scope)) {
      throw new MisuseError(
        'InvalidScope', `LifecycleGateFunction takes a stack, a stage or an app, and ${scope.node.path} is none of them; use its stack, which has one function for all gates`);
    }
    return new LifecycleGateFunction(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Sets options for the functions of the scope.
   *
   * A later call changes the options that it sets and keeps the others. Throws `LateConfiguration` if a template of the scope is
   * already written.
   *
   * @param options The options to set.
   */
  public configure(options: LifecycleGateFunctionOptions): void {
    setGateFunctionOptions(this.scope, options);
  }
}
