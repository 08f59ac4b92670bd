import * as path from 'path';
import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';

/** Part of every gate's identity: a change would replace the provider under gates that are deployed. */
const ID = 'cdk-ecr-lifecycle.LifecyclePreviewGateProvider';

const BUNDLE = path.join(__dirname, '..', '..', 'assets', 'lifecycle-preview-gate');

/** The longest that a gate may take: a Lambda has 15 minutes, and the answer needs a moment. */
export const LONGEST_TIMEOUT = Duration.minutes(14);

/** After this CloudFormation no longer waits for an answer, should one ever be lost. */
export const SERVICE_TIMEOUT = Duration.minutes(15);

/** The one Lambda and the one provider of a stack, however many gates it has. */
export class GateProvider extends Construct {
  public static of(stack: Stack): GateProvider {
    return stack.node.tryFindChild(ID) as GateProvider | undefined ?? new GateProvider(stack, ID);
  }

  public readonly serviceToken: string;
  private readonly handler: lambda.Function;

  private constructor(stack: Stack, id: string) {
    super(stack, id);
    this.handler = new lambda.Function(this, 'Handler', {
      description: 'Previews ECR lifecycle policies before they are applied (cdk-ecr-lifecycle)',
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(BUNDLE),
      timeout: Duration.minutes(15),
      memorySize: 512,
    });
    this.handler.addToRolePolicy(new iam.PolicyStatement({
      sid: 'OwnStack',
      actions: ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackResource'],
      resources: [stack.stackId],
    }));
    // Synchronous on purpose: with an isComplete handler, events with a long policy do not fit Step Functions.
    this.serviceToken = new Provider(this, 'Provider', { onEventHandler: this.handler }).serviceToken;
  }

  /** Lets the Lambda preview one more repository. One statement each: CDK splits a role's policy between statements. */
  public allowPreviewOf(repositoryArn: string): void {
    this.handler.addToRolePolicy(new iam.PolicyStatement({
      actions: ['ecr:StartLifecyclePolicyPreview', 'ecr:GetLifecyclePolicyPreview'],
      resources: [repositoryArn],
    }));
  }
}
