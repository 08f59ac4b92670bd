import { copyFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { EXAMPLES, Language, pack, Workspace } from './language';
import { fromRegistry, run, versionOf } from '../outside/commands';
import { CACHE } from '../outside/virtual-environment';

export const csharp: Language = {
  name: 'C#',
  tools: async () => [`dotnet ${await versionOf('dotnet')}`],
  async synthesize(workspace) {
    const { project, environment } = workspace;
    const built = await fromRegistry('https://api.nuget.org/v3/index.json', () => pack('dotnet', workspace));
    copyFileSync(path.join(EXAMPLES, 'csharp', 'Program.cs'), path.join(project, 'Program.cs'));
    writeFileSync(path.join(project, 'Shop.csproj'), projectFile(workspace, built));
    await run('dotnet', ['run'], {
      cwd: project,
      // A separate folder for each run, because the version never changes and NuGet would reuse the package of the previous run.
      env: { ...environment, NUGET_PACKAGES: path.join(project, 'packages'), NUGET_HTTP_CACHE_PATH: path.join(CACHE, 'nuget'), DOTNET_ROLL_FORWARD: 'Major' },
    });
  },
};

function projectFile({ version, floor }: Workspace, built: string): string {
  return `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net6.0</TargetFramework>
    <RestoreAdditionalProjectSources>${built}</RestoreAdditionalProjectSources>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="CdkEcrLifecycle" Version="${version}" />
    <PackageReference Include="Amazon.CDK.Lib" Version="${floor.lib}" />
    <PackageReference Include="Constructs" Version="${floor.constructs}" />
  </ItemGroup>
</Project>
`;
}
