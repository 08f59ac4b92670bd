import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { readText } from './read-file';
import type { Image } from '../../core/evaluation/image';
import { Inventory, readInventoryText } from '../../core/evaluation/inventory-text';
import { show } from '../../core/text/show';
import { commandError, problemsError } from '../errors';

/** The repository whose images are wanted. */
export interface ImagesOwner {
  /** The name of the repository, or its logical id while it has no name. */
  readonly name: string;
  readonly isLogicalId: boolean;
  /** The display name of the gate's stack. `STACK/NAME` also stands for the repository. */
  readonly stack?: string;
}

/** The saved images of repositories, from the files that `--images` names. */
export class ImageFiles {
  /**
   * Reads the files that are not assigned to a repository by `NAME=FILE`, because they may contain the names.
   *
   * @param given Entries of the form `FILE`, `NAME=FILE`, or a directory with one `NAME.json` per repository.
   * @param wanted The number of repositories. If it is 1, a file needs no name.
   * @param shared The names that stand for several repositories.
   */
  static async open(given: readonly string[], wanted: number, shared: ReadonlySet<string> = new Set()): Promise<ImageFiles> {
    const named = new Map<string, string>();
    const directories: string[] = [];
    const unnamed: Source[] = [];
    for (const text of given) {
      const kind = await kindOf(text);
      const [, name, file] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
      if (kind === 'directory') directories.push(text);
      else if (kind === 'file' || name === undefined) unnamed.push(await readSource(text));
      else named.set(name, file);
    }
    const anonymous = unnamed.filter(({ repositoryNames }) => repositoryNames.length === 0);
    if (anonymous.length > 0 && wanted !== 1) {
      throw commandError('UnassignedImages', `${show(anonymous[0].file)} does not name the repository of its images, and there are ${wanted} repositories; give it as NAME=FILE`);
    }
    return new ImageFiles(named, directories, unnamed, wanted, shared);
  }

  private constructor(
    private readonly named: ReadonlyMap<string, string>, private readonly directories: readonly string[],
    private readonly unnamed: readonly Source[], private readonly wanted: number, private readonly shared: ReadonlySet<string>,
  ) {}

  /** Returns the images of a repository. Throws if no file has them. */
  async imagesOf({ name, isLogicalId, stack = '' }: ImagesOwner): Promise<readonly Image[]> {
    const inStack = `${stack}/${name}`;
    const isShared = this.shared.has(name);
    const source = await this.sourceOf(inStack) ?? (isShared ? undefined : await this.sourceOf(name) ?? this.onlyOne());
    if (!source && isShared) {
      throw commandError('AmbiguousImages', `"${name}" is not the same repository in all stacks of the app; give the images of each, here with --images ${show(`${inStack}=FILE`)}`);
    }
    if (!source) {
      throw commandError('MissingImages', `no file has the images of "${name}"; give one with --images ${show(`${name}=FILE`)}, or omit --images to call ECR`);
    }
    const other = isLogicalId ? undefined : source.repositoryNames.find((each) => each !== name);
    if (other !== undefined) {
      throw commandError('OtherRepository', `${show(source.file)} has the images of repository "${other}", not of "${name}"; give the file of "${name}"`);
    }
    return source.images;
  }

  /** The names in `NAME=FILE` entries. */
  get names(): string[] {
    return [...this.named.keys()];
  }

  private async sourceOf(name: string): Promise<Source | undefined> {
    const file = this.named.get(name);
    if (file !== undefined) return readSource(file);
    const own = this.unnamed.find(({ repositoryNames }) => repositoryNames.includes(name));
    if (own) return own;
    for (const directory of this.directories) {
      const inDirectory = path.join(directory, `${name}.json`);
      if (await kindOf(inDirectory) === 'file') return readSource(inDirectory);
    }
    return undefined;
  }

  /**
   * Returns the only file if there is only one repository, even if the file names another repository: the caller reports
   * that mistake. With several repositories, the file could belong to any of them.
   */
  private onlyOne(): Source | undefined {
    if (this.wanted !== 1) return undefined;
    const anonymous = this.unnamed.find(({ repositoryNames }) => repositoryNames.length === 0);
    return anonymous ?? (this.unnamed.length === 1 && this.named.size === 0 && this.directories.length === 0 ? this.unnamed[0] : undefined);
  }
}

interface Source extends Inventory {
  readonly file: string;
}

async function readSource(file: string): Promise<Source> {
  const read = readInventoryText(await readText(file));
  if (!read.ok) throw problemsError('InvalidImages', show(file), read.problems);
  return { file, ...read.value };
}

async function kindOf(file: string): Promise<'file' | 'directory' | undefined> {
  try {
    return (await stat(file)).isDirectory() ? 'directory' : 'file';
  } catch {
    return undefined;
  }
}
