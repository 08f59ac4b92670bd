import * as path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';

/* The example that `-c example=FILE` names. It exports one thing: a stack, or a function that fills an app. */

async function main(): Promise<void> {
  const app = new App();
  const file = String(app.node.tryGetContext('example'));
  const [declare] = Object.values<any>(await import(path.join(__dirname, '../../../examples', file)));
  if (declare.prototype instanceof Stack) new declare(app, path.basename(file, '.ts'));
  else declare(app);
  app.synth();
}

void main();
