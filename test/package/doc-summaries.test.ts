import { Assembly, ClassType, EnumType, InterfaceType, PrimitiveType, TypeKind } from '@jsii/spec';
import { docProblems } from './doc-summaries';

const inShop = { assembly: 'shop' };
const text = { primitive: PrimitiveType.String };

/** A class, an interface and an enum without a problem, but for the summary of one element. */
function assemblyWith(changed: Readonly<Record<string, string | undefined>> = {}): Pick<Assembly, 'types'> {
  const textOf = (element: string, usual: string) => Object.hasOwn(changed, element) ? changed[element] : usual;
  const docs = (element: string, summary: string) => ({ summary: textOf(element, summary) });
  const shop: ClassType = {
    ...inShop,
    kind: TypeKind.Class,
    name: 'Shop',
    fqn: 'shop.Shop',
    docs: { ...docs('class', 'A shop.'), example: textOf('example', 'new Shop();') },
    locationInModule: { filename: 'src/shop.ts', line: 7 },
    initializer: { docs: docs('constructor', 'Opens a shop.'), parameters: [{ name: 'city', type: text, docs: docs('parameter of the constructor', 'The city.') }] },
    methods: [{ name: 'sell', docs: docs('method', 'Sells an item.'), parameters: [{ name: 'item', type: text, docs: docs('parameter', 'The `item:id`: its key.') }] }],
    properties: [{ name: 'city', type: text, docs: docs('property', 'The city, e.g. Bern.') }],
  };
  const props: InterfaceType = {
    ...inShop,
    kind: TypeKind.Interface,
    name: 'ShopProps',
    fqn: 'shop.ShopProps',
    docs: docs('interface', 'Properties of `Shop; and: more`.'),
    properties: [{ name: 'city', type: text, docs: docs('property of the interface', 'The city.') }],
  };
  const state: EnumType = {
    ...inShop,
    kind: TypeKind.Enum,
    name: 'State',
    fqn: 'shop.State',
    docs: docs('enum', 'The state of a shop.'),
    members: [{ name: 'OPEN', docs: docs('enum member', 'Customers may enter.') }],
  };
  return { types: Object.fromEntries([shop, props, state].map((type) => [type.fqn, type])) };
}

const problemsWith = (changed?: Readonly<Record<string, string | undefined>>, entryPoints = ['Shop']) =>
  docProblems(assemblyWith(changed), entryPoints).map(({ element, problem }) => `${element}: ${problem}`);

test('accepts summaries that are whole sentences', () => {
  expect(problemsWith()).toEqual([]);
});

test.each([
  ['class', 'Shop'],
  ['constructor', 'new Shop'],
  ['parameter of the constructor', 'new Shop(city)'],
  ['method', 'Shop.sell'],
  ['parameter', 'Shop.sell(item)'],
  ['property', 'Shop.city'],
  ['interface', 'ShopProps'],
  ['property of the interface', 'ShopProps.city'],
  ['enum', 'State'],
  ['enum member', 'State.OPEN'],
])('every %s needs a summary', (element, name) => {
  expect(problemsWith({ [element]: undefined })).toEqual([`${name}: a summary is missing`]);
  expect(problemsWith({ [element]: 'No description.' })).toEqual([`${name}: a summary is missing`]);
});

test.each([
  ['sells an item.', 'the summary must start with a capital letter'],
  ['Sells an item', 'the summary must end with a period; jsii cuts it at a semicolon'],
  ['Sells an item;', 'the summary must end with a period; jsii cuts it at a semicolon'],
  ['Sells an item, e.g.', 'the summary must not end with an abbreviation, where jsii cuts it'],
  ['Sells an item. It may be the last one.', 'the summary must be one sentence'],
  ['Sells an item. `item` may be the last one.', 'the summary must be one sentence'],
  ['Sells an item; it may be the last one.', 'the summary must not contain a semicolon'],
])('neither a method nor a parameter has the summary "%s"', (summary, problem) => {
  expect(problemsWith({ method: summary })).toEqual([`Shop.sell: ${problem}: "${summary}"`]);
  expect(problemsWith({ parameter: summary })).toEqual([`Shop.sell(item): ${problem}: "${summary}"`]);
});

test.each([
  ['Sells: an item.', 'the summary must not contain a colon'],
  ['What to sell.', 'the summary must open with a verb in the third person or a noun, not with a question word'],
  ['How much it sells.', 'the summary must open with a verb in the third person or a noun, not with a question word'],
])('a parameter may have the summary "%s", a method may not', (summary, problem) => {
  expect(problemsWith({ method: summary })).toEqual([`Shop.sell: ${problem}: "${summary}"`]);
  expect(problemsWith({ parameter: summary })).toEqual([]);
});

test('an entry point needs an example', () => {
  expect(problemsWith({ example: undefined })).toEqual(['Shop: the entry point needs an @example']);
});

test('an entry point that does not exist is a problem', () => {
  expect(problemsWith({}, ['Market'])).toEqual(['Market: the entry point does not exist']);
});

test('a problem has the location of its element', () => {
  expect(docProblems(assemblyWith({ class: undefined }), [])).toEqual([expect.objectContaining({ location: { filename: 'src/shop.ts', line: 7 } })]);
});
