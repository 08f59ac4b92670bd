export type {
  Account, Cluster, Container, Coverage, FunctionVersion, Rule, Schedule, Service, ServiceRevision, Target, Task, TaskDefinition,
} from './account';
export { EmbeddedRuntimes, type EmbeddedRuntimesOptions, type RuntimeCall } from './embedded-runtimes';
