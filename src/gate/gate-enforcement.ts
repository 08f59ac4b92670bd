/** What a gate does with an unexpected expiry, and when it cannot judge. */
export enum GateEnforcement {
  /** The deployment fails and rolls back; the live policy stays as it is. */
  FAIL = 'FAIL',

  /**
   * The judgement goes to the Lambda's log, and the deployment goes on.
   *
   * For getting to know a gate. It protects nothing.
   */
  WARN = 'WARN',
}
