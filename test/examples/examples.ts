import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import type * as cxapi from 'aws-cdk-lib/cx-api';

const DIRECTORY = path.join(__dirname, '../../examples');

/** All example files, read from the folder so that a new one is tested as well. */
export const EXAMPLES = fs.readdirSync(DIRECTORY).filter((file) => file.endsWith('.ts')).sort();

/** Synthesizes an example, which exports either a stack or a function that builds an app, and nothing else. */
export function assemblyOf(file: string): cxapi.CloudAssembly {
  const known = assemblies.get(file);
  if (known) return known;
  const exported = Object.entries(jest.requireActual<Record<string, any>>(path.join(DIRECTORY, file)));
  if (exported.length !== 1) throw new Error(`${file} has to export one thing, got ${exported.map(([name]) => name).join(', ')}`);
  const [[, declare]] = exported;
  const app = new App({ analyticsReporting: false });
  if (declare.prototype instanceof Stack) new declare(app, 'Example');
  else declare(app);
  const assembly = app.synth();
  assemblies.set(file, assembly);
  return assembly;
}

const assemblies = new Map<string, cxapi.CloudAssembly>();
