import { CliUnderTest } from './cli-under-test';

/* Lint with several files, patterns, and lists of ids. */

const RULE = { rulePriority: 1, selection: { tagStatus: 'tagged', tagPatternList: ['a*'], countType: 'imageCountMoreThan', countNumber: 5 }, action: { type: 'expire' } };
const GOOD = { rules: [RULE] };
const TRAP = { rules: [{ ...RULE, rulePriority: 7, selection: { ...RULE.selection, tagPatternList: ['a*', 'b*'] } }] };
const BAD = { rules: [RULE, { ...RULE, rulePriority: 3, action: { type: 'delete' } }] };

let cli: CliUnderTest;
beforeAll(() => {
  cli = new CliUnderTest();
  cli.write('good.json', GOOD);
  cli.write('trap.json', TRAP);
  cli.write('policies/a.json', TRAP);
  cli.write('policies/deep/bad.json', BAD);
  cli.write('policies/[x].json', GOOD);
  cli.write('images.json', [{ imageDigest: 'sha256:a', imageTags: ['z'], imagePushedAt: '2026-01-01' }]);
});
afterAll(() => cli.dispose());

const policiesOf = (stdout: string) => stdout.split('\n').slice(0, -2).map((line) => line.replace(/^(\S+): (\w+ ?\w*).*/, '$1 $2'));

test.each<[string, string[], number, string[]]>([
  ['repeated options', ['--policy', 'good.json', '--policy', 'trap.json'], 1, ['good.json no findings', 'trap.json warning tagListIsAnd']],
  ['several values of the option', ['--policy', 'trap.json', 'good.json'], 1, ['trap.json warning tagListIsAnd', 'good.json no findings']],
  ['arguments', ['good.json', 'trap.json'], 1, ['good.json no findings', 'trap.json warning tagListIsAnd']],
  ['arguments and the option', ['good.json', '--policy', 'trap.json'], 1, ['good.json no findings', 'trap.json warning tagListIsAnd']],
  ['a pattern', ['policies/*.json'], 1, ['policies/[x].json no findings', 'policies/a.json warning tagListIsAnd']],
  ['a pattern for all folders', ['policies/**/*.json'], 1,
    ['policies/[x].json no findings', 'policies/a.json warning tagListIsAnd', 'policies/deep/bad.json problem']],
  ['a pattern with alternatives', ['{good,trap}.json'], 1, ['good.json no findings', 'trap.json warning tagListIsAnd']],
  ['a file whose name is a pattern', ['policies/[x].json', 'good.json'], 0, ['policies/[x].json no findings', 'good.json no findings']],
  ['files that are given twice', ['good.json', 'trap.json', '*d.json', '--ignore', 'tagListIsAnd'], 0, ['good.json no findings', 'trap.json no findings']],
  ['a missing file among others', ['good.json', 'none.json'], 2, ['good.json no findings', 'none.json could not']],
  ['a pattern without files among others', ['good.json', 'none/*.json'], 2, ['good.json no findings', 'none/*.json could not']],
])('%s', async (_, args, code, policies) => {
  const { code: actual, stdout } = await cli.run(['lint', ...args]);
  expect(actual).toBe(code);
  expect(policiesOf(stdout).map((line) => line.replace(/ problem \w+/, ' problem'))).toEqual(policies);
});

test('a problem is printed once: the sentence on stderr, and the file on stdout; a file for the output has both', async () => {
  const { stdout, stderr } = await cli.run(['lint', 'good.json', 'none*.json']);
  expect(stderr).toBe('UnreadableFile: no file matches "none*.json"; check the pattern\n');
  expect(stdout).toBe('good.json: no findings\nnone*.json: could not be read: UnreadableFile\n0 problems and 0 warnings in 2 policies; 1 could not be read.\n');
  expect(await cli.run(['lint', 'none.json', '--output', 'lint.txt'])).toEqual({
    code: 2, stdout: '', stderr: 'UnreadableFile: cannot read "none.json": there is no such file\n',
  });
  expect(cli.read('lint.txt')).toContain('none.json: could not be read: UnreadableFile: cannot read "none.json": there is no such file\n');
});

test('JSON has the priorities of the rules of each finding', async () => {
  const { policies } = await cli.json<{ policies: { policy: string; findings: object[] }[] }>(['lint', 'trap.json', 'policies/deep/bad.json']);
  expect(policies[0]).toMatchObject({ policy: 'trap.json', findings: [{ kind: 'WARNING', id: 'tagListIsAnd', rulePriorities: [7] }] });
  expect(policies[1].findings).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'PROBLEM', rulePriorities: [3], message: expect.stringContaining('"delete"') })]));
});

test('several files are checked on the images of one repository', async () => {
  const { stdout } = await cli.run(['lint', 'good.json', 'trap.json', '--images', 'images.json']);
  expect(stdout.match(/ruleMatchesNothing/g)).toHaveLength(2);
});

test.each<[string, string[], RegExp]>([
  ['an unknown id', ['good.json', '--ignore', 'bananas'], /^InvalidOptions: --ignore: "bananas" is not the id of a warning; the ids are ageCatchAll, /],
  ['a misspelled id', ['good.json', '--ignore', 'tagListIsAnd,ageCatchall'], /^InvalidOptions: --ignore: "ageCatchall" is not .*; did you mean "ageCatchAll"\?/],
  ['a file after a list of ids', ['--policy', 'good.json', '--ignore', 'ageCatchAll', 'trap.json'], /^InvalidOptions: --ignore: "trap.json" is a file; write the files before the options/],
  ['a file after a list of patterns', ['good.json', '--protect-tags', 'prod', 'trap.json'], /^InvalidOptions: --protect-tags: "trap.json" is a file; /],
  ['an entry of a list that no tag can match', ['good.json', '--protect-tags', 'a,^b'], /^InvalidOptions: --protect-tags: "\^b" matches no tag: /],
  ['an app and files', ['good.json', '--app', 'cdk.out'], /^InvalidOptions: --app: cannot be combined with policy files/],
  ['stdin twice', ['-', '--policy', '-'], /^InvalidOptions: -: stdin can be read only once/],
  ['images of two repositories', ['good.json', '--images', 'a=images.json', 'b=images.json'], /^InvalidOptions: --repository: is required/],
  ['images twice for one name', ['good.json', '--images', 'a=images.json', 'a=images.json', '--repository', 'a'], /^InvalidOptions: --images: gives "a" more than once/],
  ['images of another repository', ['good.json', '--images', 'shop/wep=images.json', '--repository', 'shop/web'], /^InvalidOptions: --images has images of \["shop\/wep"\]/],
])('refuses %s', async (_, args, message) => {
  const { code, stdout, stderr } = await cli.run(['lint', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

/** Every option of every command that takes one value. */
test('a second value of an option is refused in every command', async () => {
  const commands = ['plan', 'explain', 'lint', 'snapshot', 'permissions'];
  const helps = await Promise.all(commands.map(async (command) => (await cli.run([command, '--help'])).stdout));
  const single = helps.flatMap((help, i) => [...help.matchAll(/^ {2}(--[a-z-]+) <[^.>]+>/gm)].map(([, option]): [string, string] => [commands[i], option]));
  expect(single.length).toBeGreaterThan(30);
  const values: Readonly<Record<string, [string, string]>> = { '--format': ['json', 'json'] };
  await Promise.all(single.map(async ([command, option]) => {
    const [first, second] = values[option] ?? ['1', '2'];
    const { code, stderr } = await cli.run([command, option, first, option, second]);
    expect({ command, code, stderr }).toEqual({
      command, code: 2, stderr: expect.stringMatching(new RegExp(`^UsageError: option '${option} <[a-z]+>' takes one value, but is given more than once: "${first}" and "${second}"; see ecr-lifecycle ${command} --help\n$`)),
    });
  }));
});
