import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { SSMClient, SSMClientConfig } from '@aws-sdk/client-ssm';
import { Ledger, MEMORY_PATH } from '../../core/attachment/ledger';
import type { Call } from '../call';
import { GateError } from '../errors';

/*
 * The memory of an attachment: Systems Manager parameters, which are free and need no setup. The text is compressed, so one
 * parameter is enough unless policies are nearly as long as ECR allows:
 *
 *   <name>                     packed:<base64>           almost always
 *   <name>                     parts:<write>:<count>     otherwise, with the parts in
 *   <name>/<write>/<number>    <base64>                  which are written before the first parameter refers to them
 */

/** The maximum number of characters of a parameter in the standard tier. */
const MAX_VALUE_LENGTH = 4_096;
const MAX_PART_SIZE = 4_000;

/** Returns the name of the memory for a repository. All attachments of a stack share it, because one may replace another. */
export function memoryName(stackId: string, repositoryName: string): string {
  // arn:<partition>:cloudformation:<region>:<account>:stack/<name>/<uuid>
  const [, stackName, uuid] = stackId.split('/');
  return `/${[MEMORY_PATH, stackName, uuid, digest(repositoryName)].join('/')}`;
}

/** Returns the SSM client. The first call loads its package, so a stack without attachments does not load it. */
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
      throw new GateError('UnreadableMemory', `the parameter ${this.name} does not contain the memory of an attachment; restore its value, or delete it ` +
        'so that the live policy counts as the one that the attachment found', { cause: error });
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
    if (former !== undefined && former !== head) await this.deleteParts(former);
  }

  async delete(): Promise<void> {
    const head = await this.get(this.name);
    if (head === undefined) return;
    await this.deleteParameter(this.name);
    await this.deleteParts(head);
  }

  private partNames({ write, count }: Parts): string[] {
    return Array.from({ length: count }, (_, i) => `${this.name}/${write}/${i + 1}`);
  }

  private async deleteParts(head: string): Promise<void> {
    const parts = partsOf(head);
    for (const name of parts ? this.partNames(parts) : []) await this.deleteParameter(name);
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

  private async deleteParameter(Name: string): Promise<void> {
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

/** Not `import()`, because this file is compiled to CommonJS, and test runners cannot use `import()` in their sandboxes. */
function ssm(): typeof import('./ssm-package') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./ssm-package');
}
