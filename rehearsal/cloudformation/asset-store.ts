import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

/** The bucket of published assets. It holds copies, so that deployed code does not change when the assembly is rewritten. */
export class AssetStore {
  private readonly root = mkdtempSync(path.join(tmpdir(), 'cloudformation-assets-'));

  /** Keeps an existing asset: keys are hashes of the content. */
  publish(bucket: string, key: string, directory: string): void {
    const target = this.pathOf(`${bucket}/${key}`);
    if (!existsSync(target)) cpSync(directory, target, { recursive: true });
  }

  find(bucket: string, key: string): string | undefined {
    const directory = this.pathOf(`${bucket}/${key}`);
    return existsSync(directory) ? directory : undefined;
  }

  inlineCode(source: string): string {
    const directory = this.pathOf(`inline/${source}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, 'index.js'), source);
    return directory;
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private pathOf(name: string): string {
    return path.join(this.root, createHash('sha256').update(name).digest('hex'));
  }
}
