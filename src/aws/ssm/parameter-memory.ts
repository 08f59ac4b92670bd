import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { SSMClient, SSMClientConfig } from '@aws-sdk/client-ssm';
import { Ledger, MEMORY_PATH } from '../../core/attachment/ledger';
import type { Call } from '../call';
import { GateError } from '../errors';

/*
 * Where an attachment remembers what it found: in parameters of Systems Manager, which cost nothing and which nobody has to
 * set up. The text is packed, so that one parameter is enough but for policies that are as long as ECR takes them:
 *
 *   <name>                     packed:<base64>           nearly always
 *   <name>                     parts:<write>:<count>     otherwise, with
 *   <name>/<write>/<number>    <base64>                  which are there before the first one points to them
 */

/** The most characters of a parameter in the standard tier. */
const MAX_VALUE_LENGTH = 4_096;
const MAX_PART_SIZE = 4_000;

/** Where the attachments of this stack remember this repository: one place for all, of which one may replace another. */
export function memoryName(stackId: string, repositoryName: string): string {
  // arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<uuid>
  const [, stackName, uuid] = stackId.split('/');
  return `/${[MEMORY_PATH, stackName, uuid, digest(repositoryName)].join('/')}`;
}

/** The client. Its package is loaded by the first call, so that a stack without attachments pays nothing for it. */
export function loadSsm(settings: SSMClientConfig): SSMClient {
  return new (ssm().SSMClient)(settings);
}

export class ParameterMemory {
  constructor(
    private readonly client: SSMClient, private readonly call: Call,
    private readonly name: string, private readonly description: string,
  ) {}

  async read(): Promise<Ledger | undefined> {
    const head = await this.get(this.name);
    if (head === undefined) return undefined;
    const parts = partsOf(head);
    const pieces = parts ? await Promise.all(this.partNames(parts).map((name) => this.get(name))) : [head.replace(/^packed:/, '')];
    try {
      return JSON.parse(gunzipSync(Buffer.from(pieces.join(''), 'base64')).toString()) as Ledger;
    } catch (error) {
      throw new GateError('UnreadableMemory', `the parameter ${this.name} does not hold what an attachment wrote there; restore it, or delete it ` +
        'to have the live policy taken for the one that was found', { cause: error });
    }
  }

  async write(ledger: Ledger): Promise<void> {
    const former = await this.get(this.name);
    const packed = gzipSync(JSON.stringify(ledger), { level: 9 }).toString('base64');
    let head = `packed:${packed}`;
    if (head.length > MAX_VALUE_LENGTH) {
      const parts: Parts = { write: digest(packed), count: Math.ceil(packed.length / MAX_PART_SIZE) };
      for (const [i, name] of this.partNames(parts).entries()) await this.put(name, packed.slice(i * MAX_PART_SIZE, (i + 1) * MAX_PART_SIZE));
      head = `parts:${parts.write}:${parts.count}`;
    }
    await this.put(this.name, head);
    if (former !== undefined && former !== head) await this.removeParts(former);
  }

  async forget(): Promise<void> {
    const head = await this.get(this.name);
    if (head === undefined) return;
    await this.remove(this.name);
    await this.removeParts(head);
  }

  private partNames({ write, count }: Parts): string[] {
    return Array.from({ length: count }, (_, i) => `${this.name}/${write}/${i + 1}`);
  }

  private async removeParts(head: string): Promise<void> {
    const parts = partsOf(head);
    for (const name of parts ? this.partNames(parts) : []) await this.remove(name);
  }

  private async get(Name: string): Promise<string | undefined> {
    const { GetParameterCommand, ParameterNotFound } = ssm();
    try {
      return (await this.call((options) => this.client.send(new GetParameterCommand({ Name }), options))).Parameter?.Value;
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  }

  private async put(Name: string, Value: string): Promise<void> {
    const { PutParameterCommand } = ssm();
    const input = { Name, Value, Type: 'String', Overwrite: true, Description: this.description } as const;
    await this.call((options) => this.client.send(new PutParameterCommand(input), options));
  }

  private async remove(Name: string): Promise<void> {
    const { DeleteParameterCommand, ParameterNotFound } = ssm();
    try {
      await this.call((options) => this.client.send(new DeleteParameterCommand({ Name }), options));
    } catch (error) {
      if (!(error instanceof ParameterNotFound)) throw error;
    }
  }
}

interface Parts {
  readonly write: string;
  readonly count: number;
}

function partsOf(head: string): Parts | undefined {
  const [, write, count] = /^parts:([0-9a-f]+):(\d+)$/.exec(head) ?? [];
  return write === undefined ? undefined : { write, count: Number(count) };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Not `import()`: this becomes CommonJS, and runners of tests cannot load a package that way in their sandboxes. */
function ssm(): typeof import('@aws-sdk/client-ssm') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('@aws-sdk/client-ssm');
}
