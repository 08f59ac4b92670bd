import { CustomResource, Lazy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DEFAULT_LOOK_AHEAD } from './gate-checks';
import { GateEnforcement } from './gate-enforcement';
import { GateProvider, MAX_TIMEOUT, SERVICE_TIMEOUT } from './gate-provider';
import type { LifecycleGuard } from './lifecycle-guard';
import type { LifecyclePreviewGateOptions } from './lifecycle-preview-gate-options';
import { encodeGuard } from '../core/judgement/guards/guard';
import type { MaxExpiring } from '../core/judgement/guards/max-expiring';
import { encodeGateProperties, WireProperties } from '../protocol/gate-properties';

export interface GateResourceProps extends Pick<WireProperties, 'Purpose' | 'RepositoryName' | 'RepositoryLogicalId' | 'LifecyclePolicyText'> {
  readonly provider: GateProvider;
  readonly resourceType: string;
  /** The budgets of the rules that there are when the template is written. */
  readonly budgets: () => readonly MaxExpiring[];
  readonly options: LifecyclePreviewGateOptions;
}

/** The custom resource that has a policy previewed and judged. */
export class GateResource extends CustomResource {
  constructor(scope: Construct, id: string, { provider, resourceType, budgets, options, ...target }: GateResourceProps) {
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
  }

  public get expiringImageCount(): string {
    return this.getAttString('ExpiringImageCount');
  }

  public get archivingImageCount(): string {
    return this.getAttString('ArchivingImageCount');
  }

  public get fingerprint(): string {
    return this.getAttString('Fingerprint');
  }
}

function guardsOnWire(guards: readonly LifecycleGuard[], budgets: () => readonly MaxExpiring[]) {
  const own = guards.map((guard) => guard._render());
  return Lazy.uncachedAny({ produce: () => [...own, ...budgets()].map(encodeGuard) });
}
