import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { apps, checkDeployed, DAY, type Scenario, type Stage } from './stage';

const EXAMPLES = path.join(__dirname, '../../../examples');
const APP = apps('example');
/** The repository in the example that attaches a policy to a repository outside the app. */
const MANUAL = 'legacy/web';

export const examples: Scenario = {
  title: 'every example app is deployed',
  run: async (stage) => {
    const { account, proxy, story } = stage;
    await account.createRepository(MANUAL);
    for (const tag of ['release-1', 'prod', 'pr-1']) await account.push(MANUAL, tag);
    await account.push(MANUAL, 'pr-1', 'pr-1, second attempt');
    proxy.aheadMs = 30 * DAY;
    story.say(`${MANUAL} was created manually and contains ${(await account.images(MANUAL)).join(' ')}`);
    for (const file of readdirSync(EXAMPLES).filter((name) => name.endsWith('.ts'))) await deployExample(stage, file);
  },
};

async function deployExample(stage: Stage, file: string): Promise<void> {
  const { cdk, account, story } = stage;
  story.say(`${file}:`);
  const result = await cdk.deploy(APP, { example: file });
  const missing = /Unrecognized resource types: \[(.+)\]/.exec(result.output)?.[1];
  if (missing !== undefined) {
    story.skipped(file, `the emulator does not support ${missing}; test/examples covers this example by synthesis`);
    return;
  }
  checkDeployed(stage, result);
  for (const { stackName, logicalId, properties } of repositoriesIn(cdk.assembly())) {
    const repositoryName = properties.RepositoryName ?? await account.physicalName(stackName, logicalId);
    const wanted = properties.LifecyclePolicyText ?? properties.LifecyclePolicy?.LifecyclePolicyText;
    const live = await account.livePolicy(repositoryName);
    story.livePolicy(repositoryName, live);
    story.check(live === wanted, wanted === undefined ? 'the repository has no policy, as declared' : 'the live policy is the declared one', result);
  }
}

interface Declared {
  readonly stackName: string;
  readonly logicalId: string;
  readonly properties: {
    readonly RepositoryName?: string;
    /** The policy in the properties of an attachment. */
    readonly LifecyclePolicyText?: string;
    /** The policy in the properties of a repository. */
    readonly LifecyclePolicy?: { readonly LifecyclePolicyText?: string };
  };
}

const TYPES = ['AWS::ECR::Repository', 'Custom::LifecyclePolicyAttachment'];

function repositoriesIn(assembly: string): Declared[] {
  return readdirSync(assembly).filter((name) => name.endsWith('.template.json')).flatMap((name) => {
    const template = JSON.parse(readFileSync(path.join(assembly, name), 'utf8')) as {
      readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Declared['properties'] }>>;
    };
    return Object.entries(template.Resources).filter(([, { Type }]) => TYPES.includes(Type))
      .map(([logicalId, { Properties = {} }]) => ({ stackName: path.basename(name, '.template.json'), logicalId, properties: Properties }));
  });
}
