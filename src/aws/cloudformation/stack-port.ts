/** What the gate asks of its own stack. */
export interface StackPort {
  /** Whether the stack is on its way back to where it was, or being deleted. */
  isRollingBack(stackId: string): Promise<boolean>;
  /** The physical name of a resource, or undefined while the stack has none. */
  physicalName(stackId: string, logicalId: string): Promise<string | undefined>;
}
