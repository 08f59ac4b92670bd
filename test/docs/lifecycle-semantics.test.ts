import * as cdk from 'aws-cdk-lib';
import * as ts from 'typescript';
import { Block, blocksOf, readDoc, tableOf } from './markdown';
import * as library from '../../src';
import { PROBLEM_CODES } from '../../src/core/policy/problem-codes';
import { REJECTIONS } from '../core/policy/policy-rejections';

const PAGE = readDoc('lifecycle-semantics.md');
const BLOCKS = blocksOf(PAGE);

const named = (language: string, kind: string) => BLOCKS.filter((block) => block.language === language && block.kind === kind);
const cases = (language: string, kind: string) => named(language, kind).map((block): [string, Block] => [block.name, block]);

interface Example {
  readonly now: string;
  readonly indexChildrenCount?: boolean;
  readonly policy: object;
  readonly images: library.LifecycleImage[];
  /** By digest, the action and the rule that acts or would act: `EXPIRE 1`. */
  readonly expected: Readonly<Record<string, string>>;
  /** By digest, the reasons of the images whose reasons the page is about: `WITHIN_COUNT 1`. */
  readonly reasons?: Readonly<Record<string, string[]>>;
}

const ofRule = (word: string, rulePriority: number | undefined) => (rulePriority === undefined ? word : `${word} ${rulePriority}`);

describe('the examples', () => {
  test('have unique names, and each of them runs', () => {
    const names = BLOCKS.map(({ name }) => name);
    expect(names).not.toContain('');
    expect(new Set(names).size).toBe(names.length);
    expect(BLOCKS).toHaveLength(named('json', 'example').length + named('json', 'rejected').length + named('ts', 'example').length);
    expect(PAGE.match(/^```/gm)).toHaveLength(2 * BLOCKS.length);
    expect(named('json', 'example').length).toBeGreaterThan(15);
  });

  test.each(cases('json', 'example'))('%s', (_, { body }) => {
    const { now, indexChildrenCount, policy, images, expected, reasons, ...others }: Example = JSON.parse(body);
    expect(others).toEqual({});
    const { decisions } = library.LifecyclePolicy.fromText(JSON.stringify(policy)).simulate(images, { now, indexChildrenCount });

    expect(Object.keys(expected).sort()).toEqual(images.map(({ imageDigest }) => imageDigest).sort());
    const outcomes = decisions.map(({ imageDigest, action, rulePriority }) => [imageDigest, ofRule(action, rulePriority)]);
    expect(Object.fromEntries(outcomes)).toEqual(expected);
    const because = decisions
      .filter(({ imageDigest }) => reasons && imageDigest in reasons)
      .map(({ imageDigest, reasons: given }) => [imageDigest, given.map(({ code, rulePriority }) => ofRule(code, rulePriority))]);
    expect(Object.fromEntries(because)).toEqual(reasons ?? {});
  });

  test.each(cases('json', 'rejected'))('%s', (_, { body }) => {
    const { policy, expected, ...others }: { policy: object; expected: string[] } = JSON.parse(body);
    expect(others).toEqual({});
    const problems: string[] = [];
    try {
      library.LifecyclePolicy.fromText(JSON.stringify(policy));
    } catch (error) {
      problems.push(...(error as Error).message.split('\n').slice(1).map((line) => line.replace(/^ {2}- /, '').split(':')[0]));
    }
    expect(problems).toEqual(expected);
  });

  test.each(cases('ts', 'example'))('%s', (_, { body }) => {
    let expectations = 0;
    const counting = (value: unknown) => {
      expectations += 1;
      return expect(value);
    };
    const modules: Record<string, unknown> = { 'aws-cdk-lib': cdk, 'cdk-ecr-lifecycle': library };
    const { outputText } = ts.transpileModule(body, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
    new Function('require', 'exports', 'expect', outputText)((name: string) => modules[name], {}, counting);
    expect(expectations).toBeGreaterThan(0);
  });

  test('show every action, every kind of reason and both models of index children', () => {
    const all = named('json', 'example').map(({ body }): Example => JSON.parse(body));
    const codes = all.flatMap(({ reasons }) => Object.values(reasons ?? {}).flat()).map((reason) => reason.split(' ')[0]);
    expect([...new Set(codes)].sort()).toEqual([
      'ACTS', 'BLOCKED_BY_INDEX', 'CLAIMED_EARLIER', 'EXEMPT_AS_INDEX_CHILD', 'FOLLOWS_SUBJECT', 'NOT_OLD_ENOUGH', 'WITHIN_COUNT',
    ]);
    const actions = all.flatMap(({ expected }) => Object.values(expected)).map((outcome) => outcome.split(' ')[0]);
    expect([...new Set(actions)].sort()).toEqual(Object.values(library.ImageAction).sort());
    expect(new Set(all.map(({ indexChildrenCount }) => indexChildrenCount ?? true))).toEqual(new Set([true, false]));
  });
});

describe('the table of codes', () => {
  const rows = tableOf(PAGE, 'code').map(([code, meaning, answer]) => ({ code: code.replace(/`/g, ''), meaning, answer }));

  test('has every code once, with its meaning', () => {
    expect(rows.map(({ code, meaning }) => [code, meaning])).toEqual(Object.entries(PROBLEM_CODES));
  });

  test.each(rows.filter(({ code }) => code !== 'MalformedJson').map((row) => [row.code, row.answer]))('%s quotes the observed answer of the service', (code, answer) => {
    const measured = REJECTIONS.filter((refusal) => refusal[3] === code).map((refusal) => refusal[1]).filter((text) => text !== 'not measured');
    const quoted = [...answer.matchAll(/`([^`]+)`/g)].map(([, text]) => text);
    expect(quoted.sort()).toEqual([...new Set(measured)].sort());
    expect(answer).not.toBe('');
  });
});
