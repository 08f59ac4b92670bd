import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { Call } from './call';
import type { GateReport } from '../core/report/report';
import { reportName } from '../core/report/report-name';

/** Where a stored report is: `s3://bucket/key`, which the AWS CLI takes in every partition. */
export interface ReportLocations {
  readonly json: string;
  readonly html: string;
}

/** The S3 client. Its package is loaded by the first call, so that a gate without a bucket pays nothing for it. */
export function loadS3(settings: S3ClientConfig): S3Client {
  return new (s3().S3Client)(settings);
}

/**
 * Stores a report as JSON and as a page, side by side under `<prefix><repositoryName>/`; names sort by time.
 *
 * Encryption is the bucket's to decide. Throws when one of the two could not be stored.
 */
export async function putReport(
  client: S3Client, call: Call, bucket: string, prefix: string, report: GateReport, html: string,
): Promise<ReportLocations> {
  const { PutObjectCommand } = s3();
  const name = `${prefix}${safe(report.repositoryName)}/${reportName(report)}`;
  const put = async (Key: string, ContentType: string, Body: string): Promise<string> => {
    await call((options) => client.send(new PutObjectCommand({ Bucket: bucket, Key, ContentType, Body }), options));
    return `s3://${bucket}/${Key}`;
  };
  const [json, page] = await Promise.all([
    put(`${name}.json`, 'application/json', JSON.stringify(report)),
    put(`${name}.html`, 'text/html; charset=utf-8', html),
  ]);
  return { json, html: page };
}

/** ECR's names are safe already; a key must not depend on that. */
function safe(repositoryName: string): string {
  return repositoryName.replace(/[^A-Za-z0-9._/-]/g, '-');
}

/** Not `import()`: this becomes CommonJS, and runners of tests cannot load a package that way in their sandboxes. */
function s3(): typeof import('@aws-sdk/client-s3') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('@aws-sdk/client-s3');
}
