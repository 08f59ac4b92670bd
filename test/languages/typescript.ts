import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { CHECKOUT, EXAMPLES, Language, pack } from './language';
import { fromRegistry, run, versionOf } from '../outside/commands';

export const typescript: Language = {
  name: 'TypeScript',
  tools: async () => [`node ${await versionOf('node')}`, `npm ${await versionOf('npm')}`],
  async synthesize(workspace) {
    const { floor, project, environment } = workspace;
    const built = await pack('js', workspace);
    const tarball = path.join(built, readdirSync(built)[0]);
    writeFileSync(path.join(project, 'package.json'), '{ "private": true }');
    copyFileSync(path.join(EXAMPLES, 'typescript', 'app.ts'), path.join(project, 'app.ts'));
    await fromRegistry('https://registry.npmjs.org/constructs', () => run('npm', [
      'install', '--no-save', '--no-audit', '--no-fund', '--prefer-offline', tarball, `aws-cdk-lib@${floor.lib}`, `constructs@${floor.constructs}`,
    ], { cwd: project }));
    await run(path.join(CHECKOUT, 'node_modules', '.bin', 'tsc'), ['--strict', '--module', 'node16', 'app.ts'], { cwd: project });
    await run('node', ['app.js'], { cwd: project, env: environment });
  },
};
