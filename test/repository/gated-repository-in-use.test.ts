import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { closureOf, referencesOf } from './template-graph';
import { ExpireWhen, LifecycleGuard, GatedRepository, ImageSelection, LifecyclePolicy, LifecycleRule, RepositoryPolicy } from '../../src';

/** A service, a function and a pipeline that share one repository. */
function synthesize(): any {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  const repository = new GatedRepository(stack, 'Images', {
    lifecyclePolicy: LifecyclePolicy.fromRules(
      LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.imageCountMoreThan(50) })),
    repositoryPolicy: RepositoryPolicy.combine(RepositoryPolicy.lambdaPull('111122223333'), RepositoryPolicy.denyInsecureTransport()),
    guards: [LifecycleGuard.maxImages(5)],
  });
  useInService(stack, repository);
  new lambda.DockerImageFunction(stack, 'Function', { code: lambda.DockerImageCode.fromEcr(repository, { tagOrDigest: 'fn' }) });
  useInPipeline(stack, repository);
  return Template.fromStack(stack).toJSON();
}

function useInService(stack: Stack, repository: ecr.IRepository): void {
  const task = new ecs.FargateTaskDefinition(stack, 'Task');
  task.addContainer('Web', { image: ecs.ContainerImage.fromEcrRepository(repository, 'web') });
  new ecs.FargateService(stack, 'Service', {
    cluster: new ecs.Cluster(stack, 'Cluster', { vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 1, natGateways: 0 }) }),
    taskDefinition: task,
    vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
  });
}

function useInPipeline(stack: Stack, repository: ecr.IRepository): void {
  const source = new codepipeline.Artifact();
  new codepipeline.Pipeline(stack, 'Pipeline', {
    stages: [
      { stageName: 'Source', actions: [new actions.EcrSourceAction({ actionName: 'Image', repository, imageTag: 'web', output: source })] },
      {
        stageName: 'Build',
        actions: [new actions.CodeBuildAction({
          actionName: 'Test',
          input: source,
          project: new codebuild.PipelineProject(stack, 'Project', {
            environment: { buildImage: codebuild.LinuxBuildImage.fromEcrRepository(repository, 'build') },
            buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2', phases: { build: { commands: ['true'] } } }),
          }),
        })],
      },
    ],
  });
}

let template: any;
let repositoryId: string;
beforeAll(() => {
  template = synthesize();
  [repositoryId] = idsOf('AWS::ECR::Repository');
});

const idsOf = (type: string): string[] => Object.keys(template.Resources).filter((id) => template.Resources[id].Type === type);

test('no resource that the repository depends on refers to it, so there is no cycle', () => {
  const [gate] = idsOf('Custom::LifecyclePreviewGate');
  expect(template.Resources[repositoryId].DependsOn).toEqual([gate]);
  const before = closureOf(template, repositoryId);
  expect(before).toContain(gate);
  expect(before).not.toContain(repositoryId);
  for (const id of Object.keys(template.Resources)) expect(closureOf(template, id)).not.toContain(id);
});

test.each([
  ['the task', 'AWS::ECS::TaskDefinition'],
  ['the service', 'AWS::ECS::Service'],
  ['the function', 'AWS::Lambda::Function'],
  ['the pipeline', 'AWS::CodePipeline::Pipeline'],
  ['the build project', 'AWS::CodeBuild::Project'],
])('%s depends on the repository, and so on the gate', (_, type) => {
  const ids = idsOf(type).filter((id) => type !== 'AWS::Lambda::Function' || template.Resources[id].Properties.PackageType === 'Image');
  expect(ids).toHaveLength(1);
  expect(closureOf(template, ids[0])).toEqual(expect.arrayContaining([repositoryId, ...idsOf('Custom::LifecyclePreviewGate')]));
});

test.each([
  ['Task', ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']],
  ['Project', ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']],
  ['Pipeline', ['ecr:DescribeImages']],
])('the role of %s has the permissions that it needs on the repository', (owner, actionsNeeded) => {
  const allowed = idsOf('AWS::IAM::Policy').filter((id) => id.startsWith(owner))
    .flatMap((id) => template.Resources[id].Properties.PolicyDocument.Statement)
    .filter(({ Resource }: any) => referencesOf(Resource).has(repositoryId))
    .flatMap(({ Action }: any) => Action);
  expect(allowed).toEqual(expect.arrayContaining(actionsNeeded));
});

test('Lambda can pull, in addition to the statements of the repository policy', () => {
  const { Statement } = template.Resources[repositoryId].Properties.RepositoryPolicyText;
  expect(Statement).toEqual([
    expect.objectContaining({ Principal: { AWS: expect.anything() } }),
    expect.objectContaining({ Principal: { Service: 'lambda.amazonaws.com' }, Condition: { StringLike: expect.anything() } }),
    expect.objectContaining({ Effect: 'Deny', Principal: '*' }),
    expect.objectContaining({ Principal: { Service: 'lambda.amazonaws.com' }, Action: expect.arrayContaining(['ecr:BatchGetImage']) }),
  ]);
});
