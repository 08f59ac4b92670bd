import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { EXAMPLES, Language, pack, Workspace } from './language';
import { fromRegistry, run, versionOf } from '../outside/commands';
import { CACHE } from '../outside/virtual-environment';

const LOCAL_REPOSITORY = path.join(CACHE, 'm2');
const MAVEN = ['--quiet', '--batch-mode', `-Dmaven.repo.local=${LOCAL_REPOSITORY}`];

export const java: Language = {
  name: 'Java',
  tools: async () => [await versionOf('javac'), await versionOf('mvn')],
  async synthesize(workspace) {
    const { project, environment } = workspace;
    const sources = path.join(project, 'src', 'main', 'java');
    mkdirSync(sources, { recursive: true });
    copyFileSync(path.join(EXAMPLES, 'java', 'ShopApp.java'), path.join(sources, 'ShopApp.java'));
    writeFileSync(path.join(project, 'pom.xml'), pom(workspace));

    await fromRegistry('https://repo.maven.apache.org/maven2/', () => pack('java', workspace, `--maven-local-repository=${LOCAL_REPOSITORY}`));
    // Maven stores its builds in the local repository. Without that copy, the project resolves the package as a user does.
    rmSync(path.join(LOCAL_REPOSITORY, 'io', 'github', 'cdkecrlifecycle'), { recursive: true, force: true });
    await run('mvn', [...MAVEN, 'compile', 'org.codehaus.mojo:exec-maven-plugin:3.5.0:java', '-Dexec.mainClass=ShopApp'], {
      cwd: project, env: environment,
    });
  },
};

function pom({ version, floor, packages }: Workspace): string {
  const dependency = (group: string, artifact: string, of: string) =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${of}</version></dependency>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>shop</groupId>
  <artifactId>shop</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>11</maven.compiler.source>
    <maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <repositories><repository><id>built</id><url>file://${path.join(packages, 'java')}</url></repository></repositories>
  <dependencies>
    ${dependency('io.github.cdkecrlifecycle', 'cdk-ecr-lifecycle', version)}
    ${dependency('software.amazon.awscdk', 'aws-cdk-lib', floor.lib)}
    ${dependency('software.constructs', 'constructs', floor.constructs)}
  </dependencies>
</project>
`;
}
