export { EmbeddedS3, type EmbeddedS3Options, type S3Call, type StoredObject } from './embedded-s3';
