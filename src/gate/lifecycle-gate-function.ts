import { Stack, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { setGateFunctionOptions } from './gate-function-options';
import type { LifecycleGateFunctionOptions } from './lifecycle-gate-function-options';
import { MisuseError } from '../construct/errors';

/**
 * Configures the Lambda function that runs the gates of a stack.
 *
 * The first gate of a stack brings the function along. The order of this call and of the gates does not matter. If scopes lie
 * within each other, each option of the innermost scope holds.
 *
 * @example
 * LifecycleGateFunction.of(app).configure({ excludePulls: false });
 */
export class LifecycleGateFunction {
  /**
   * The functions of all stacks in a scope.
   *
   * @param scope A stack, a stage or an app.
   */
  public static of(scope: IConstruct): LifecycleGateFunction {
    if (!Stack.isStack(scope) && !Stage.isStage(scope)) {
      throw new MisuseError(
        'InvalidScope', `LifecycleGateFunction takes a stack, a stage or an app, and ${scope.node.path} is neither; a stack has one function for all its gates`);
    }
    return new LifecycleGateFunction(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Sets options for the functions of the scope.
   *
   * A later call changes the options that it gives and keeps the others. Throws `LateConfiguration` if a template of the scope is
   * written already.
   *
   * @param options The options to set.
   */
  public configure(options: LifecycleGateFunctionOptions): void {
    setGateFunctionOptions(this.scope, options);
  }
}
