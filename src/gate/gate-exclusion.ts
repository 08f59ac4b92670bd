import { CfnResource, Token } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import type { IConstruct } from 'constructs';
import { cfnRepositoryOf } from '../construct/cfn-repository';
import { MisuseError } from '../construct/errors';
import { declaredTags } from '../construct/rendered-repository';
import { show } from '../core/text/show';

/**
 * Repositories that get no gate from `LifecyclePreviewGates`.
 *
 * @example
 * LifecyclePreviewGates.of(app).add({
 *   exclude: [GateExclusion.path('Sandbox'), GateExclusion.tag('lifecycle-gate', 'off')],
 * });
 */
export class GateExclusion {
  /**
   * Excludes one repository.
   *
   * @param repository A repository of this app, L1 or L2.
   */
  public static repository(repository: ecr.IRepositoryRef): GateExclusion {
    const cfn = cfnRepositoryOf(repository, 'GateExclusion.repository');
    return new GateExclusion(`the repository ${repository.node.path}`, true, (construct) => construct === cfn);
  }

  /**
   * Excludes all repositories at a path of the construct tree and below it.
   *
   * In each id, `*` matches any characters. As an id by itself, `**` matches any number of ids.
   *
   * @param path The path from the app, such as `Shop/Legacy` or `*\/Sandbox`.
   */
  public static path(path: string): GateExclusion {
    const ids = path.split('/').filter((id) => id !== '');
    if (ids.length === 0 || Token.isUnresolved(path)) {
      throw new MisuseError('InvalidExclusion', `GateExclusion.path takes the path of a construct, such as "Shop/Legacy", got ${show(path)}; `
        + 'to add no gates, set enabled to false');
    }
    const pattern = new RegExp(`^${ids.map(patternOf).join('')}(/|$)`);
    return new GateExclusion(`the path ${show(path)}`, true, ({ node }) => pattern.test(`/${node.path}`));
  }

  /**
   * Excludes all repositories with a tag.
   *
   * The tags are those of the repository in the template, including tags from `Tags.of`. Tags that CloudFormation adds to all resources
   * of a stack do not count.
   *
   * @param key The key of the tag.
   * @param value The value of the tag. Default: any value.
   */
  public static tag(key: string, value?: string): GateExclusion {
    if (key === '' || Token.isUnresolved(key) || Token.isUnresolved(value)) {
      throw new MisuseError('InvalidExclusion', `GateExclusion.tag takes the key and the value of a tag, got ${show([key, value])}; `
        + 'write texts that are known at synthesis');
    }
    const isMatch = (tag: { readonly Key: string; readonly Value: string }) => tag.Key === key && (value === undefined || tag.Value === value);
    return new GateExclusion(`the tag ${show(key)}${value === undefined ? '' : ` with the value ${show(value)}`}`, false, (construct) => (
      CfnResource.isCfnResource(construct) && declaredTags(construct).some(isMatch)));
  }

  private constructor(
    /**
     * The exclusion in words. Two exclusions of the same repositories have the same words.
     *
     * @internal
     */
    public readonly _description: string,
    /**
     * True if only the place in the tree decides, which is known before synthesis.
     *
     * @internal
     */
    public readonly _isByPlace: boolean,
    /**
     * Returns true if the exclusion applies to a resource.
     *
     * @internal
     */
    public readonly _matches: (construct: IConstruct) => boolean,
  ) {}
}

function patternOf(id: string): string {
  if (id === '**') return '(/[^/]+)*';
  return `/${id.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('[^/]*')}`;
}
