import * as fs from 'fs';
import * as path from 'path';
import { assemblyOf, EXAMPLES } from './examples';
import { closureOf } from '../repository/template-graph';

const README = fs.readFileSync(path.join(__dirname, '../../README.md'), 'utf8');
const GATE = 'Custom::LifecyclePreviewGate';
const REPOSITORY = 'AWS::ECR::Repository';

const messagesOf = (file: string) => assemblyOf(file).stacks.flatMap(({ messages }) => messages.map(({ entry }) => String(entry.data)));
const templatesOf = (file: string): any[] => assemblyOf(file).stacks.map(({ template }) => template);
const ofType = (type: string, ...templates: any[]): any[] =>
  templates.flatMap(({ Resources }) => Object.values<any>(Resources).filter(({ Type }) => Type === type));
const only = (type: string, file: string): any => {
  const found = ofType(type, ...templatesOf(file));
  expect(found).toHaveLength(1);
  return found[0].Properties;
};
const rulesOf = (file: string): any[] => JSON.parse(only(REPOSITORY, file).LifecyclePolicy.LifecyclePolicyText).rules;

describe.each(EXAMPLES)('%s', (file) => {
  test('is synthesized without a warning', () => {
    expect(messagesOf(file)).toEqual([]);
  });

  test('has a gate before each repository with a lifecycle policy', () => {
    for (const template of templatesOf(file)) {
      for (const [id, { Type, Properties }] of Object.entries<any>(template.Resources)) {
        if (Type !== REPOSITORY || !Properties?.LifecyclePolicy) continue;
        expect(closureOf(template, id).map((before) => template.Resources[before].Type)).toContain(GATE);
      }
    }
  });

  test('is listed in the README', () => {
    expect(README).toContain(`/examples/${file})`);
  });
});

test('the README lists only existing examples', () => {
  const listed = [...README.matchAll(/\/examples\/([^)/]+)\)/g)].map(([, file]) => file);
  expect([...new Set(listed)].sort()).toEqual(EXAMPLES);
});

test('the first repository keeps and guards releases', () => {
  expect(rulesOf('first-gated-repository.ts').map(({ selection }) => selection.tagPatternList ?? selection.tagStatus))
    .toEqual([['release-*'], ['prod'], ['pr-*'], 'untagged']);
  expect(only(GATE, 'first-gated-repository.ts')).toMatchObject({
    RepositoryName: 'shop/web', Guards: [{ Id: 'max-images', Limit: '40' }, { Id: 'protect-tags', Patterns: ['release-*', 'prod'] }],
  });
});

test('the whole app has a gate for exactly the repositories with rules', () => {
  const templates = templatesOf('gate-whole-app.ts');
  expect(templates.map((template) => [ofType(REPOSITORY, template).length, ofType(GATE, template).length]).sort()).toEqual([[1, 1], [2, 1]]);
});

test('functions of two accounts may use the images', () => {
  const { Statement } = only(REPOSITORY, 'multi-account-lambda.ts').RepositoryPolicyText;
  const text = JSON.stringify(Statement.filter(({ Effect }: any) => Effect === 'Allow'));
  for (const account of ['111122223333', '444455556666']) {
    expect(text).toContain(`:iam::${account}:root`);
    expect(text).toContain(`:${account}:function:*`);
  }
});

test('images are archived after 90 days without a pull, and deleted a year later', () => {
  expect(rulesOf('archive-then-delete.ts').slice(-2)).toMatchObject([
    { selection: { countType: 'sinceImagePulled', countNumber: 90 }, action: { type: 'transition', targetStorageClass: 'archive' } },
    { selection: { countType: 'sinceImageTransitioned', countNumber: 365, storageClass: 'archive' }, action: { type: 'expire' } },
  ]);
});

test('the repository that was created by hand is not declared, and gets its policy from the attachment', () => {
  const file = 'imported-repository.ts';
  expect(ofType(REPOSITORY, ...templatesOf(file))).toEqual([]);
  const { RepositoryName, Purpose, LifecyclePolicyText } = only('Custom::LifecyclePolicyAttachment', file);
  expect([RepositoryName, Purpose]).toEqual(['legacy/web', 'ATTACHMENT']);
  expect(JSON.parse(LifecyclePolicyText).rules.map(({ action }: any) => action.type)).toEqual(['expire', 'expire', 'expire']);
});

test('the template for the cache is created before the first repository', () => {
  const [template] = templatesOf('pull-through-cache.ts');
  const [[ruleId, rule]] = Object.entries<any>(template.Resources).filter(([, { Type }]) => Type === 'AWS::ECR::PullThroughCacheRule');
  const [creation] = ofType('AWS::ECR::RepositoryCreationTemplate', template);
  expect(closureOf(template, ruleId).map((id) => template.Resources[id])).toContain(creation);
  expect(creation.Properties).toMatchObject({ Prefix: rule.Properties.EcrRepositoryPrefix, AppliedFor: ['PULL_THROUGH_CACHE'] });
  expect(JSON.parse(creation.Properties.LifecyclePolicy).rules).toHaveLength(2);
  expect(JSON.parse(creation.Properties.RepositoryPolicy).Statement[0].Condition).toEqual({ StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } });
});

test('every team of the monorepo has a rule of its own, and a budget', () => {
  const expiring = rulesOf('monorepo-teams.ts').filter(({ selection }) => /-build-/.test(selection.tagPatternList[0]));
  expect(expiring.map(({ selection }) => [selection.tagPatternList[0], selection.countNumber]))
    .toEqual([['search-build-*', 30], ['checkout-build-*', 100], ['mail-build-*', 10]]);
  const guards: any[] = only(GATE, 'monorepo-teams.ts').Guards;
  expect(guards.filter(({ Id }) => Id === 'max-expiring').map(({ RulePriority }) => Number(RulePriority)))
    .toEqual(expiring.map(({ rulePriority }) => rulePriority));
});

test('one preview is approved', () => {
  expect(only(GATE, 'approve-one-preview.ts').ApprovedPreview).toBe('e50b9e34539304c9');
});
