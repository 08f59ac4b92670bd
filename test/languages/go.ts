import { copyFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { EXAMPLES, Floor, Language, pack } from './language';
import { fromRegistry, run, versionOf } from '../outside/commands';
import { CACHE } from '../outside/virtual-environment';

const GO = {
  GOMODCACHE: path.join(CACHE, 'go', 'modules'),
  GOCACHE: path.join(CACHE, 'go', 'build'),
  GOFLAGS: '-mod=mod -modcacherw', // go.sum is written as the modules come; the cache can be deleted
} as const;

export const go: Language = {
  name: 'Go',
  tools: async () => [await versionOf('go', ['version'])],
  async synthesize(workplace) {
    const { floor, project, environment } = workplace;
    // Code only: building it, too, is what the project does.
    const built = path.join(await pack('go', workplace, '--code-only'), 'cdkecrlifecycle');
    copyFileSync(path.join(EXAMPLES, 'go', 'main.go'), path.join(project, 'main.go'));
    writeFileSync(path.join(project, 'go.mod'), goMod(floor, built));
    await fromRegistry('https://proxy.golang.org/github.com/aws/jsii-runtime-go/@v/list', () =>
      run('go', ['build', '-o', 'shop', '.'], { cwd: project, env: GO }));
    await run(path.join(project, 'shop'), [], { cwd: project, env: environment });
  },
};

/**
 * Not every proxy hands out each version that the modules name as their least (10.5.0 of constructs, 2.1.3 of an asset that
 * the CDK itself asks for in 2.1.0): the project takes a neighbour. The templates do not depend on either.
 */
function goMod(floor: Floor, built: string): string {
  return `module shop

go 1.23

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v${floor.lib}
	github.com/aws/constructs-go/constructs/v10 v10.5.1
	github.com/cdk-ecr-lifecycle/cdk-ecr-lifecycle-go/cdkecrlifecycle v0.0.0
)

exclude github.com/cdklabs/awscdk-asset-node-proxy-agent-go/nodeproxyagentv6/v2 v2.1.3

replace github.com/cdk-ecr-lifecycle/cdk-ecr-lifecycle-go/cdkecrlifecycle => ${built}
`;
}
