/* The parts of the package that the gate uses. If the whole package were loaded, the bundle would have every call of the service. */
export { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
