import { copyFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { EXAMPLES, Language, pack, Workplace } from './language';
import { fromRegistry, run, versionOf } from '../outside/commands';
import { CACHE } from '../outside/virtual-environment';

export const csharp: Language = {
  name: 'C#',
  tools: async () => [`dotnet ${await versionOf('dotnet')}`],
  async synthesize(workplace) {
    const { project, environment } = workplace;
    const built = await fromRegistry('https://api.nuget.org/v3/index.json', () => pack('dotnet', workplace));
    copyFileSync(path.join(EXAMPLES, 'csharp', 'Program.cs'), path.join(project, 'Program.cs'));
    writeFileSync(path.join(project, 'Shop.csproj'), projectFile(workplace, built));
    await run('dotnet', ['run'], {
      cwd: project,
      // A folder of its own for each run: the version never changes, and NuGet would keep the package of the last one.
      env: { ...environment, NUGET_PACKAGES: path.join(project, 'packages'), NUGET_HTTP_CACHE_PATH: path.join(CACHE, 'nuget'), DOTNET_ROLL_FORWARD: 'Major' },
    });
  },
};

function projectFile({ version, floor }: Workplace, built: string): string {
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
