import { CfnResource, Stack, Stage } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { GateProvider } from './function/gate-provider';
import { hasGate } from './gate-mark';
import { dependsOnTags, mustHaveGate, optionsFor } from './gates-options';
import { LifecyclePreviewGate } from './lifecycle-preview-gate';
import { TemplateGates } from './template/template-gates';
import { stageOf, visitRepositories } from './visit-repositories';
import { isCfnRepository } from '../construct/cfn-repository';
import { MisuseError } from '../construct/errors';
import { mayHavePolicy } from '../construct/rendered-repository';

/** Marks a stage that has the aspect. */
const GATED = Symbol.for('cdk-ecr-lifecycle.GatedStage');

/** Marks a stage that the aspect has visited. CDK does not visit a stage again after its synthesis. */
const VISITED = Symbol.for('cdk-ecr-lifecycle.VisitedStage');

/** The stacks of a stage that cannot have gates, with the reason. */
type Failures = Map<Stack, string>;

/** Adds the gates to the repositories of a stage during its synthesis. */
export function gateStage(stage: IConstruct): void {
  const failures: Failures = new Map();
  visitRepositories(
    stage, GATED,
    {
      repository: (repository, isLast) => gate(repository, isLast, failures),
      construct: (construct) => {
        if (construct === stage) Object.defineProperty(stage, VISITED, { value: true });
        if (Stack.isStack(construct)) TemplateGates.of(construct).require(mustHaveGate);
      },
    },
    () => [...failures.values(), ...missingGates(stage, failures)]);
}

/**
 * Adds the gate of a repository.
 *
 * A stack whose repositories have no policy yet gets the empty construct of the provider, as its last child. If another aspect adds a
 * policy later, the resources in that construct are still visited.
 */
function gate(repository: CfnResource, isLast: boolean, failures: Failures): void {
  const stack = Stack.of(repository);
  if (hasGate(repository) || failures.has(stack)) return;
  const isUndecided = dependsOnTags(repository) && !isLast;
  const options = optionsFor(repository);
  if (options === undefined && !isUndecided) return;
  GateProvider.of(stack);
  if (isUndecided || !mayHavePolicy(repository)) return;
  const { id, scope } = repository.node;
  // The id of an L1 in its L2.
  const isInL2 = id === 'Resource';
  try {
    new LifecyclePreviewGate(scope as Construct, isInL2 ? 'LifecyclePreviewGate' : `${id}LifecyclePreviewGate`, {
      ...options,
      repository: repository as IConstruct as ecr.IRepositoryRef,
      ...!isInL2 && { _acknowledgedOn: repository },
    });
  } catch (error) {
    if (!(error instanceof MisuseError) || error.code !== 'UnsupportedAssets') throw error;
    // Other stacks may have the same problem.
    failures.set(stack, error.message);
  }
}

/** Returns errors for the repositories that have no gate when the tree is finished, also in stages that were not visited. */
function missingGates(stage: IConstruct, failures: Failures): string[] {
  const missing = stage.node.findAll().filter(isCfnRepository)
    .filter((repository) => !hasGate(repository) && !failures.has(Stack.of(repository)) && mustHaveGate(repository) && mayHavePolicy(repository));
  const lateStages = new Set(missing.map(stageOf).filter((each) => !(VISITED in each)));
  return [
    ...[...lateStages].map((late) => lateStage(late, missing.filter((repository) => stageOf(repository) === late))),
    ...missing.filter((repository) => !lateStages.has(stageOf(repository)) && stageOf(repository) === stage).map(({ node }) => (
      `MissingGate: ${node.path} has a lifecycle policy but no gate, because its policy was added too late for LifecyclePreviewGates; give `
      + 'aspects that add policies a priority below 900, or create a LifecyclePreviewGate for it')),
  ];
}

function lateStage(stage: IConstruct, repositories: readonly CfnResource[]): string {
  const [first, ...more] = repositories.map(({ node }) => node.path);
  return `LateStage: LifecyclePreviewGates.of(…).add() does not reach the stage ${stage.node.path} in time, so ${first}`
    + `${more.length === 0 ? ' has' : ` and ${more.length} more repositories have`} no gate: CDK synthesizes a stage before the aspects of its app run, and CDK Pipelines `
    + 'do so in addStage; call LifecyclePreviewGates.of(this).add(…) in the constructor of the stage';
}

export function gateStagesBelow(scope: IConstruct): void {
  for (const stage of [stageOf(scope), ...scope.node.findAll().filter(Stage.isStage)]) gateStage(stage);
}
