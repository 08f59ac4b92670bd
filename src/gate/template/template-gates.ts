import { Annotations, CfnElement, CfnResource, Stack, Token } from 'aws-cdk-lib';
import { completeGate, GatePair, REPOSITORY_TYPE, StackFacts } from './complete-gate';
import { References } from './references';
import type { Template, TemplateResource } from './template';
import { MisuseError, rejectProblems } from '../../construct/errors';
import { isNoValue } from '../../construct/rendered-repository';
import type { Problem } from '../../core/text/problem';

const TEMPLATE_GATES = Symbol.for('cdk-ecr-lifecycle.TemplateGates');

/** The method of a stack that gives its template, in every version of CDK. */
interface Renders {
  _toCloudFormation?(): Template;
}

interface Gate {
  readonly gate: CfnResource;
  readonly repository: CfnResource;
  readonly serviceToken: string;
}

/**
 * The gates of a stack, completed in its finished template.
 *
 * A gate has to say what CloudFormation will do to its repository, whatever changed the repository: an override, an aspect, a
 * lazy value, a stack of its own class. Only the finished template has all of that, so the gate takes it from there, each time that
 * the stack is rendered. INVARIANT: a gate that is not completed names no repository, and its Lambda refuses it.
 */
export class TemplateGates {
  public static of(stack: Stack): TemplateGates {
    const found = (stack as { [TEMPLATE_GATES]?: TemplateGates })[TEMPLATE_GATES];
    return found ?? new TemplateGates(stack);
  }

  private readonly gates: Gate[] = [];
  private isMissingFor?: (scope: CfnElement | Stack) => boolean;

  private constructor(private readonly stack: Stack) {
    const renders = stack as unknown as Renders;
    const render = renders._toCloudFormation;
    if (render === undefined) throw new MisuseError('UnsupportedCdk', 'this version of aws-cdk-lib renders stacks in a way that is not known; use an earlier one');
    renders._toCloudFormation = () => this.complete(render.call(stack));
    Object.defineProperty(stack, TEMPLATE_GATES, { value: this });
  }

  public add(gate: Gate): void {
    this.gates.push(gate);
  }

  /** Requires a gate for every repository with a policy that the template has, if the function says so of what declares it. */
  public require(isMissingFor: (scope: CfnElement | Stack) => boolean): void {
    this.isMissingFor = isMissingFor;
  }

  private complete(template: Template): Template {
    this.warnOfMacros(template);
    const references = new References(template.Resources ?? {});
    const pairs = this.gates.map((gate) => this.pairOf(gate));
    const facts = this.facts();
    const problems = pairs.flatMap((pair) => completeGate(template, pair, references, facts));
    problems.push(...this.missing(template, new Set(pairs.map(({ repositoryId }) => repositoryId))));
    if (problems.length > 0) rejectProblems('UnguardedTemplate', `the template of ${this.stack.node.path || 'the stack'}`, problems);
    return template;
  }

  private pairOf({ gate, repository, serviceToken }: Gate): GatePair {
    const { rawOverrides } = gate as unknown as { readonly rawOverrides: { readonly Properties?: object } };
    return {
      gateId: this.stack.resolve(gate.logicalId),
      gatePath: gate.node.path,
      repositoryId: this.stack.resolve(repository.logicalId),
      repositoryPath: repository.node.path,
      serviceToken: this.stack.resolve(serviceToken),
      overridden: Object.keys(rawOverrides.Properties ?? {}),
    };
  }

  private facts(): StackFacts {
    const { account } = this.stack;
    return {
      account: Token.isUnresolved(account) ? undefined : account,
      // Those of the stacks around it, too.
      tags: this.stack.resolve(this.stack.node.scopes.filter(Stack.isStack).map(({ tags }) => tags.tagValues())),
    };
  }

  /** Those of AWS leave a repository as it is. */
  private warnOfMacros({ Transform: transforms = [], Resources: resources = {} }: Template): void {
    const inResources = 'Fn::Transform' in resources && (this.gates.length > 0 || this.isMissingFor) ? ['Fn::Transform'] : [];
    const ofTemplate = this.gates.length === 0 ? [] : [transforms].flat().filter((name) => !String(name).startsWith('AWS::'));
    const macros = [...ofTemplate, ...inResources];
    if (macros.length === 0) return;
    Annotations.of(this.stack).addWarningV2('cdk-ecr-lifecycle:templateMacro',
      `the template of ${this.stack.node.path} has the transform ${macros.join(', ')}, which may change a lifecycle policy after synthesis: the gates preview `
      + 'the policies as they are now; look at the transform, and acknowledge this warning if it leaves repositories alone');
  }

  private missing(template: Template, gated: ReadonlySet<string>): Problem[] {
    const { isMissingFor } = this;
    if (!isMissingFor) return [];
    const open = Object.entries(template.Resources ?? {}).filter(([logicalId, resource]) => !gated.has(logicalId) && mayBringPolicy(resource));
    if (open.length === 0) return [];
    const elements = new Map(this.stack.node.findAll().filter(CfnElement.isCfnElement)
      .filter((element) => element.stack === this.stack).map((element) => [this.stack.resolve(element.logicalId), element]));
    return open.flatMap(([logicalId]) => {
      const scope = elements.get(logicalId) ?? this.stack;
      if (!isMissingFor(scope)) return [];
      return [{
        code: 'MissingGate',
        path: `${scope.node.path} (${logicalId})`,
        message: 'the repository has a lifecycle policy and no gate, because LifecyclePreviewGates does not find it in the construct tree; '
          + 'declare it as a repository, or include its template with CfnInclude of cloudformation-include',
      }];
    });
  }
}

/** Whether it is a repository that has a policy or may get one by a transform, or a loop that makes repositories. */
function mayBringPolicy(resource: TemplateResource): boolean {
  if (Array.isArray(resource)) return JSON.stringify(resource).includes(`"${REPOSITORY_TYPE}"`);
  const { Type, Properties: properties = {} } = resource;
  if (Type !== REPOSITORY_TYPE) return false;
  const { LifecyclePolicy: policy } = properties;
  return (policy !== undefined && !isNoValue(policy)) || 'Fn::Transform' in resource || Object.keys(properties).some((key) => key.startsWith('Fn::'));
}
