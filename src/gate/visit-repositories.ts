import { AspectPriority, Aspects, CfnResource, IAspect, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isCfnRepository } from '../construct/cfn-repository';

/** After aspects that change the tree, before aspects that only read it. */
const PRIORITY = AspectPriority.READONLY - 100;

export interface RepositoryVisitor {
  /**
   * Called for each repository, several times.
   *
   * @param isLast True for the visit of the repository itself, after the other aspects have visited it.
   */
  readonly repository: (repository: CfnResource, isLast: boolean) => void;
  /** Called for each construct. */
  readonly construct?: (construct: IConstruct) => void;
}

/** Returns the stage of a construct, or the root of a tree without stages. */
export function stageOf(construct: IConstruct): IConstruct {
  return Stage.of(construct) ?? construct.node.root;
}

/**
 * Visits the repositories of one stage, or of an app without its stages. Has an effect once per stage and mark.
 *
 * The aspect starts at the stage: from further down, CDK would not visit the provider, which is a child of the stack.
 *
 * @param mark Marks a stage that has the visitor.
 * @param validate Returns the errors of the stage when the tree is finished.
 */
export function visitRepositories(stage: IConstruct, mark: symbol, visitor: RepositoryVisitor, validate: () => string[]): void {
  if (mark in stage) return;
  Object.defineProperty(stage, mark, { value: true });
  Aspects.of(stage).add(new RepositoryAspect(stage, visitor), { priority: PRIORITY });
  stage.node.addValidation({ validate });
}

/**
 * The implementation depends on how CDK visits a tree. Without the feature flag `@aws-cdk/core:aspectStabilization`, CDK visits each
 * construct once, parents first, and reads the children of a construct after its own visit. Constructs that an aspect adds further
 * up are not visited: they get no tags, no permissions boundary, no cdk-nag checks. With the flag, CDK starts over until nothing
 * changes, at most 100 times, and each visit that creates roles costs one start. Therefore:
 *
 * - The visit of the stage itself visits all repositories that are known by then, so that all gates of these are visited later.
 * - A repository is visited again with its parent and by itself, after the other aspects have visited it.
 */
class RepositoryAspect implements IAspect {
  constructor(private readonly stage: IConstruct, private readonly visitor: RepositoryVisitor) {}

  public visit(node: IConstruct): void {
    const repositories = (node === this.stage ? constructsOfStage(node) : [node, ...node.node.children]).filter(isCfnRepository);
    for (const repository of repositories) this.visitor.repository(repository, repository === node);
    this.visitor.construct?.(node);
  }
}

function constructsOfStage(construct: IConstruct): IConstruct[] {
  return [construct, ...construct.node.children.filter((child) => !Stage.isStage(child)).flatMap(constructsOfStage)];
}
