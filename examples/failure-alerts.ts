/** Alerts a team when a gate stops a deployment: an alarm, and a message with the reason. */
import { App, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { LifecycleGateFunction, LifecyclePreviewGates } from 'cdk-ecr-lifecycle';

export function failureAlerts(app: App): void {
  const shop = new Stack(app, 'Shop');
  new ecr.Repository(shop, 'Web', { lifecycleRules: [{ maxImageCount: 100 }] });
  LifecyclePreviewGates.of(app).add();

  // The function of each stack puts an event on the default bus, and a rule sends its message to a topic.
  const alerts = new Stack(app, 'Alerts');
  const gates = LifecycleGateFunction.of(shop);
  gates.configure({ eventBus: events.EventBus.fromEventBusName(shop, 'DefaultBus', 'default') });
  const topic = new sns.Topic(alerts, 'Topic');
  new events.Rule(alerts, 'FailedGates', {
    eventPattern: { source: ['cdk-ecr-lifecycle'], detailType: ['Lifecycle Gate Failed'] },
    targets: [new targets.SnsTopic(topic, { message: events.RuleTargetInput.fromEventPath('$.detail.message') })],
  });

  gates.metricFailedGates().createAlarm(alerts, 'FailedGatesOfShop', {
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
}
