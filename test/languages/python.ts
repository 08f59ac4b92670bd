import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import { EXAMPLES, Language, pack } from './language';
import { run, versionOf } from '../outside/commands';
import { virtualEnvironment } from '../outside/virtual-environment';

export const python: Language = {
  name: 'Python',
  tools: async () => [await versionOf('python3')],
  async synthesize(workplace) {
    const { floor, project, environment } = workplace;
    const bin = await virtualEnvironment('languages-python', `aws-cdk-lib==${floor.lib}\nconstructs==${floor.constructs}\n`);
    const built = await pack('python', workplace);
    const wheel = path.join(built, readdirSync(built).filter((file) => file.endsWith('.whl'))[0]);
    const interpreter = path.join(bin, 'python');
    // The version never changes here: without force pip would keep the package of the last run.
    await run(interpreter, ['-m', 'pip', 'install', '--quiet', '--no-input', '--force-reinstall', '--no-deps', wheel]);
    await run(interpreter, ['-m', 'pip', 'check']); // what the wheel asks for is what is there
    await run(interpreter, [path.join(EXAMPLES, 'python', 'app.py')], { cwd: project, env: environment });
  },
};
