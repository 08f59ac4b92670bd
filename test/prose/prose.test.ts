import { find } from './find';
import { markdownTexts } from './markdown-texts';
import { RULES } from './rules';
import { sourceTexts } from './source-texts';
import { Text } from './text';

describe.each(RULES.map((rule) => [rule.id, rule] as const))('rule %s', (_id, rule) => {
  const findIn = (example: string) => rule.kinds.map((kind) => find([rule], { kind, offset: 0, body: example, opensComment: true }).length);

  test('has examples', () => {
    expect(rule.bad.length).toBeGreaterThan(0);
    expect(rule.good.length).toBeGreaterThan(0);
  });

  test('finds each bad example', () => {
    expect(rule.bad.filter((example) => findIn(example).includes(0))).toEqual([]);
  });

  test('accepts each good example', () => {
    expect(rule.good.filter((example) => findIn(example).some((found) => found > 0))).toEqual([]);
  });

  test('has advice of one sentence', () => {
    expect(rule.advice).toMatch(/^[A-Z][^;]*\.["”]?$/);
  });
});

test('the ids of the rules differ', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
});

describe('the texts of a source file', () => {
  test('comments: of a doc comment, its paragraphs and its tags', () => {
    expect(read(`
      /**
       * First \`code\` of
       * two lines.
       *
       * Second. See https://example.com/nobody.
       *
       * @param count - The limit.
       * @default - the first
       * @see https://example.com
       * @example
       * nobody();
       */
      f(1); // Trailing.
      // One comment
      // of two lines.
    `)).toEqual([
      ['comment', 'First `xxxx` of two lines.', true],
      ['comment', 'Second. See xxxxx://xxxxxxx.xxx/xxxxxx', false],
      ['param', 'The limit.', false],
      ['comment', 'the first', false],
      ['comment', 'Trailing.', true],
      ['comment', 'One comment of two lines.', true],
    ].map(([kind, body, opens]) => [kind, expect.stringContaining(String(body).slice(0, 11)), opens]));
  });

  test('comments: without the marks of the last line', () => {
    expect(read('/**\n * @param count The limit.\n */\nf();')).toEqual([['param', 'The limit.', true]]);
  });

  test('comments: not those for a tool', () => {
    expect(read('// eslint-disable-next-line no-console\nf();')).toEqual([]);
  });

  test('comments: not in strings, templates and regular expressions', () => {
    expect(read('f("// a", `/* b */${c}// d`, /\\/\\/ e/);')).toEqual([]);
  });

  test('strings: of three words, joined, with masked values', () => {
    expect(read("import 'a b c d'; f('two words', 'a/b c/d e/f', 'these are words', 'these ' + x + `are ${y('more words than two')} words`);").map(([, body]) => body))
      .toEqual(['these are words', expect.stringMatching(/^these +xx?x? +are x+ words$/), 'more words than two']);
  });

  test('strings: not the keys of objects, types, style sheets', () => {
    expect(read('const a = { "a long key": 1 }; let b: "a long type"; const c = `a { color: so many; }`;').map(([kind]) => kind)).toEqual(['name', 'name', 'name']);
  });

  test('strings: a script for a browser is read as code', () => {
    expect(read('f(`\n// So many rows.\nfunction grouped() {}\n`);')).toEqual([['comment', 'So many rows.', true], ['function', 'grouped', false]]);
  });

  test('names: those that are declared, and functions apart', () => {
    expect(read('import { a } from "x"; const b = (c) => c.d; function e() {} interface F { g: string; h(): void } enum I { J } const { k: l } = { m: 1 };'))
      .toEqual([['function', 'b'], ['name', 'c'], ['function', 'e'], ['name', 'F'], ['name', 'g'], ['function', 'h'], ['name', 'I'], ['name', 'J'], ['name', 'l']]
        .map(([kind, body]) => [kind, body, false]));
  });

  test('names: the name of the file', () => {
    expect(sourceTexts('src/report/in-words.ts', '')).toEqual([{ kind: 'name', offset: 0, body: 'inWords', opensComment: false }]);
  });

  function read(content: string): [Text['kind'], string, boolean][] {
    return sourceTexts('file.ts', content).slice(1).map(({ kind, body, opensComment }) => [kind, body.replace(/\s+/g, ' '), opensComment]);
  }
});

describe('the texts of a document', () => {
  const document = ['# A `b` heading', '', 'Words of', '[a link](nobody.md).', '', '```ts', 'nobody();', '```', '', '    nobody();', '',
    '- an item', '- another', '', '| a | b |', '|---|---|', '| cell one | **cell** two |', ''].join('\n');

  test('headings, paragraphs, items and cells, without code', () => {
    expect(markdownTexts(document).map(({ kind, body }) => [kind, body.replace(/\s+/g, ' ').trim()])).toEqual([
      ['heading', 'A `x` heading'], ['paragraph', 'Words of a link .'], ['paragraph', 'an item'], ['paragraph', 'another'],
      ['paragraph', 'a'], ['paragraph', 'b'], ['paragraph', 'cell one'], ['paragraph', 'cell two'],
    ]);
  });

  test('keep their positions', () => {
    for (const { offset, body } of markdownTexts(document)) {
      expect(document.slice(offset, offset + 1).replace(/[*`]/, ' ')).toBe(body.slice(0, 1));
    }
  });
});
