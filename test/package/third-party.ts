import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

/** A package whose code is in a bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The texts of its license and notice files, in the order of their names. */
  readonly texts: readonly string[];
}

/** The parts of esbuild's metafile that name the files of a bundle. */
export interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>>;
}

const LICENSE_FILE = /^(licen[cs]e|copying|notice)([.-]|$)/i;
/** The text of this license does not name the holder of the copyright, so it is the same for all packages. */
const SHARED_LICENSE = 'Apache-2.0';

/**
 * Returns the packages with code in the bundles, sorted by name.
 *
 * @param root The folder that the paths in the metafiles are relative to.
 * @param sharedText The text of the Apache License 2.0, for packages without a license file.
 */
export function bundledPackages(metafiles: readonly Metafile[], root: string, sharedText: string): BundledPackage[] {
  const folders = new Set(metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([file]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? []))));
  return [...folders].map((folder) => readPackage(path.join(root, folder), sharedText))
    .sort((a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en'));
}

function readPackage(folder: string, sharedText: string): BundledPackage {
  const manifest = path.join(folder, 'package.json');
  const { name, version, license } = JSON.parse(existsSync(manifest) ? readFileSync(manifest, 'utf8') : '{}');
  if (typeof license !== 'string') throw new Error(`${folder} names no license in its package.json: find out its license before it is bundled`);
  const texts = readdirSync(folder).filter((file) => LICENSE_FILE.test(file)).sort().map((file) => readFileSync(path.join(folder, file), 'utf8'));
  if (texts.length === 0 && license !== SHARED_LICENSE) {
    throw new Error(`${folder} is bundled, but it has no file with its ${license} license: add the text, or do not bundle the package`);
  }
  return { name, version, license, texts: texts.length === 0 ? [sharedText] : texts };
}

/** Formats the notices: each text once, after the packages that it applies to. */
export function formatNotices(packages: readonly BundledPackage[]): string {
  const byText = new Map<string, BundledPackage[]>();
  for (const bundled of packages) {
    for (const text of bundled.texts) {
      const key = text.trim().replace(/\s+/g, ' ');
      byText.set(key, [...byText.get(key) ?? [], bundled]);
    }
  }
  const sections = [...byText].map(([text, users]) => [
    ...users.map(({ name, version, license }) => `${name} ${version} (${license})`), '', text,
  ].join('\n'));
  const line = '='.repeat(80);
  return [
    'The files in assets/ contain code of these packages. Each license text follows the packages that it applies to.',
    ...sections,
  ].join(`\n\n${line}\n\n`) + '\n';
}
