import { createHash } from 'node:crypto';

const ALPHANUMERIC = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Generates identifiers in the format of the service that are the same in every run: hashes of a counter. */
export class Names {
  private count = 0;

  constructor(private readonly series: string) {}

  /** Returns the physical name of a resource without a name in the template: `<stack>-<logical id>-<12 characters>`. */
  physicalName(stackName: string, logicalId: string, maxLength: number): string {
    const available = maxLength - 14; // two hyphens and the suffix
    const forStack = stackName.slice(0, Math.max(Math.floor(available / 2), available - logicalId.length));
    const forLogicalId = logicalId.slice(0, available - forStack.length);
    return `${forStack}-${forLogicalId}-${this.suffix()}`;
  }

  suffix(): string {
    return [...this.digest().subarray(0, 12)].map((byte) => ALPHANUMERIC[byte % ALPHANUMERIC.length]).join('');
  }

  uuid(): string {
    const hex = this.digest().toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
  }

  private digest(): Buffer {
    this.count += 1;
    return createHash('sha256').update(`${this.series} ${this.count}`).digest();
  }
}
