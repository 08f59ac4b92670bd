import { CustomResource, Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { GateProvider, MAX_TIMEOUT, SERVICE_TIMEOUT } from './function/gate-provider';
import { DEFAULT_LOOK_AHEAD } from './gate-checks';
import type { LifecycleGuard } from './lifecycle-guard';
import { GateEnforcement, LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { checkLimits } from './limits-check';
import { checkProtectedTags } from './protected-tags-check';
import { checkLimitsAreKnown } from './unknown-limits';
import { encodeGuard } from '../core/judgment/guards/guard';
import type { MaxExpiring } from '../core/judgment/guards/max-expiring';
import { encodeGateProperties, WireProperties } from '../protocol/gate-properties';

export interface GateResourceProps extends Pick<WireProperties, 'Purpose' | 'RepositoryName' | 'RepositoryLogicalId' | 'LifecyclePolicyText'> {
  readonly provider: GateProvider;
  readonly resourceType: string;
  /** The ARN of the repository, or a pattern that matches it. */
  readonly repositoryArn: string;
  /** Returns the text of the policy, resolved. Called when the tree is finished. */
  readonly policyText: () => unknown;
  /** Returns the budgets of the rules that the policy has when the template is written. */
  readonly budgets: () => readonly MaxExpiring[];
  readonly options: LifecyclePreviewGateOptions;
  /** The construct on which warnings about the guards can be acknowledged. */
  readonly warned: Construct;
}

/**
 * The custom resource that previews and judges a policy.
 *
 * Adds everything that gates and attachments have in common: the permissions for the preview, the guards and the reports, and the
 * check of protected tags on the construct around it.
 */
export class GateResource extends CustomResource {
  /** The public attributes of the construct around the resource. */
  public readonly attributes: { readonly expiringImageCount: string; readonly archivingImageCount: string; readonly fingerprint: string };

  constructor(scope: Construct, id: string, props: GateResourceProps) {
    const { provider, resourceType, repositoryArn, policyText, budgets, options, warned, ...target } = props;
    const { guards = [], enforcement, approvedPreview, timeout, lookAhead, reportBucket, trigger } = options;
    super(scope, id, {
      resourceType,
      serviceToken: provider.serviceToken,
      serviceTimeout: SERVICE_TIMEOUT,
      properties: encodeGateProperties({
        ...target,
        Guards: guardsOnWire(guards, budgets),
        Enforcement: enforcement ?? GateEnforcement.FAIL,
        ApprovedPreview: approvedPreview,
        TimeoutSeconds: String((timeout ?? MAX_TIMEOUT).toSeconds()),
        LookAheadSeconds: String((lookAhead ?? DEFAULT_LOOK_AHEAD).toSeconds()),
        ReportBucket: reportBucket?.bucketName,
        Trigger: trigger,
      }),
    });
    const stack = Stack.of(this);
    provider.allowPreviewOf(repositoryArn, ...guards.flatMap((guard) => guard._permissions(stack, repositoryArn)));
    if (reportBucket) provider.allowReportsTo(reportBucket);
    checkProtectedTags(scope, warned, guards, policyText);
    checkLimits(scope, warned, options, { policyText, budgets });
    checkLimitsAreKnown(scope, guards);
    this.attributes = {
      expiringImageCount: this.getAttString('ExpiringImageCount'),
      archivingImageCount: this.getAttString('ArchivingImageCount'),
      fingerprint: this.getAttString('Fingerprint'),
    };
  }
}

function guardsOnWire(guards: readonly LifecycleGuard[], budgets: () => readonly MaxExpiring[]) {
  const own = guards.map((guard) => guard._render());
  return Lazy.uncachedAny({ produce: () => [...own, ...budgets()].map(encodeGuard) });
}
