/**
 * ECR's actions that do not support a repository as resource, according to the service authorization reference.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
 */
const WITHOUT_REPOSITORY = [
  'GetAuthorizationToken',
  'DescribeRegistry', 'GetRegistryPolicy', 'PutRegistryPolicy', 'DeleteRegistryPolicy', 'PutReplicationConfiguration',
  'GetRegistryScanningConfiguration', 'PutRegistryScanningConfiguration',
  'CreatePullThroughCacheRule', 'DeletePullThroughCacheRule', 'DescribePullThroughCacheRules', 'UpdatePullThroughCacheRule',
  'ValidatePullThroughCacheRule',
  'CreateRepositoryCreationTemplate', 'DeleteRepositoryCreationTemplate', 'DescribeRepositoryCreationTemplates',
  'UpdateRepositoryCreationTemplate',
  'GetAccountSetting', 'PutAccountSetting',
  'GetSigningConfiguration', 'PutSigningConfiguration', 'DeleteSigningConfiguration',
  'RegisterPullTimeUpdateExclusion', 'DeregisterPullTimeUpdateExclusion', 'ListPullTimeUpdateExclusions',
];

/** All other actions, including those that control no operation of their own. */
const OTHERS = [
  'BatchCheckLayerAvailability', 'BatchDeleteImage', 'BatchGetImage', 'BatchGetRepositoryScanningConfiguration', 'BatchImportUpstreamImage',
  'CompleteLayerUpload', 'CreateRepository',
  'DeleteLifecyclePolicy', 'DeleteRepository', 'DeleteRepositoryPolicy',
  'DescribeImageReplicationStatus', 'DescribeImageScanFindings', 'DescribeImages', 'DescribeImageSigningStatus',
  'DescribeReplicationBackfillResults', 'DescribeRepositories',
  'GetDownloadUrlForLayer', 'GetImageCopyStatus', 'GetLifecyclePolicy', 'GetLifecyclePolicyPreview', 'GetRepositoryPolicy',
  'InitiateLayerUpload',
  'ListImageReferrers', 'ListImages', 'ListReplicationBackfills', 'ListTagsForResource',
  'PutImage', 'PutImageScanningConfiguration', 'PutImageTagMutability', 'PutLifecyclePolicy',
  'ReplicateImage',
  'SetRepositoryPolicy', 'StartImageScan', 'StartLifecyclePolicyPreview', 'StartReplicationBackfill', 'StopReplicationBackfill',
  'TagResource', 'UntagResource', 'UpdateImageStorageClass', 'UploadLayerPart',
];

/** The names of all actions of ECR, without the prefix `ecr:`. */
export const ECR_ACTIONS: readonly string[] = [...WITHOUT_REPOSITORY, ...OTHERS];

const IDENTITY_ONLY = new Set(WITHOUT_REPOSITORY.map((name) => name.toLowerCase()));

/** True if an action does not support a repository as resource. IAM ignores the case of actions. */
export function isIdentityOnly(name: string): boolean {
  return IDENTITY_ONLY.has(name.toLowerCase());
}
