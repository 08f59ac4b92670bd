import { CfnElement, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { completeGate, GatePair, REPOSITORY_TYPE, StackFacts } from './complete-gate';
import { References } from './references';
import type { Template, TemplateResource } from './template';
import { MisuseError, rejectProblems } from '../../construct/errors';
import { hasGeneratedKeys, isNoValue } from '../../construct/expression';
import { overriddenProperties } from '../../construct/rendered-repository';
import { addWarning } from '../../construct/warnings';
import type { Problem } from '../../core/text/problem';
import { hasGate } from '../gate-mark';

const TEMPLATE_GATES = Symbol.for('cdk-ecr-lifecycle.TemplateGates');

/** The method of a stack that returns its template, in every version of CDK. */
interface Renders {
  _toCloudFormation?(): Template;
}

/** Returns true if the repositories that this declares must have a gate. */
type Requirement = (declaration: CfnElement | Stack) => boolean;

interface Gate {
  readonly gate: CfnResource;
  readonly repository: CfnResource;
  readonly serviceToken: string;
}

/**
 * Completes the gates of a stack in its finished template.
 *
 * A gate needs the properties that CloudFormation will apply to its repository. Overrides, aspects, lazy values and subclasses of
 * `Stack` can change them, and only the finished template contains all changes. So the gate is completed from the template, each
 * time that the stack is rendered. INVARIANT: a gate that is not completed names no repository, and its Lambda rejects it.
 */
export class TemplateGates {
  public static of(stack: Stack): TemplateGates {
    const found = (stack as { [TEMPLATE_GATES]?: TemplateGates })[TEMPLATE_GATES];
    return found ?? new TemplateGates(stack);
  }

  private readonly gates: Gate[] = [];
  private readonly requirements = new Set<Requirement>();

  private constructor(private readonly stack: Stack) {
    const renders = stack as unknown as Renders;
    const render = renders._toCloudFormation;
    if (render === undefined) throw new MisuseError('UnsupportedCdk', 'this version of aws-cdk-lib renders stacks in an unknown way; use an earlier version, or a newer version of cdk-ecr-lifecycle');
    renders._toCloudFormation = () => this.complete(render.call(stack));
    Object.defineProperty(stack, TEMPLATE_GATES, { value: this });
  }

  public add(gate: Gate): void {
    this.gates.push(gate);
  }

  /**
   * Requires a gate for every repository with a policy in the template, if the function returns true for its declaration. Several
   * functions can be given, each of them once.
   */
  public require(isRequiredFor: Requirement): void {
    this.requirements.add(isRequiredFor);
  }

  private isRequiredFor(scope: CfnElement | Stack): boolean {
    return [...this.requirements].some((isRequiredFor) => isRequiredFor(scope));
  }

  private complete(template: Template): Template {
    this.warnAboutMacros(template);
    const references = new References(template.Resources ?? {});
    const pairs = this.gates.map((gate) => this.pairOf(gate));
    const facts = this.facts();
    const problems = pairs.flatMap((pair) => completeGate(template, pair, references, facts));
    problems.push(...this.missing(template, new Set(pairs.map(({ repositoryId }) => repositoryId))));
    if (problems.length > 0) rejectProblems('UnguardedTemplate', `the template of ${this.stack.node.path || 'the stack'}`, problems);
    return template;
  }

  private pairOf({ gate, repository, serviceToken }: Gate): GatePair {
    return {
      gateId: this.stack.resolve(gate.logicalId),
      gatePath: gate.node.path,
      repositoryId: this.stack.resolve(repository.logicalId),
      repositoryPath: repository.node.path,
      serviceToken: this.stack.resolve(serviceToken),
      overridden: overriddenProperties(gate),
    };
  }

  private facts(): StackFacts {
    const { account } = this.stack;
    return {
      account: Token.isUnresolved(account) ? undefined : account,
      // The tags of the enclosing stacks apply, too.
      tags: this.stack.resolve(this.stack.node.scopes.filter(Stack.isStack).map(({ tags }) => tags.tagValues())),
    };
  }

  /** Warns of transforms other than those of AWS, which do not change a repository. */
  private warnAboutMacros({ Transform: transforms = [], Resources: resources = {} }: Template): void {
    const amongResources = 'Fn::Transform' in resources && (this.gates.length > 0 || this.requirements.size > 0) ? ['Fn::Transform'] : [];
    const ofTemplate = this.gates.length === 0 ? [] : [transforms].flat().filter((name) => !String(name).startsWith('AWS::'));
    const macros = [...ofTemplate, ...amongResources];
    if (macros.length === 0) return;
    addWarning(this.stack, 'templateMacro', `the template of ${this.stack.node.path} has the transform ${macros.join(', ')}, which may change a lifecycle policy after synthesis: the gates preview `
      + 'the policies as they are now; check the transform, and acknowledge this warning if it does not change repositories');
  }

  private missing(template: Template, gated: ReadonlySet<string>): Problem[] {
    const ungated = Object.entries(template.Resources ?? {}).filter(([logicalId, resource]) => !gated.has(logicalId) && mayHavePolicy(resource));
    if (ungated.length === 0) return [];
    const elements = new Map(this.stack.node.findAll().filter(CfnElement.isCfnElement)
      .filter((element) => element.stack === this.stack).map((element) => [this.stack.resolve(element.logicalId), element]));
    return ungated.flatMap(([logicalId]) => {
      const scope = elements.get(logicalId) ?? this.stack;
      if (!this.isRequiredFor(scope)) return [];
      return [{
        code: 'MissingGate',
        path: `${scope.node.path} (${logicalId})`,
        message: hasGate(scope)
          ? 'the repository has a lifecycle policy that was added too late for its gate; add it to the construct of the repository, before synthesis'
          : 'the repository has a lifecycle policy but no gate, because LifecyclePreviewGates does not find it in the construct tree; '
            + 'declare it as a repository, or include its template with CfnInclude of cloudformation-include',
      }];
    });
  }
}

/** Returns true for a repository that has a policy or may get one from a transform, and for a loop that creates repositories. */
function mayHavePolicy(resource: TemplateResource): boolean {
  if (Array.isArray(resource)) return JSON.stringify(resource).includes(`"${REPOSITORY_TYPE}"`);
  const { Type, Properties: properties = {} } = resource;
  if (Type !== REPOSITORY_TYPE) return false;
  const { LifecyclePolicy: policy } = properties;
  return (policy !== undefined && !isNoValue(policy)) || 'Fn::Transform' in resource || hasGeneratedKeys(properties);
}
