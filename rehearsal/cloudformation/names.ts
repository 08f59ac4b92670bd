import { createHash } from 'node:crypto';

const ALPHANUMERIC = '0123456789abcdefghijklmnopqrstuvwxyz';

/** Hands out identifiers that look like the service's and are the same in every run: a counter, hashed. */
export class Names {
  private count = 0;

  constructor(private readonly series: string) {}

  /** The physical name of a resource that the template does not name: `<stack>-<logical id>-<12 characters>`. */
  physicalName(stackName: string, logicalId: string, maxLength: number): string {
    const room = maxLength - 14; // two hyphens and the suffix
    const forStack = stackName.slice(0, Math.max(Math.floor(room / 2), room - logicalId.length));
    const forLogicalId = logicalId.slice(0, room - forStack.length);
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
