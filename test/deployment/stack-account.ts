import { Random } from './random-source';
import type { StackEvent } from '../../rehearsal/cloudformation/stack';
import type { Repository } from '../../rehearsal/ecr/repository';
import { Rehearsal } from '../../rehearsal/rehearsal';

const MINUTE = 60_000;

/** An account in which stacks are deployed one after another, with faults. */
export class StackAccount {
  static async start(): Promise<StackAccount> {
    let account: StackAccount | undefined;
    const rehearsal = await Rehearsal.start({ keepsFunctionProcesses: true, onEvent: (event) => account?.noteEvent(event) });
    account = new StackAccount(rehearsal);
    return account;
  }

  /** Called when CloudFormation begins to roll a stack back. */
  private onRollback: (() => void) | undefined;

  private constructor(readonly rehearsal: Rehearsal) {}

  get clock() {
    return this.rehearsal.ecr.clock;
  }

  get registry() {
    return this.rehearsal.ecr.registry;
  }

  /** Deletes the repositories and all resources that run images. */
  reset(): void {
    this.clearFaults();
    this.deleteRepositories();
    this.stopImages();
  }

  deleteRepositories(): void {
    this.registry.repositories.forEach(({ name }) => this.registry.deleteRepository(name));
  }

  stopImages(): void {
    const { runtimes } = this.rehearsal;
    runtimes.account = { ...runtimes.account, clusters: [], taskDefinitions: [], rules: [], schedules: [], functions: [], coverage: [] };
  }

  /** Returns the repository of the stack, if it has one. */
  repositoryOf(stackName: string): Repository | undefined {
    const resources = Object.values(this.rehearsal.cloudFormation.stack(stackName)?.resources ?? {});
    const name = resources.find(({ type }) => type === 'AWS::ECR::Repository')?.physicalId;
    return name === undefined ? undefined : this.registry.find(name);
  }

  clearFaults(): void {
    const { ecr, cloudFormation } = this.rehearsal;
    this.onRollback = undefined;
    ecr.faults.clear();
    cloudFormation.faults.clear();
    cloudFormation.clearFailures();
    cloudFormation.throttleFunctions(0);
    cloudFormation.deliverEachEvent(1);
  }

  /** Injects faults that may fail a judgment, but no rollback or deletion. Returns true if they may. */
  injectFaults(random: Random): boolean {
    const { ecr, cloudFormation } = this.rehearsal;
    if (random.chance(0.12)) cloudFormation.throttleFunctions(random.pick([1, 5, 30, 50]) * MINUTE);
    if (random.chance(0.08)) cloudFormation.deliverEachEvent(2);
    this.throttleApi(random, 0.02);
    if (!random.chance(0.1)) return false;
    if (random.chance(0.3)) {
      // CloudFormation waits for a shorter time.
      cloudFormation.throttleFunctions(65 * MINUTE);
      return true;
    }
    ecr.faults.add({
      operation: random.pick(['StartLifecyclePolicyPreview', 'GetLifecyclePolicyPreview', 'DescribeImages', 'BatchGetImage']),
      fault: random.pick([
        { kind: 'error', code: 'AccessDeniedException', message: 'not authorized' } as const,
        { kind: 'error', code: 'InvalidParameterException', message: 'x'.repeat(5_000) } as const,
        { kind: 'respond', body: {} } as const,
        { kind: 'reset' } as const,
      ]),
    });
    return true;
  }

  /** Injects faults that must not block a rollback or a deletion. */
  hinderRollbackOrDelete(random: Random): void {
    const { cloudFormation } = this.rehearsal;
    if (random.chance(0.3)) cloudFormation.throttleFunctions(random.pick([1, 5, 30, 50]) * MINUTE);
    if (random.chance(0.1)) cloudFormation.deliverEachEvent(2);
    this.throttleApi(random, 0.03);
  }

  hinderRollback(random: Random): void {
    this.onRollback = () => this.hinderRollbackOrDelete(random);
  }

  /** Throttles single calls. The SDK retries them after delays that take real time. */
  private throttleApi(random: Random, probability: number): void {
    const { ecr, cloudFormation } = this.rehearsal;
    const throttle = (operation: string) => cloudFormation.faults.add({ operation, code: 'Throttling', times: 1 + random.below(2) });
    if (random.chance(probability)) throttle(random.pick(['DescribeStacks', 'DescribeStackResource']));
    if (random.chance(probability)) cloudFormation.faults.add({ operation: 'PutResponse', code: 'ConnectionReset' });
    if (random.chance(probability)) {
      const operation = random.pick(['StartLifecyclePolicyPreview', 'GetLifecyclePolicyPreview', 'DescribeImages']);
      ecr.faults.add({ operation, fault: { kind: 'error', code: 'ThrottlingException' } });
    }
  }

  private noteEvent({ resourceType, status }: StackEvent): void {
    const isRollback = resourceType === 'AWS::CloudFormation::Stack' && /^(UPDATE_)?ROLLBACK_IN_PROGRESS$/.test(status);
    if (!isRollback) return;
    const hinder = this.onRollback;
    this.onRollback = undefined;
    hinder?.();
  }

  stop(): Promise<void> {
    return this.rehearsal.stop();
  }
}
