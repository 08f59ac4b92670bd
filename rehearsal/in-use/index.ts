export type { Account, Cluster, Container, Coverage, FunctionVersion, Service, ServiceRevision, Task, TaskDefinition } from './account';
export { EmbeddedRuntimes, type EmbeddedRuntimesOptions, type RuntimeCall } from './embedded-runtimes';
