import { parsePolicyText } from '../../../src/core/policy/policy-text';
import { unwrapPolicyText } from '../../../src/core/policy/wrapped-policy';
import { onlyRule, rule } from '../policy-fixtures';

const POLICY = onlyRule();
const TEXT = JSON.stringify(POLICY, null, 1);
const OTHER = JSON.stringify(onlyRule({ rulePriority: 7 }));

const ANSWER = { registryId: '111122223333', repositoryName: 'shop/web', lifecyclePolicyText: TEXT };
const RESOURCE = (text: unknown, type = 'AWS::ECR::Repository') => ({ Type: type, Properties: { RepositoryName: 'shop/web', LifecyclePolicy: { LifecyclePolicyText: text } } });
const TERRAFORM = (text: string) => ({ address: 'aws_ecr_lifecycle_policy.web', type: 'aws_ecr_lifecycle_policy', values: { repository: 'shop/web', policy: text } });

test.each<[string, unknown, string]>([
  ['get-lifecycle-policy', { ...ANSWER, lastEvaluatedAt: '2026-01-01T00:00:00+00:00' }, 'the output of get-lifecycle-policy'],
  ['get-lifecycle-policy by boto3', { ResponseMetadata: { HTTPStatusCode: 200 }, ...ANSWER, lastEvaluatedAt: '2026-01-01 00:00:00+00:00' }, 'the output of get-lifecycle-policy'],
  ['get-lifecycle-policy-preview', { ...ANSWER, status: 'COMPLETE', previewResults: [], summary: {} }, 'the output of get-lifecycle-policy-preview'],
  ['the input of put-lifecycle-policy', ANSWER, 'the input or output of a command of ECR'],
  ['its skeleton', { registryId: '', repositoryName: '', lifecyclePolicyText: TEXT }, 'the input or output of a command of ECR'],
  ['a JSON string', TEXT, 'a JSON string'],
  ['an answer as a JSON string', JSON.stringify(ANSWER), 'a JSON string'],
  ['a CloudFormation resource', RESOURCE(TEXT), 'a CloudFormation resource of type "AWS::ECR::Repository"'],
  ['a creation template', { Type: 'AWS::ECR::RepositoryCreationTemplate', Properties: { LifecyclePolicy: TEXT } }, 'a CloudFormation resource of type "AWS::ECR::RepositoryCreationTemplate"'],
  ['the property of a resource', { LifecyclePolicyText: TEXT, RegistryId: '111122223333' }, 'the LifecyclePolicy property of a CloudFormation resource'],
  ['a template', { Resources: { Web: RESOURCE(TEXT), Topic: { Type: 'AWS::SNS::Topic' } } }, 'a CloudFormation template'],
  ['a template with the same policy twice', { Resources: { Web: RESOURCE(TEXT), Api: RESOURCE(JSON.stringify(POLICY)) } }, 'a CloudFormation template'],
  ['a resource of Terraform', TERRAFORM(TEXT), 'a document of Terraform'],
  ['the values of a resource of Terraform', { repository: 'shop/web', policy: TEXT }, 'a document of Terraform'],
  ['a state of Terraform', { terraform_version: '1.9.0', values: { root_module: { child_modules: [{ resources: [TERRAFORM(TEXT)] }] } } }, 'a document of Terraform'],
  ['a state file of Terraform', { version: 4, terraform_version: '1.9.0', resources: [{ instances: [{ attributes: { policy: TEXT } }] }] }, 'a document of Terraform'],
  ['a list with one answer', [ANSWER], 'a list'],
  ['another wrapper', { policies: { web: POLICY } }, 'an object with the keys policies'],
])('the only policy is found in %s', (_, json, document) => {
  const found = unwrapPolicyText(JSON.stringify(json));
  expect(found?.document).toBe(document);
  expect(JSON.parse(found!.text)).toEqual(POLICY);
  expect(parsePolicyText(found!.text)).toEqual({ ok: true, value: POLICY });
});

test('the text is taken as it is, with its mistakes', () => {
  expect(unwrapPolicyText(JSON.stringify(ANSWER))?.text).toBe(TEXT);
  expect(unwrapPolicyText(JSON.stringify({ ...ANSWER, lifecyclePolicyText: '{"rules": [' }))?.text).toBe('{"rules": [');
});

const problemsOf = (json: unknown) => {
  const parsed = parsePolicyText(JSON.stringify(json).padEnd(100));
  return parsed.ok ? [] : parsed.problems.map(({ code, path, message }) => `${code}${path === '' ? '' : ` at ${path}`}: ${message}`);
};

test.each<[string, unknown, string]>([
  ['an answer of ECR', ANSWER, 'WrappedPolicy: the text is the input or output of a command of ECR, and ECR accepts only the policy in it: take that text, '
    + 'for example with "--query lifecyclePolicyText --output text"'],
  ['a resource', RESOURCE(TEXT), 'WrappedPolicy: the text is a CloudFormation resource of type "AWS::ECR::Repository", and ECR accepts only the policy in it: take that text'],
  ['an empty skeleton', { ...ANSWER, lifecyclePolicyText: '' },
    'WrappedPolicy: the text is the input or output of a command of ECR whose policy at lifecyclePolicyText is not the text of a policy: take the text that ECR would get'],
  ['a template with an expression', { Resources: { Web: RESOURCE({ 'Fn::Sub': '…' }) } },
    'WrappedPolicy: the text is a CloudFormation template whose policy at Resources.Web.Properties.LifecyclePolicy.LifecyclePolicyText is not the text of a policy: '
    + 'take the text that ECR would get, or check the synthesized app with --app'],
  ['a template with two policies', { Resources: { Web: RESOURCE(TEXT), Api: RESOURCE(OTHER) } },
    'WrappedPolicy: the text is a CloudFormation template with 2 policies, at Resources.Web.Properties.LifecyclePolicy.LifecyclePolicyText, '
    + 'Resources.Api.Properties.LifecyclePolicy.LifecyclePolicyText: take the text of one of them, or check the synthesized app with --app'],
  ['answers for two repositories', [ANSWER, { ...ANSWER, lifecyclePolicyText: OTHER }],
    'WrappedPolicy: the text is a list with 2 policies, at [0].lifecyclePolicyText, [1].lifecyclePolicyText: take the text of one of them'],
  ['a template without a policy', { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } },
    'OtherDocument: the text is a CloudFormation template without a lifecycle policy of a repository: check the synthesized app with --app, or give the text of a policy'],
  ['a rule', rule(), 'BareRules: the text is a single rule: put it into a list in an object, {"rules": [ … ]}'],
  ['a list of rules', [rule(), rule({ rulePriority: 2 })], 'BareRules: the text is a list of rules: put it into an object, {"rules": [ … ]}'],
  ['the policy of a repository', { Version: '2012-10-17', Statement: [{ Effect: 'Allow' }] },
    'OtherDocument: the text is an IAM policy, such as the policy of a repository, and not a lifecycle policy: give a document like {"rules": […]}'],
  ['the images of a repository', { imageDetails: [] }, 'OtherDocument: the text is a list of images and not a policy: give it with --images'],
  ['an object of any other kind', { Rules: [], ID: 'a', Status: 'Enabled' }, 'MissingKey at rules: rules is missing in {"Rules":[],"ID":"a","Status":"Enabled"}: add a list of 1 to 50 rules'],
  ['an object of any other kind', { a: 1, b: 2, c: 3, d: 4, e: 5 }, 'MissingKey at rules: rules is missing in {"a":1,"b":2,"c":3,"d":4,"e":5}: add a list of 1 to 50 rules'],
])('a text that is %s has one problem', (_, json, problem) => {
  expect(problemsOf(json)[0]).toBe(problem);
  expect(problemsOf(json).slice(1).every((other) => other.includes('did you mean "rules"?'))).toBe(true);
});

test.each<[string, unknown]>([
  ['a policy', POLICY], ['a policy without rules', { rules: [] }], ['a policy with an unknown key', { ...POLICY, Version: '1' }],
  ['a policy with rules of another kind', { rules: [{ id: 1 }] }], ['a number', 3], ['nothing', null], ['an empty list', []], ['a text', 'policy'],
])('%s is not unwrapped', (_, json) => {
  expect(unwrapPolicyText(JSON.stringify(json))).toBeUndefined();
  expect(problemsOf(json).join()).not.toMatch(/WrappedPolicy|BareRules|OtherDocument/);
});
