import { resolve, type ResourceValues } from '../../../rehearsal/cloudformation/intrinsics';
import type { Json, JsonObject } from '../../../rehearsal/cloudformation/json';
import { readTemplate } from '../../../rehearsal/cloudformation/template';

const PSEUDO = { 'AWS::Region': 'us-east-1', 'AWS::AccountId': '111122223333', 'AWS::StackName': 'Shop' };
const RESOURCES: ResourceValues = {
  ref: (logicalId) => `id-of-${logicalId}`,
  attribute: (logicalId, name) => `${name}-of-${logicalId}`,
};
const OTHER = { Type: 'AWS::SNS::Topic' };

function template(source: JsonObject, parameters: Record<string, string> = {}): ReturnType<typeof readTemplate> {
  return readTemplate({ Resources: { Other: OTHER }, ...source }, PSEUDO, parameters);
}

/** Resolves a value as a property of a resource, in a template with these sections. */
function valueOf(value: Json, sections: JsonObject = {}): Json {
  const { resources, environment } = template({
    ...sections, Resources: { Other: OTHER, Topic: { Type: 'AWS::SNS::Topic', Properties: { Value: value } } },
  });
  return resolve(resources.get('Topic')!.properties, environment, RESOURCES);
}

const MAPPINGS = { Mappings: { Regions: { 'us-east-1': { Size: 'large' } } } };
const CONDITIONS = {
  Parameters: { Stage: { Type: 'String', Default: 'prod' } },
  Conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    IsTest: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsTest' }] },
  },
};

// Rows differ in length: with as many named parameters as the longest row, jest would pass `done` for a missing value.
describe('a value', () => {
  test.each<[string, Json, Json, JsonObject?]>([
    ['Ref to a resource', { Ref: 'Other' }, 'id-of-Other'],
    ['Ref to a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref to a parameter', { Ref: 'Stage' }, 'prod', CONDITIONS],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Other', 'TopicArn'] }, 'TopicArn-of-Other'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Other.Deep.Name' }, 'Deep.Name-of-Other'],
    ['Fn::Join', { 'Fn::Join': ['/', ['a', { Ref: 'Other' }, 1]] }, 'a/id-of-Other/1'],
    ['Fn::Join of a split list', { 'Fn::Join': ['+', { 'Fn::Split': [',', 'a,b'] }] }, 'a+b'],
    ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['Fn::Sub as text', { 'Fn::Sub': '${AWS::AccountId}-${Other}-${Other.TopicArn}-${!Literal}' }, '111122223333-id-of-Other-TopicArn-of-Other-${Literal}'],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${Name}@${AWS::Region}', { Name: { Ref: 'Other' } }] }, 'id-of-Other@us-east-1'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, 'Size'] }, 'large', MAPPINGS],
    ['Fn::If, true', { 'Fn::If': ['IsProd', 'yes', 'no'] }, 'yes', CONDITIONS],
    ['Fn::If, false', { 'Fn::If': ['IsTest', 'yes', { Ref: 'Other' }] }, 'id-of-Other', CONDITIONS],
    ['Fn::And', { 'Fn::If': ['Both', 1, 2] }, 2, CONDITIONS],
    ['Fn::Or', { 'Fn::If': ['Either', 1, 2] }, 1, CONDITIONS],
    ['AWS::NoValue in a list', ['a', { Ref: 'AWS::NoValue' }, 'b'], ['a', 'b']],
    ['no function at all', { a: [1, true, { b: 'c' }] }, { a: [1, true, { b: 'c' }] }],
  ])('%s', (...[, value, expected, sections]) => {
    expect(valueOf(value, sections)).toEqual({ Value: expected });
  });

  test('AWS::NoValue removes its property', () => {
    expect(valueOf({ 'Fn::If': ['IsTest', 'x', { Ref: 'AWS::NoValue' }] }, CONDITIONS)).toEqual({});
  });
});

describe('rejected before any resource changes', () => {
  test.each<[string, Json, RegExp, JsonObject?]>([
    ['an unknown function', { 'Fn::GetAZs': '' }, /intrinsic function Fn::GetAZs is not supported/],
    ['an import', { a: [{ 'Fn::ImportValue': 'x' }] }, /intrinsic function Fn::ImportValue is not supported/],
    ['an unknown pseudo parameter', { Ref: 'AWS::NotificationARNs' }, /pseudo parameter AWS::NotificationARNs/],
    ['one in Fn::Sub', { 'Fn::Sub': 'x${AWS::Wrong}' }, /pseudo parameter AWS::Wrong/],
    ['a function beside another key', { 'Fn::Sub': 'x', 'y': 1 }, /must be the only key/],
    ['a reference to nothing', { Ref: 'Missing' }, /Unresolved resource dependencies \[Missing\] in the Resources block/],
    ['null', { a: null }, /'null' values are not allowed/],
    ['a dynamic reference', '{{resolve:ssm:/name}}', /dynamic reference/],
    ['a condition that is not declared', { 'Fn::If': ['Missing', 1, 2] }, /Unresolved condition Missing/],
  ])('%s', (...[, value, message, sections]) => {
    expect(() => valueOf(value, sections)).toThrow(message);
  });

  test.each<[string, JsonObject, RegExp]>([
    ['a circle of conditions', { Conditions: { A: { 'Fn::Not': [{ Condition: 'B' }] }, B: { 'Fn::Not': [{ Condition: 'A' }] } } }, /circular condition/],
    ['an unknown function in a condition', { Conditions: { A: { 'Fn::Contains': [[], ''] } } }, /condition .* is not supported/],
    ['a parameter without a value', { Parameters: { Name: { Type: 'String' } } }, /Parameters: \[Name\] must have values/],
    ['a transform', { Transform: 'AWS::Serverless-2016-10-31' }, /section Transform is not supported/],
    ['an output that refers to nothing', { Outputs: { O: { Value: { Ref: 'Missing' } } } }, /in the Outputs block/],
    ['no resources', { Resources: {} }, /At least one Resources member/],
  ])('%s', (_, source, message) => {
    expect(() => template(source)).toThrow(message);
  });

  test('a parameter that is not in the template', () => {
    expect(() => template({}, { Stage: 'prod' })).toThrow('Parameters: [Stage] do not exist in the template');
  });
});

describe('conditions on resources', () => {
  const source = {
    ...CONDITIONS,
    Resources: {
      Prod: { Type: 'AWS::SNS::Topic', Condition: 'IsProd' },
      Test: { Type: 'AWS::SNS::Topic', Condition: 'IsTest' },
      Uses: { Type: 'AWS::SNS::Topic', Properties: { Value: { 'Fn::If': ['IsTest', { Ref: 'Test' }, { Ref: 'Prod' }] } } },
    },
  };

  test('remove the resource, and the other branch of Fn::If adds no dependency', () => {
    const { resources } = template(source);
    expect([...resources.keys()]).toEqual(['Prod', 'Uses']);
    expect(resources.get('Uses')!.dependsOn).toEqual(['Prod']);
  });

  test('DependsOn may name a removed resource, a reference may not', () => {
    const dependent = (rest: JsonObject) => template({ ...source, Resources: { ...source.Resources, Last: { ...OTHER, DependsOn: ['Test', 'Prod'], ...rest } } });
    expect(dependent({}).resources.get('Last')!.dependsOn).toEqual(['Prod']);
    expect(() => dependent({ Properties: { Value: { Ref: 'Test' } } })).toThrow('Unresolved resource dependencies [Test]');
    expect(() => dependent({ DependsOn: ['Missing'] })).toThrow('Unresolved resource dependencies [Missing]');
  });

  test('depend on the value of a parameter', () => {
    expect([...template(source, { Stage: 'dev' }).resources.keys()]).toEqual(['Test', 'Uses']);
  });
});

test('dependencies are found in DependsOn, Ref, Fn::GetAtt and both forms of Fn::Sub', () => {
  const topic = { Type: 'AWS::SNS::Topic' };
  const { resources } = template({
    Parameters: { Stage: { Type: 'String', Default: 'prod' } },
    Resources: {
      A: topic,
      B: topic,
      C: topic,
      D: topic,
      E: topic,
      F: topic,
      Last: {
        ...topic,
        DependsOn: ['A'],
        Properties: {
          One: { Ref: 'B' },
          Two: [{ 'Fn::GetAtt': ['C', 'Arn'] }],
          Three: { 'Fn::Sub': '${D.Arn} ${AWS::Region} ${Stage} ${!E}' },
          Four: { 'Fn::Sub': ['${Own} ${E}', { Own: { Ref: 'F' } }] },
        },
      },
    },
  });
  expect([...resources.get('Last')!.dependsOn].sort()).toEqual(['A', 'B', 'C', 'D', 'E', 'F']);
});
