import { App, Aws, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { keepOnly } from './template-under-test';
import { ExpireWhen, LifecycleGuard, GateEnforcement, ImageSelection, LifecyclePolicy, LifecyclePreviewGate, LifecycleRule } from '../../src';
import { closureOf } from '../repository/template-graph';

const GATE = 'Custom::LifecyclePreviewGate';
const POLICY = () => LifecyclePolicy.fromRules(
  LifecycleRule.expire({ images: ImageSelection.untagged(), when: ExpireWhen.sinceImagePushed(Duration.days(14)) }));

interface Synthesized {
  readonly stack: Stack;
  readonly template: Template;
}

function synthesize(build: (stack: Stack) => void): Synthesized {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Shop');
  build(stack);
  return { stack, template: Template.fromStack(stack) };
}

function gatedRepository(stack: Construct, id: string, props: ecr.RepositoryProps = {}): ecr.Repository {
  const repository = new ecr.Repository(stack, id, props);
  POLICY().applyTo(repository);
  new LifecyclePreviewGate(stack, `${id}Gate`, { repository });
  return repository;
}

describe('the order', () => {
  test.each([
    ['with a generated name', {}],
    ['with an explicit name', { repositoryName: 'team/app' }],
  ])('a repository %s depends on its gate, and no resource that the gate needs refers to the repository', (_, props) => {
    const { template } = synthesize((stack) => gatedRepository(stack, 'Repository', props));
    const [repository] = Object.keys(template.findResources('AWS::ECR::Repository'));
    const [gate] = Object.keys(template.findResources(GATE));
    expect(template.toJSON().Resources[repository].DependsOn).toContain(gate);
    const upstream = closureOf(template.toJSON(), gate);
    expect(upstream).not.toContain(repository);
    expect(upstream.some((id) => template.toJSON().Resources[id].Type === 'AWS::IAM::Policy')).toBe(true);
  });

  test('no resource of the template depends on itself, regardless of the place of its gate in the tree', () => {
    const { template } = synthesize((stack) => {
      gatedRepository(stack, 'Beside');
      const l2 = new ecr.Repository(stack, 'BelowL2', { repositoryName: 'two', lifecycleRules: [{ maxImageCount: 5 }] });
      new LifecyclePreviewGate(l2, 'Gate', { repository: l2 });
      const l1 = new ecr.CfnRepository(stack, 'BelowL1', { lifecyclePolicy: { lifecyclePolicyText: keepOnly(5) } });
      new LifecyclePreviewGate(l1, 'Gate', { repository: l1 });
    });
    template.resourceCountIs(GATE, 3);
    expect(Object.values(template.findResources('AWS::ECR::Repository')).map(({ DependsOn }) => DependsOn.length)).toEqual([1, 1, 1]);
    const json = template.toJSON();
    for (const id of Object.keys(json.Resources)) expect(closureOf(json, id)).not.toContain(id);
  });

  test('two syntheses are identical to the byte', () => {
    const text = () => JSON.stringify(synthesize((stack) => gatedRepository(stack, 'Repository')).template.toJSON());
    expect(text()).toBe(text());
  });
});

describe('the properties of the gate', () => {
  test('contain the logical id of a repository whose name CloudFormation generates', () => {
    const { stack, template } = synthesize((scope) => gatedRepository(scope, 'Repository'));
    const repository = stack.node.findChild('Repository').node.defaultChild as ecr.CfnRepository;
    template.hasResourceProperties(GATE, {
      RepositoryLogicalId: stack.resolve(repository.logicalId),
      RepositoryName: Match.absent(),
    });
  });

  test('contain an explicit name, together with the logical id', () => {
    const { template } = synthesize((stack) => gatedRepository(stack, 'Repository', { repositoryName: 'team/app' }));
    const [repository] = Object.keys(template.findResources('AWS::ECR::Repository'));
    template.hasResourceProperties(GATE, { RepositoryName: 'team/app', RepositoryLogicalId: repository });
  });

  test('contain a name that is known only at deployment', () => {
    const { template } = synthesize((stack) => {
      gatedRepository(stack, 'Repository', { repositoryName: new CfnParameter(stack, 'Name').valueAsString });
    });
    template.hasResourceProperties(GATE, { RepositoryName: { Ref: 'Name' } });
  });

  test('contain the text that the repository gets, with rules that were added after the gate', () => {
    const { template } = synthesize((stack) => {
      const repository = new ecr.Repository(stack, 'Repository');
      new LifecyclePreviewGate(stack, 'Gate', { repository });
      repository.addLifecycleRule({ maxImageCount: 5 });
    });
    const [repository] = Object.values(template.findResources('AWS::ECR::Repository'));
    const text = repository.Properties.LifecyclePolicy.LifecyclePolicyText;
    expect(JSON.parse(text).rules).toHaveLength(1);
    template.hasResourceProperties(GATE, { LifecyclePolicyText: text });
  });

  test('contain guards, enforcement, approval, timeout and trigger', () => {
    const { template } = synthesize((stack) => {
      const repository = new ecr.CfnRepository(stack, 'Repository');
      POLICY().applyTo(repository);
      new LifecyclePreviewGate(stack, 'Gate', {
        repository,
        guards: [LifecycleGuard.maxImages(50), LifecycleGuard.protectTags('release-*', 'prod')],
        enforcement: GateEnforcement.WARN,
        approvedPreview: '0123456789abcdef',
        timeout: Duration.minutes(5),
        trigger: 'commit-1',
      });
    });
    template.hasResourceProperties(GATE, {
      Guards: [{ Id: 'max-images', Limit: '50' }, { Id: 'protect-tags', Patterns: ['release-*', 'prod'] }],
      Enforcement: 'WARN',
      ApprovedPreview: '0123456789abcdef',
      TimeoutSeconds: '300',
      Trigger: 'commit-1',
    });
  });

  test('contain the budgets of the rules, also of rules that are added later', () => {
    const { template } = synthesize((stack) => {
      const repository = new ecr.Repository(stack, 'Repository');
      const policy = LifecyclePolicy.fromRules(LifecycleRule.keep({ images: ImageSelection.tagged('release-*') }));
      policy.applyTo(repository);
      new LifecyclePreviewGate(stack, 'Gate', { repository, guards: [LifecycleGuard.protectTags('prod')] });
      policy.addRule(LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(20), maxExpiring: 200 }));
    });
    template.hasResourceProperties(GATE, {
      Guards: [{ Id: 'protect-tags', Patterns: ['prod'] }, { Id: 'max-expiring', RulePriority: 2, Limit: '200' }],
    });
  });

  test('contain no budgets of a policy that was replaced', () => {
    const { template } = synthesize((stack) => {
      const repository = new ecr.CfnRepository(stack, 'Repository');
      LifecyclePolicy.fromRules(
        LifecycleRule.expire({ images: ImageSelection.tagged('pr-*'), when: ExpireWhen.imageCountMoreThan(20), maxExpiring: 200 }),
      ).applyTo(repository);
      new LifecyclePreviewGate(stack, 'Gate', { repository });
      repository.lifecyclePolicy = { lifecyclePolicyText: POLICY().toText() };
    });
    template.hasResourceProperties(GATE, { Guards: [], LifecyclePolicyText: POLICY().toText() });
  });

  test('contain the defaults: fail, no guards, 14 minutes, and a service timeout of one hour, in which Lambda may throttle', () => {
    const { template } = synthesize((stack) => gatedRepository(stack, 'Repository'));
    template.hasResourceProperties(GATE, { Enforcement: 'FAIL', Guards: [], TimeoutSeconds: '840', ServiceTimeout: '3600' });
  });
});

describe('permissions', () => {
  const previewResources = ({ stack, template }: Synthesized) => Object.values(template.findResources('AWS::IAM::Policy'))
    .flatMap((policy) => policy.Properties.PolicyDocument.Statement)
    .filter((statement) => [statement.Action].flat().includes('ecr:StartLifecyclePolicyPreview'))
    .flatMap((statement) => (Array.isArray(statement.Resource) ? statement.Resource : [statement.Resource]))
    .map((resource) => JSON.stringify(stack.resolve(resource)));

  test('cover the repository by name, or by the pattern of the generated name', () => {
    const resources = previewResources(synthesize((stack) => {
      gatedRepository(stack, 'Generated');
      gatedRepository(stack, 'Named', { repositoryName: 'team/app' });
    }));
    expect(resources).toHaveLength(2);
    expect(resources[0]).toMatch(/:repository\/\*-generated[0-9a-f]{8}-\*"/);
    expect(resources[1]).toContain(':repository/team/app"');
  });

  test('no statement of the gate\'s role covers all resources', () => {
    const { template } = synthesize((stack) => gatedRepository(stack, 'Repository'));
    for (const policy of Object.values(template.findResources('AWS::IAM::Policy'))) {
      for (const statement of policy.Properties.PolicyDocument.Statement) expect([statement.Resource].flat()).not.toContain('*');
    }
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({
          Action: ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackResource'],
          Resource: { Ref: 'AWS::StackId' },
        })]),
      },
    });
  });
});

describe('cost', () => {
  test('one function per stack, regardless of the number of gates', () => {
    const { template } = synthesize((stack) => {
      for (let i = 0; i < 10; i++) gatedRepository(stack, `Repository${i}`);
    });
    template.resourceCountIs(GATE, 10);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::IAM::Role', 1);
  });
});

test.each([['e50b9e34539304c9, 0123456789abcdef'], [' '], [Aws.STACK_NAME]])('sends the approved previews %j as they are', (approvedPreview) => {
  const { stack, template } = synthesize((scope) => {
    const repository = new ecr.Repository(scope, 'Repository', { lifecycleRules: [{ maxImageCount: 5 }] });
    new LifecyclePreviewGate(scope, 'Gate', { repository, approvedPreview });
  });
  const [gate] = Object.values(template.findResources(GATE));
  expect(gate.Properties.ApprovedPreview).toEqual(stack.resolve(approvedPreview));
});

describe('misuse', () => {
  const withGate = (props: object) => () => synthesize((stack) => {
    new LifecyclePreviewGate(stack, 'Gate', { repository: new ecr.Repository(stack, 'Repository'), ...props });
  });

  test.each([
    [{ approvedPreview: 'ABC' }, 'InvalidFingerprint'],
    [{ approvedPreview: `e50b9e34539304c9, typo ${Aws.REGION}` }, 'InvalidFingerprint: .*got "typo"'],
    [{ timeout: Duration.minutes(15) }, 'InvalidTimeout'],
    [{ timeout: Duration.seconds(30) }, 'InvalidTimeout'],
  ])('rejects %j', (props, code) => {
    expect(withGate(props)).toThrow(new RegExp(code));
  });

  test('rejects an imported repository', () => {
    expect(() => synthesize((stack) => {
      new LifecyclePreviewGate(stack, 'Gate', { repository: ecr.Repository.fromRepositoryName(stack, 'Imported', 'team/app') });
    })).toThrow('ImportedRepository: LifecyclePreviewGate takes a repository that this app declares, got Shop/Imported');
  });

  test('rejects a gate in another stack', () => {
    const app = new App({ analyticsReporting: false });
    const repository = new ecr.Repository(new Stack(app, 'A'), 'Repository');
    expect(() => new LifecyclePreviewGate(new Stack(app, 'B'), 'Gate', { repository })).toThrow('MisplacedGate');
  });

  test('warns about a gate without a policy to preview', () => {
    const { stack } = synthesize((scope) => {
      new LifecyclePreviewGate(scope, 'Gate', { repository: new ecr.Repository(scope, 'Repository') });
    });
    Annotations.fromStack(stack).hasWarning('/Shop/Gate', Match.stringLikeRegexp('no lifecycle policy.*gateWithoutPolicy'));
  });
});

test('the attributes are the counts and the fingerprint of the gate\'s run', () => {
  const { stack } = synthesize((scope) => {
    gatedRepository(scope, 'Repository');
  });
  const gate = stack.node.findChild('RepositoryGate') as LifecyclePreviewGate;
  const attribute = (token: string) => stack.resolve(token)['Fn::GetAtt'][1];
  expect([gate.expiringImageCount, gate.archivingImageCount, gate.fingerprint].map(attribute))
    .toEqual(['ExpiringImageCount', 'ArchivingImageCount', 'Fingerprint']);
});
