import { stat } from 'node:fs/promises';
import * as path from 'node:path';
import { readText } from './read-file';
import type { Image } from '../../core/evaluation/image';
import { Inventory, readInventoryText } from '../../core/evaluation/inventory-text';
import { show } from '../../core/text/show';
import { refusal } from '../errors';
import { refusalOf } from '../judge/question';

/** Whose images are asked for. */
export interface ImagesOwner {
  /** Of the repository; its logical id, while it has no name. */
  readonly name: string;
  readonly isLogicalId: boolean;
  /** Of the gate: `STACK/NAME` stands for this repository, too. */
  readonly stack?: string;
  /** Whether another gate calls another repository so: then the name alone says too little. */
  readonly isShared?: boolean;
}

/** The images of repositories from files, as `--images` names them. */
export class ImageFiles {
  /**
   * @param given each `FILE`, `NAME=FILE`, or a directory with one `NAME.json` a repository
   * @param wanted how many repositories there are: of a single one, a file needs no name
   */
  static async from(given: readonly string[], wanted: number): Promise<ImageFiles> {
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
      throw refusal('UnassignedImages', `${show(anonymous[0].file)} does not say of which repository its images are, and there are ${wanted}; give it as NAME=FILE`);
    }
    return new ImageFiles(named, directories, unnamed, wanted);
  }

  private constructor(
    private readonly named: ReadonlyMap<string, string>, private readonly directories: readonly string[],
    private readonly unnamed: readonly Source[], private readonly wanted: number,
  ) {}

  /** The images of a repository; of one whose name is not known yet, by its logical id. Throws when there are none. */
  async imagesOf({ name, isLogicalId, stack = '', isShared }: ImagesOwner): Promise<readonly Image[]> {
    const inStack = `${stack}/${name}`;
    const source = await this.sourceOf(inStack) ?? (isShared ? undefined : await this.sourceOf(name) ?? this.onlyOne());
    if (!source && isShared) {
      throw refusal('AmbiguousImages', `"${name}" is not the same repository in all stacks of the app; give the images of each, here with --images ${show(`${inStack}=FILE`)}`);
    }
    if (!source) {
      throw refusal('MissingImages', `no file has the images of "${name}"; give one with --images ${show(`${name}=FILE`)}, or leave out --images to ask ECR`);
    }
    const other = isLogicalId ? undefined : source.repositoryNames.find((of) => of !== name);
    if (other !== undefined) {
      throw refusal('OtherRepository', `${show(source.file)} has the images of repository "${other}", not of "${name}"; give the file of the right one`);
    }
    return source.images;
  }

  /** Names that were given. */
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
   * A single file for a single repository is meant for it, whether it names one or not: if another one, that is to be told,
   * not to be passed over. Of several repositories nobody knows which it is meant for.
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
  if (!read.ok) throw refusalOf('InvalidImages', show(file), read.problems);
  return { file, ...read.value };
}

async function kindOf(file: string): Promise<'file' | 'directory' | undefined> {
  try {
    return (await stat(file)).isDirectory() ? 'directory' : 'file';
  } catch {
    return undefined;
  }
}
