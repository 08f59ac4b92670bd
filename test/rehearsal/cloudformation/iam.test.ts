import { isAllowed, UnsupportedStatement } from '../../../rehearsal/cloudformation/iam';
import type { JsonObject } from '../../../rehearsal/cloudformation/json';

const REPOSITORY = 'arn:aws:ecr:us-east-1:111122223333:repository/shop/web';

function allowed(statements: JsonObject[], action = 'ecr:DescribeImages', resource = REPOSITORY): boolean {
  return isAllowed([{ Version: '2012-10-17', Statement: statements }], action, resource);
}

test.each<[string, JsonObject[], boolean]>([
  ['nothing is said', [], false],
  ['exactly this', [{ Effect: 'Allow', Action: 'ecr:DescribeImages', Resource: REPOSITORY }], true],
  ['one of several', [{ Effect: 'Allow', Action: ['ecr:X', 'ecr:DescribeImages'], Resource: ['arn:x', REPOSITORY] }], true],
  ['another action', [{ Effect: 'Allow', Action: 'ecr:BatchGetImage', Resource: '*' }], false],
  ['another resource', [{ Effect: 'Allow', Action: '*', Resource: `${REPOSITORY}-2` }], false],
  ['wildcards', [{ Effect: 'Allow', Action: 'ecr:Describe*', Resource: 'arn:aws:ecr:*:111122223333:repository/shop/we?' }], true],
  ['actions in any case', [{ Effect: 'Allow', Action: 'ECR:describeimages', Resource: '*' }], true],
  ['resources by their case', [{ Effect: 'Allow', Action: '*', Resource: REPOSITORY.toUpperCase() }], false],
  ['a dot is a dot', [{ Effect: 'Allow', Action: '*', Resource: 'arn:aws:ecr.us-east-1:111122223333:repository/shop/web' }], false],
  ['Deny wins', [
    { Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'ecr:Describe*', Resource: '*' },
  ], false],
  ['Deny of something else', [
    { Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'ecr:Delete*', Resource: '*' },
  ], true],
])('%s', (_, statements, expected) => {
  expect(allowed(statements)).toBe(expected);
});

test('policies of a role are combined, and a Deny overrides all of them', () => {
  const allow = { Statement: { Effect: 'Allow', Action: 'ecr:*', Resource: '*' } };
  const deny = { Statement: [{ Effect: 'Deny', Action: '*', Resource: REPOSITORY }] };
  expect(isAllowed([allow], 'ecr:DescribeImages', REPOSITORY)).toBe(true);
  expect(isAllowed([allow, deny], 'ecr:DescribeImages', REPOSITORY)).toBe(false);
});

describe('unsupported statements', () => {
  const conditional = { Effect: 'Allow', Action: 'ecr:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } };

  test('a condition that decides the result is an error', () => {
    expect(() => allowed([conditional])).toThrow(UnsupportedStatement);
  });

  test('a condition of an unrelated statement is ignored', () => {
    expect(allowed([conditional], 'lambda:InvokeFunction')).toBe(false);
  });

  test.each(['NotAction', 'NotResource'])('%s is an error', (key) => {
    expect(() => allowed([{ Effect: 'Allow', Action: '*', Resource: '*', [key]: 'x' }])).toThrow(`unsupported: IAM statement with ${key}`);
  });
});
