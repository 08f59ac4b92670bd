import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { bundledPackages, formatNotices } from './third-party';

/*
 * Writes THIRD-PARTY-NOTICES for the packages in the bundles. Fails if a bundled package has no license text. The task `bundle`
 * runs this with the metafiles of esbuild as arguments.
 */

const checkout = path.resolve(__dirname, '../..');
const metafiles = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const packages = bundledPackages(metafiles, checkout, readFileSync(path.join(checkout, 'LICENSE'), 'utf8'));
if (packages.length === 0) throw new Error('no packages found in the metafiles: give the metafiles of all bundles');
writeFileSync(path.join(checkout, 'THIRD-PARTY-NOTICES'), formatNotices(packages));
