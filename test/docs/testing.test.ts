import * as cdk from 'aws-cdk-lib';
import * as ts from 'typescript';
import { blocksOf, readDoc } from './markdown';
import * as library from '../../src';

const PAGE = readDoc('testing.md');
const [{ body }] = blocksOf(PAGE).filter(({ kind }) => kind === 'test');
const modules: Record<string, unknown> = { 'aws-cdk-lib': cdk, 'cdk-ecr-lifecycle': library };

/** Runs the code of the page, and returns its tests. */
function testsOf(code: string): Map<string, () => void> {
  const tests = new Map<string, () => void>();
  const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  new Function('require', 'exports', 'expect', 'test', outputText)(
    (name: string) => modules[name], {}, expect, (title: string, run: () => void) => tests.set(title, run));
  return tests;
}

describe('the Jest tests of the page', () => {
  test.each([...testsOf(body)])('%s', (_, run) => {
    run();
  });

  test('fail and show the reasons if the policy is wrong', () => {
    const wrong = body.replace("LifecycleRule.keep({ images: ImageSelection.tagged('release-*') }),", '');
    expect(wrong).not.toBe(body);
    expect(testsOf(wrong).get('releases are kept for years')).toThrow(/"tag": "release-1.0"/);
    expect(testsOf(wrong).get('releases are kept for years')).toThrow(/"message": /);
  });
});
