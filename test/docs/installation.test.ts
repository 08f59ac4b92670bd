import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableOf } from './markdown';

const ROOT = join(__dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const { name, version, peerDependencies, engines, jsii: { targets: { python, java, dotnet, go } } } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

test('the requirements in the README are those of the package', () => {
  const versions = tableOf(README, 'package').map(([what, since]) => [what.replaceAll('`', ''), since.split(' ')[0]]);
  expect(Object.fromEntries(versions)).toEqual({
    'aws-cdk-lib': peerDependencies['aws-cdk-lib'].replace('^', ''),
    'constructs': peerDependencies.constructs.replace('^', ''),
    'Node.js': engines.node.replace('>= ', ''),
  });
});

test('the commands and imports in the README are those of the packages', () => {
  const rows = tableOf(README, 'language').map(([language, command, code]) => [language.split(/[ ,]/)[0], `${command} ${code}`]);
  expect(Object.fromEntries(rows)).toEqual({
    'TypeScript': `\`npm install ${name}\` \`import { GatedRepository } from '${name}';\``,
    'Python': `\`pip install ${python.distName}\` \`from ${python.module} import GatedRepository\``,
    'Java': `\`${java.maven.groupId}:${java.maven.artifactId}\` \`import ${java.package}.GatedRepository;\``,
    'C#': `\`dotnet add package ${dotnet.packageId}\` \`using ${dotnet.namespace};\``,
    'Go': `\`go get ${go.moduleName}/${go.packageName}\` \`import "${go.moduleName}/${go.packageName}"\``,
  });
  expect(README).toContain(`${name}-${version}.tgz`);
});
