import { Random } from './random-source';
import type { StackEvent } from '../../rehearsal/cloudformation/stack';
import type { Repository } from '../../rehearsal/ecr/repository';
import { Rehearsal } from '../../rehearsal/rehearsal';

const MINUTE = 60_000;

/** One account in which many stacks live, one after the other, and what goes wrong in it. */
export class StackAccount {
  static async start(): Promise<StackAccount> {
    let account: StackAccount | undefined;
    const rehearsal = await Rehearsal.start({ keepsFunctionProcesses: true, onEvent: (event) => account?.noteEvent(event) });
    account = new StackAccount(rehearsal);
    return account;
  }

  /** Runs when CloudFormation begins to roll a stack back. */
  private onRollback: (() => void) | undefined;

  private constructor(readonly rehearsal: Rehearsal) {}

  get clock() {
    return this.rehearsal.ecr.clock;
  }

  get registry() {
    return this.rehearsal.ecr.registry;
  }

  /** Without repositories and without anything that runs images. */
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

  /** The repository that the stack has, if it has one. */
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

  /** May fail a judgement, and nothing else. Returns whether it can. */
  injectFaults(random: Random): boolean {
    const { ecr, cloudFormation } = this.rehearsal;
    if (random.chance(0.12)) cloudFormation.throttleFunctions(random.pick([1, 5, 30, 50]) * MINUTE);
    if (random.chance(0.08)) cloudFormation.deliverEachEvent(2);
    this.throttleApi(random, 0.02);
    if (!random.chance(0.1)) return false;
    if (random.chance(0.3)) {
      // For longer than CloudFormation waits.
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

  /** Must not block: a rollback, or a deletion. */
  hinderWayBack(random: Random): void {
    const { cloudFormation } = this.rehearsal;
    if (random.chance(0.3)) cloudFormation.throttleFunctions(random.pick([1, 5, 30, 50]) * MINUTE);
    if (random.chance(0.1)) cloudFormation.deliverEachEvent(2);
    this.throttleApi(random, 0.03);
  }

  hinderRollback(random: Random): void {
    this.onRollback = () => this.hinderWayBack(random);
  }

  /** The SDK calls again, after waits that take real time. */
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
