/* Uses every public class once. check-package.ts compiles and runs this app in a project with the installed package. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import {
  ArchiveWhen, DecisionCode, ExpireWhen, GatedRepository, GateEnforcement, GateExclusion, ImageAction, ImageInventory, ImageSelection,
  ImageStatus, InUseSource, LifecycleGateFunction, LifecycleGuard, LifecyclePolicy, LifecyclePolicyAttachment, LifecyclePreviewGate,
  LifecyclePreviewGates, LifecycleRule, LifecycleWarningId, RepositoryCreationScenario, RepositoryCreationTemplate, RepositoryPolicy,
  Simulation,
} from 'cdk-ecr-lifecycle';

const untagged = LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) });
const lifecyclePolicy = LifecyclePolicy.fromRules(
  untagged,
  LifecycleRule.archive({ images: ImageSelection.all(), when: ArchiveWhen.sinceImagePulled(Duration.days(90)) }),
);
const repositoryPolicy = RepositoryPolicy.crossAccountPull('444455556666');

const app = new App({ analyticsReporting: false });
const stack = new Stack(app, 'Shop');
new GatedRepository(stack, 'Web', {
  lifecyclePolicy,
  repositoryPolicy,
  guards: [LifecycleGuard.maxImages(5), LifecycleGuard.protectInUse(InUseSource.ecs())],
  gateEnforcement: GateEnforcement.WARN,
});
const plain = new ecr.Repository(stack, 'Api', { lifecycleRules: [{ maxImageCount: 9 }] });
new LifecyclePreviewGate(stack, 'ApiGate', { repository: plain });
new LifecyclePolicyAttachment(stack, 'Old', {
  repository: ecr.Repository.fromRepositoryName(stack, 'Legacy', 'legacy/web'),
  lifecyclePolicy: LifecyclePolicy.fromRules(untagged),
});
new RepositoryCreationTemplate(stack, 'Template', { prefix: 'team', appliedFor: [RepositoryCreationScenario.REPLICATION], lifecyclePolicy });

const far = new Stack(app, 'Far');
new ecr.Repository(far, 'Job', { lifecycleRules: [{ maxImageCount: 3 }] });
const scratch = new ecr.Repository(far, 'Scratch', { lifecycleRules: [{ maxImageCount: 1 }] });
LifecycleGateFunction.of(far).configure({ excludePulls: false });
LifecyclePreviewGates.of(far).add({ guards: [LifecycleGuard.maxPercent(20)], exclude: [GateExclusion.repository(scratch)] });
app.synth();

const images = ImageInventory.fromDescribeImages('{"imageDetails":[{"imageDigest":"sha256:a","imagePushedAt":"2026-01-01T12:00:00Z"}]}');
const archived = { imageDigest: 'sha256:b', imageTags: ['old'], imageStatus: ImageStatus.ARCHIVED };
const simulation: Simulation = lifecyclePolicy.simulate([...images, archived], { now: '2026-03-01T12:00:00Z' });
const { action, reasons } = simulation.decisionFor('sha256:a');
if (action !== ImageAction.EXPIRE || reasons[0].code !== DecisionCode.ACTS) throw new Error(`the image should expire, not ${action}`);
if (!(simulation instanceof Simulation) || simulation.kept[0].imageTags[0] !== 'old') throw new Error('the archived image should be kept');
const everything = LifecycleRule.expire({ images: ImageSelection.all(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) });
const [warning] = LifecyclePolicy.fromRules(everything).lint();
if (warning.id !== LifecycleWarningId.AGE_CATCH_ALL) throw new Error(`the rule should be a catch-all, not ${warning.id}`);
