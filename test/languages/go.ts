import { copyFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { EXAMPLES, Floor, Language, pack } from './language';
import { fromRegistry, run, versionOf } from '../outside/commands';
import { CACHE } from '../outside/virtual-environment';

const GO = {
  GOMODCACHE: path.join(CACHE, 'go', 'modules'),
  GOCACHE: path.join(CACHE, 'go', 'build'),
  GOFLAGS: '-mod=mod -modcacherw', // go writes go.sum itself, and the cache stays deletable
} as const;

export const go: Language = {
  name: 'Go',
  tools: async () => [await versionOf('go', ['version'])],
  async synthesize(workspace) {
    const { floor, project, environment } = workspace;
    // Only code is generated: the project builds it.
    const built = path.join(await pack('go', workspace, '--code-only'), 'cdkecrlifecycle');
    copyFileSync(path.join(EXAMPLES, 'go', 'main.go'), path.join(project, 'main.go'));
    writeFileSync(path.join(project, 'go.mod'), goMod(floor, built));
    await fromRegistry('https://proxy.golang.org/github.com/aws/jsii-runtime-go/@v/list', () =>
      run('go', ['build', '-o', 'shop', '.'], { cwd: project, env: GO }));
    await run(path.join(project, 'shop'), [], { cwd: project, env: environment });
  },
};

/**
 * Some proxies do not serve the minimum versions of the modules (10.5.0 of constructs, and 2.1.3 of an asset that the CDK
 * itself requires in 2.1.0), so the project uses adjacent versions. The templates do not depend on them.
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
