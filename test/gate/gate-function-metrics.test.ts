import { NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ENV, gatedStack, newApp } from './function-fixtures';
import { LifecycleGateFunction } from '../../src';

function alarmOn(metric: cloudwatch.Metric, stack: Stack): any {
  metric.createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
  return Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'))[0].Properties;
}

test('an alarm on the failed gates of a stack', () => {
  const stack = gatedStack(newApp());
  expect(alarmOn(LifecycleGateFunction.of(stack).metricFailedGates(), stack)).toMatchObject({
    Namespace: 'CdkEcrLifecycle', MetricName: 'FailedGates', Statistic: 'Sum', Period: 300, Dimensions: [{ Name: 'StackName', Value: 'Shop' }],
  });
});

test('of a stack of another region, in a stack of its own', () => {
  const app = newApp();
  const stack = gatedStack(app, 'Shop', { env: ENV });
  const alarm = alarmOn(LifecycleGateFunction.of(stack).metricWarnedGates(), new Stack(app, 'Alarms', { env: ENV }));
  expect(alarm).toMatchObject({ MetricName: 'WarnedGates', Dimensions: [{ Name: 'StackName', Value: 'Shop' }] });
});

test('of a nested stack, whose name is known at deployment', () => {
  const nested = new NestedStack(new Stack(newApp(), 'Shop'), 'Nested');
  const [{ Value }] = alarmOn(LifecycleGateFunction.of(nested).metricFailedGates(), nested).Dimensions;
  expect(JSON.stringify(Value)).toContain('AWS::StackName');
});

test.each(['app', 'stage'])('of an %s: one metric for all gates of the account and region', (kind) => {
  const app = newApp();
  const scope = kind === 'app' ? app : new Stage(app, 'Prod');
  const alarm = alarmOn(LifecycleGateFunction.of(scope).metricFailedGates({ statistic: 'Maximum' }), gatedStack(scope));
  expect(alarm).toMatchObject({ MetricName: 'FailedGates', Statistic: 'Maximum' });
  expect(alarm).not.toHaveProperty('Dimensions');
});
