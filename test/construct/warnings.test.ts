import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Annotations as CdkAnnotations, App, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct, IConstruct } from 'constructs';
import { GatedRepository, LifecyclePolicy } from '../../src';
import { addWarning } from '../../src/construct/warnings';

const SOURCE = path.join(__dirname, '../../src');
const ID = 'cdk-ecr-lifecycle:example';

const newStack = () => new Stack(new App({ analyticsReporting: false }), 'Shop');
const warningsOf = (stack: Stack, id = ID) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(`\\[ack: ${id}\\]`));
const acknowledge = (scope: IConstruct, id = ID) => CdkAnnotations.of(scope).acknowledgeWarning(id, 'a reason');

describe.each<[string, (target: Construct) => IConstruct]>([
  ['the construct', (target) => target],
  ['its parent', (target) => target.node.scope!],
  ['the stack', (target) => Stack.of(target)],
  ['the app', (target) => target.node.root],
])('a warning that is acknowledged on %s', (_, scopeOf) => {
  const build = () => new Construct(new Construct(newStack(), 'Parent'), 'Target');

  test('before it is added', () => {
    const target = build();
    acknowledge(scopeOf(target));
    addWarning(target, 'example', 'a message');
    expect(warningsOf(Stack.of(target))).toEqual([]);
  });

  test('after it is added', () => {
    const target = build();
    addWarning(target, 'example', 'a message');
    acknowledge(scopeOf(target));
    expect(warningsOf(Stack.of(target))).toEqual([]);
  });

  test('at the end of synthesis', () => {
    const target = build();
    acknowledge(scopeOf(target));
    target.node.addValidation({
      validate: () => {
        addWarning(target, 'example', 'a message');
        return [];
      },
    });
    expect(warningsOf(Stack.of(target))).toEqual([]);
  });
});

test('other warnings, and warnings of other constructs, remain', () => {
  const stack = newStack();
  const [target, neighbor] = [new Construct(stack, 'Target'), new Construct(stack, 'Target2')];
  acknowledge(target);
  acknowledge(stack, 'cdk-ecr-lifecycle:other');
  addWarning(target, 'example', 'acknowledged');
  addWarning(neighbor, 'example', 'open');
  expect(warningsOf(stack).map(({ id }) => id)).toEqual(['/Shop/Target2']);
});

test('an acknowledgment on a stage covers its stacks', () => {
  const stage = new Stage(new App({ analyticsReporting: false }), 'Prod');
  const stack = new Stack(stage, 'Shop');
  acknowledge(stage);
  addWarning(stack, 'example', 'a message');
  expect(warningsOf(stack)).toEqual([]);
});

test.each<[string, (repository: ecr.Repository) => IConstruct]>([
  ['the repository', (repository) => repository],
  ['the stack', (repository) => Stack.of(repository)],
  ['the app', (repository) => repository.node.root],
])('the id in a message is the id to acknowledge on %s', (_, scopeOf) => {
  const build = (): GatedRepository => new GatedRepository(newStack(), 'Web', {
    lifecyclePolicy: LifecyclePolicy.fromText(JSON.stringify({
      rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 }, action: { type: 'expire' } }],
    })),
  });
  const idsOf = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.anyValue())
    .map(({ entry }) => /\[ack: (cdk-ecr-lifecycle:\w+)\]$/.exec(String(entry.data))?.[1]);
  const shown = idsOf(Stack.of(build()));
  expect(shown).toContain('cdk-ecr-lifecycle:ageCatchAll');

  const repository = build();
  for (const id of shown) acknowledge(scopeOf(repository), id);
  expect(idsOf(Stack.of(repository))).toEqual([]);
});

test('every warning is added here, so that its acknowledgment is found', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.filter((file) => readFileSync(path.join(SOURCE, file), 'utf8').includes('addWarningV2'))).toEqual([path.join('construct', 'warnings.ts')]);
});
