import * as fs from 'fs';
import * as path from 'path';
import { App, IAspect } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { IConstruct } from 'constructs';
import { ExpireWhen, ImageSelection, LifecyclePolicy, LifecycleRule } from '../../src';

export const GATE = 'Custom::LifecyclePreviewGate';
export const REPOSITORY = 'AWS::ECR::Repository';
export const POLICY = (count = 5) => LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(count) }));
export const WITH_POLICY: ecr.RepositoryProps = { lifecycleRules: [{ maxImageCount: 5 }] };

export interface Resource {
  readonly Type: string;
  readonly Properties: any;
  readonly DependsOn?: string[];
}

export type Resources = Record<string, Resource>;

/** Returns all templates of an app, including those of its stages and nested stacks. */
export function synthesize(app: App): Resources[] {
  const { directory } = app.synth();
  const files = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.template.json')).sort();
  return files.map((file) => JSON.parse(fs.readFileSync(path.join(directory, file), 'utf8')).Resources ?? {});
}

export const ofType = (type: string, resources: Resources) => Object.entries(resources).filter(([, { Type }]) => Type === type);
export const gatesOf = (resources: Resources) => ofType(GATE, resources);

/** Returns the guards of the gate that each repository depends on, by the policy or the logical id of the repository. */
export function gatingOf(resources: Resources): Record<string, Resource[]> {
  return Object.fromEntries(ofType(REPOSITORY, resources).map(([id, { DependsOn = [] }]) =>
    [id.replace(/[0-9A-F]{8}$/, ''), DependsOn.map((gate) => resources[gate]).filter(({ Type }) => Type === GATE)]));
}

export const countsOf = (resources: Resources) => Object.fromEntries(Object.entries(gatingOf(resources)).map(([id, gates]) => [id, gates.length]));

export function visiting(visit: (node: IConstruct) => void): IAspect {
  return { visit };
}

export const isL2 = (node: IConstruct): node is ecr.Repository => node instanceof ecr.Repository;
export const isL1 = (node: IConstruct): node is ecr.CfnRepository => node instanceof ecr.CfnRepository;

/** @param aspectStabilization True if CDK runs aspects until nothing changes, false if it runs them once per construct. */
export function newApp(aspectStabilization: boolean): App {
  return new App({ analyticsReporting: false, context: { '@aws-cdk/core:aspectStabilization': aspectStabilization } });
}
