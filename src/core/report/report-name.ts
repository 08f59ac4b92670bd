import type { GateReport } from './report';

/** What a report's files are called, without the extension; sorts by time. Nothing in it needs escaping anywhere. */
export function reportName({ at, fingerprint }: Pick<GateReport, 'at' | 'fingerprint'>): string {
  return `${at.replace(/:/g, '-')}-${fingerprint}`.replace(/[^A-Za-z0-9.-]/g, '_');
}
