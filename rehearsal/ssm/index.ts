export { EmbeddedSsm, type EmbeddedSsmOptions } from './embedded-ssm';
