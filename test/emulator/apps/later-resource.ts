import { CustomResource, Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

const HANDLER = `
exports.handler = async (event) => {
  const { StackId, RequestId, LogicalResourceId, ResourceProperties: { Behavior } } = event;
  const fails = event.RequestType === 'Update' && Behavior === 'fail';
  const answer = { Status: fails ? 'FAILED' : 'SUCCESS', Reason: 'the test requested this failure', PhysicalResourceId: 'later', StackId, RequestId, LogicalResourceId };
  await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify(answer) });
};
`;

/** A resource that depends on others. Its update fails if the app runs with `-c later=fail`; any other value succeeds. */
export class LaterResource extends Construct {
  constructor(scope: Construct, id: string, ...after: Construct[]) {
    super(scope, id);
    const onEvent = new lambda.Function(this, 'Function', {
      runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline(HANDLER), timeout: Duration.seconds(30),
    });
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: onEvent.functionArn,
      serviceTimeout: Duration.seconds(60),
      properties: { Behavior: String(this.node.tryGetContext('later') ?? 'work') },
    });
    resource.node.addDependency(...after);
  }
}
