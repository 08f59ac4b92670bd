import { App, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { Resource } from './gated-app';
import { GatedRepository, LifecycleGuard } from '../../src';

export const newApp = (context: Record<string, unknown> = {}) => new App({ analyticsReporting: false, context });
export const ENV = { account: '123456789012', region: 'eu-central-1' };

export function gatedStack(scope: Construct, id = 'Shop', props: StackProps = {}, guards: LifecycleGuard[] = []): Stack {
  const stack = new Stack(scope, id, props);
  new GatedRepository(stack, 'Web', { lifecycleRules: [{ maxImageCount: 5 }], guards });
  return stack;
}

export interface Written {
  readonly json: any;
  readonly function: any;
  readonly functionId: string;
  ofType(type: string): Array<[string, Resource & Record<string, any>]>;
  statement(sid: string): any;
}

/** Returns the parts of the template of a stack. */
export function written(stack: Stack): Written {
  const json = Template.fromStack(stack).toJSON();
  const ofType = (type: string) => Object.entries<any>(json.Resources).filter(([, { Type }]) => Type === type);
  const [[functionId, fn]] = ofType('AWS::Lambda::Function').filter(([, { Properties }]) => Properties.Handler === 'index.handler');
  const statements = [...ofType('AWS::IAM::Policy'), ...ofType('AWS::IAM::ManagedPolicy')]
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as any[]);
  return { json, function: fn, functionId, ofType, statement: (sid) => statements.find(({ Sid }) => Sid === sid) };
}
