import type { GateReport } from './report';

/** What a report's files are called, without the extension; sorts by time. Nothing in it needs escaping anywhere. */
export function reportName({ at, fingerprint }: Pick<GateReport, 'at' | 'fingerprint'>): string {
  return `${at.replace(/:/g, '-')}-${fingerprint}`.replace(/[^A-Za-z0-9.-]/g, '_');
}

/** Where the whole report is, for who reads a page that leaves something out. */
export function wholeReport(report: Pick<GateReport, 'at' | 'fingerprint' | 'planned'>): string {
  return report.planned ? 'what ecr-lifecycle plan --format json prints' : `${reportName(report)}.json beside this page`;
}
