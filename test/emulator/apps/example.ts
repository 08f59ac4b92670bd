import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';

/* Runs the example that `-c example=FILE` names. It exports one value: a stack class or a function that adds to an app. */

async function main(): Promise<void> {
  const app = new App();
  const file = String(app.node.tryGetContext('example'));
  const [declare] = Object.values<any>(await import(path.join(__dirname, '../../../examples', file)));
  if (declare.prototype instanceof Stack) new declare(app, path.basename(file, '.ts'));
  else declare(app);
  app.synth();
}

void main();
