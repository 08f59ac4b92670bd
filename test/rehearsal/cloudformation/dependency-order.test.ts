import { dependencyOrder, withDependencies } from '../../../rehearsal/cloudformation/dependency-order';

test('dependencies come first, everything else in the order of the template', () => {
  const graph = new Map([['late', ['early', 'middle']], ['other', []], ['middle', ['early']], ['early', []]]);
  expect(dependencyOrder(graph)).toEqual(['early', 'middle', 'late', 'other']);
});

test('names outside the graph are ignored', () => {
  expect(dependencyOrder(new Map([['a', ['gone']]]))).toEqual(['a']);
});

test.each([
  [{ a: ['b'], b: ['c'], c: ['b'] }, '[b, c]'],
  [{ a: ['a'] }, '[a]'],
])('a circle names its members: %j', (graph, members) => {
  expect(() => dependencyOrder(new Map(Object.entries(graph)))).toThrow(`Circular dependency between resources: ${members}`);
});

test('all direct and indirect dependencies', () => {
  const graph = new Map([['a', ['b']], ['b', ['c']], ['c', []], ['d', ['c']]]);
  expect([...withDependencies(graph, ['a'])].sort()).toEqual(['a', 'b', 'c']);
});
