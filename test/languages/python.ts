import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { EXAMPLES, Language, pack } from './language';
import { run, versionOf } from '../outside/commands';
import { virtualEnvironment } from '../outside/virtual-environment';

export const python: Language = {
  name: 'Python',
  tools: async () => [await versionOf('python3')],
  async synthesize(workspace) {
    const { floor, project, environment } = workspace;
    const bin = await virtualEnvironment('languages-python', `aws-cdk-lib==${floor.lib}\nconstructs==${floor.constructs}\n`);
    const built = await pack('python', workspace);
    const wheel = path.join(built, readdirSync(built).filter((file) => file.endsWith('.whl'))[0]);
    const interpreter = path.join(bin, 'python');
    // The version never changes, so pip would otherwise keep the package of the previous run.
    await run(interpreter, ['-m', 'pip', 'install', '--quiet', '--no-input', '--force-reinstall', '--no-deps', wheel]);
    await run(interpreter, ['-m', 'pip', 'check']); // the requirements of the wheel are installed
    await run(interpreter, [path.join(EXAMPLES, 'python', 'app.py')], { cwd: project, env: environment });
  },
};
