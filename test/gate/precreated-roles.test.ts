import * as fs from 'fs';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { newApp } from './function-fixtures';
import { POLICY } from './gated-app';
import {
  GatedRepository, InUseSource, LifecycleGateFunction, LifecycleGuard, LifecyclePolicyAttachment, RepositoryCreationScenario,
  RepositoryCreationTemplate,
} from '../../src';

/* Roles that exist already: `iam.Role.customizeRoles`. CDK then writes a report of the permissions that each role needs. */

const PROVIDER = 'Shop/cdk-ecr-lifecycle.LifecyclePreviewGateProvider/Role';

function synthesize(options: iam.CustomizeRolesOptions, build: (stack: Stack) => void) {
  const app = newApp();
  iam.Role.customizeRoles(app, options);
  const stack = new Stack(app, 'Shop');
  build(stack);
  const { directory } = app.synth();
  const read = (file: string) => fs.readFileSync(path.join(directory, file), 'utf8');
  const resources: Record<string, any> = JSON.parse(read('Shop.template.json')).Resources;
  const report: any[] = JSON.parse(read('iam-policy-report.json')).roles;
  return { resources, report, text: read('iam-policy-report.txt'), types: Object.values(resources).map(({ Type }) => Type) };
}

function gates(stack: Stack): void {
  new GatedRepository(stack, 'Web', { repositoryName: 'shop/web', lifecycleRules: [{ maxImageCount: 5 }], guards: [LifecycleGuard.protectInUse(InUseSource.ecs())] });
  new LifecyclePolicyAttachment(stack, 'Attachment', {
    repository: ecr.Repository.fromRepositoryName(stack, 'Imported', 'team/app'), lifecyclePolicy: POLICY(),
  });
}

describe('a precreated role of the gates', () => {
  const { resources, report, text, types } = synthesize({ usePrecreatedRoles: { [PROVIDER]: 'gates' } }, gates);
  const functions = Object.values(resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');

  test('is used, and no role and no policy is created', () => {
    expect(functions.map(({ Properties }) => JSON.stringify(Properties.Role))).toEqual([expect.stringContaining(':role/gates')]);
    expect(types.filter((type) => type.startsWith('AWS::IAM::'))).toEqual([]);
    expect(types).toContain('AWS::ECR::PullTimeUpdateExclusion');
  });

  test('has all needed statements in the report', () => {
    const [{ roleName, identityPolicyStatements }, ...more] = report;
    expect([roleName, more]).toEqual(['gates', []]);
    expect(identityPolicyStatements.map(({ Sid }: any) => Sid).filter(Boolean)).toEqual(
      expect.arrayContaining(['OwnLog', 'OwnStack', 'EcsListing', 'EcsReading', 'EventListing', 'EventRules', 'Schedules', 'AttachmentMemory']));
    const granted = (action: string) => identityPolicyStatements
      .filter(({ Action }: any) => [Action].flat().includes(action)).flatMap(({ Resource }: any) => Resource);
    expect(JSON.stringify(granted('ecr:StartLifecyclePolicyPreview'))).toMatch(/repository\/shop\/web.*repository\/team\/app/);
    expect(JSON.stringify(granted('ecr:PutLifecyclePolicy'))).toMatch(/repository\/team\/app/);
    expect(text).toContain('ecr:StartLifecyclePolicyPreview');
  });
});

test('a precreated role that is passed as an option is in the report', () => {
  const { report, types } = synthesize({ usePrecreatedRoles: { 'Shop/Mine': 'mine', [PROVIDER]: 'unused' } }, (stack) => {
    gates(stack);
    LifecycleGateFunction.of(stack).configure({ role: new iam.Role(stack, 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }) });
  });
  expect(types.filter((type) => type.startsWith('AWS::IAM::'))).toEqual([]);
  expect(JSON.stringify(report)).toContain('ecr:StartLifecyclePolicyPreview');
});

test('with a report only, the role and its policies are created', () => {
  const { resources, types } = synthesize({ preventSynthesis: false }, gates);
  expect(types.filter((type) => type.startsWith('AWS::IAM::')).sort()).toEqual(['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role']);
  const [[role]] = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
  const [fn] = Object.values(resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  expect(fn.Properties.Role).toEqual({ 'Fn::GetAtt': [role, 'Arn'] });
});

test('the role of a creation template', () => {
  const { report, types } = synthesize({ usePrecreatedRoles: { 'Shop/Template/Role': 'creation' } }, (stack) => {
    new RepositoryCreationTemplate(stack, 'Template', {
      prefix: 'mirror', appliedFor: [RepositoryCreationScenario.PULL_THROUGH_CACHE], lifecyclePolicy: POLICY(), resourceTags: { team: 'web' },
    });
  });
  expect(types).toEqual(['AWS::ECR::RepositoryCreationTemplate']);
  expect(JSON.stringify(report)).toContain('ecr:CreateRepository');
});
