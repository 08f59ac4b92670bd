import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { csharp } from './csharp';
import { go } from './go';
import { java } from './java';
import { CHECKOUT, Language, QUIET, Workspace } from './language';
import { python } from './python';
import { differencesOf, Template } from './template';
import { typescript } from './typescript';
import { Skipped } from '../outside/commands';

/*
 * Builds the package for each language with installed tools, installs it into an empty project with the example of that
 * language (examples/languages) and the oldest supported aws-cdk-lib, synthesizes it, and compares the template with that of
 * the TypeScript example. Run `npx projen compile` first. Arguments: the languages to check, besides TypeScript.
 */

const OTHERS: readonly Language[] = [python, java, go, csharp];

const directory = mkdtempSync(path.join(tmpdir(), 'languages-'));
void main().finally(() => rmSync(directory, { recursive: true, force: true }));

async function main(): Promise<void> {
  const wanted = process.argv.slice(2).map((name) => name.toLowerCase());
  const unknown = wanted.filter((name) => !OTHERS.some((language) => language.name.toLowerCase() === name));
  if (unknown.length > 0) throw new Error(`unknown language ${unknown.join()}: choose from ${OTHERS.map(({ name }) => name).join()}`);

  const reference = await check(typescript, (template) => {
    const missing = contentMissingIn(template);
    return missing.length === 0 ? `${Object.keys(template.Resources).length} resources` : new Error(`not in the template: ${missing.join()}`);
  });
  if (!reference) {
    process.exitCode = 1; // without it, there is no template to compare with
    return;
  }
  for (const language of OTHERS.filter(({ name }) => wanted.length === 0 || wanted.includes(name.toLowerCase()))) {
    await check(language, (template) => {
      const differences = differencesOf(reference, template);
      return differences.length === 0 ? 'the template equals that of TypeScript, including asset hashes'
        : new Error(`the template differs from that of TypeScript:\n${differences.join('\n')}`);
    });
  }
}

/** Prints the result for a language and returns its template, if there is one. */
async function check(language: Language, judge: (template: Template) => string | Error): Promise<Template | undefined> {
  const since = performance.now();
  const print = (mark: string, ...parts: string[]) => console.log([`${mark} ${language.name}`, ...parts].join(': '));
  try {
    const tools = await language.tools();
    const workspace = workspaceOf(language);
    await language.synthesize(workspace);
    const template = JSON.parse(readFileSync(path.join(workspace.environment.CDK_OUTDIR, 'Shop.template.json'), 'utf8')) as Template;
    const verdict = judge(template);
    if (verdict instanceof Error) throw verdict;
    print('✓', `${[...tools, `aws-cdk-lib ${workspace.floor.lib}`].join(', ')}`, verdict, `${((performance.now() - since) / 1000).toFixed(1)} s`);
    return template;
  } catch (error) {
    if (error instanceof Skipped) {
      print('-', `skipped: ${error.message}`);
    } else {
      print('✗', (error as Error).message);
      process.exitCode = 1;
    }
    return undefined;
  }
}

function workspaceOf({ name }: Language): Workspace {
  const { version, devDependencies: { 'aws-cdk-lib': lib, constructs } } = JSON.parse(readFileSync(path.join(CHECKOUT, 'package.json'), 'utf8'));
  const project = path.join(directory, name);
  mkdirSync(project);
  return {
    version,
    floor: { lib, constructs },
    packages: path.join(directory, 'packages'),
    project,
    environment: { ...QUIET, CDK_OUTDIR: path.join(project, 'cdk.out') },
  };
}

/** Returns the expected content that the template lacks. Without this check, equal templates of an empty app would pass. */
function contentMissingIn({ Resources }: Template): string[] {
  const [repository, gate] = ['AWS::ECR::Repository', 'Custom::LifecyclePreviewGate'].map(
    (type) => Object.values(Resources).find((resource) => resource.Type === type)?.Properties as Properties | undefined);
  const rules = JSON.parse(repository?.LifecyclePolicy?.LifecyclePolicyText ?? '{"rules":[]}').rules;
  const guards = gate?.Guards?.map(({ Id }) => Id).join();
  return Object.entries({
    'five rules': rules.length === 5,
    'a repository policy of two statements': repository?.RepositoryPolicyText?.Statement.length === 2,
    'three guards and the budget of a rule': guards === 'max-images,protect-tags,protect-in-use,max-expiring',
  }).flatMap(([content, isPresent]) => (isPresent ? [] : [content]));
}

interface Properties {
  readonly RepositoryPolicyText?: { readonly Statement: readonly unknown[] };
  readonly LifecyclePolicy?: { readonly LifecyclePolicyText: string };
  readonly Guards?: readonly { readonly Id: string }[];
}
