import { spawnSync } from 'node:child_process';
import { CliUnderTest } from './cli-under-test';

/* The scripts run in the real shells. Tests of shells that are not installed are skipped, except for their words. */

let cli: CliUnderTest;
let scripts: Record<'bash' | 'zsh' | 'fish', string>;
beforeAll(async () => {
  cli = new CliUnderTest();
  for (const file of ['policies/a.json', 'policies/b c.json', 'plain.txt', 'cdk.out/manifest.json']) cli.write(file, '');
  const [bash, zsh, fish] = await Promise.all(['bash', 'zsh', 'fish'].map(async (shell) => (await cli.run(['completion', shell])).stdout));
  scripts = { bash, zsh, fish };
});
afterAll(() => cli.dispose());

const isInstalled = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0;

/** Completes the last of the words as bash does. */
function inBash(...words: string[]): string[] {
  const input = `${scripts.bash}
COMP_WORDS=(ecr-lifecycle "$@"); COMP_CWORD=$#; _ecr_lifecycle; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', input, 'bash', ...words], { cwd: cli.directory, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '').sort();
}

describe('bash', () => {
  test.each<[string, string[], string[]]>([
    ['commands', ['pl'], ['plan']],
    ['all commands', [''], ['completion', 'explain', 'help', 'lint', 'permissions', 'plan', 'snapshot']],
    ['commands after help', ['help', 'sn'], ['snapshot']],
    ['options of the command', ['plan', '--protect-p'], ['--protect-pulled-within', '--protect-pushed-within']],
    ['no options of other commands', ['lint', '--conc'], []],
    ['choices', ['plan', '--app', 'cdk.out', '--format', ''], ['html', 'json', 'markdown', 'table']],
    ['choices after an equals sign', ['plan', '--format', '=', 'ta'], ['table']],
    ['arguments', ['completion', ''], ['bash', 'fish', 'zsh']],
    ['directories', ['plan', '--app', 'c'], ['cdk.out']],
    ['files', ['lint', 'policies/b'], ['policies/b c.json']],
    ['files after an option with a value', ['lint', '--format', 'json', 'pl'], ['plain.txt']],
    ['files of a list', ['plan', '--images', 'plain.txt', 'policies/a'], ['policies/a.json']],
    ['files after NAME=', ['plan', '--images', 'shop/web', '=', 'pla'], ['plain.txt']],
    ['entries of a list', ['plan', '--protect-in-use', 'ecs', 'l'], ['lambda']],
    ['entries after a comma', ['plan', '--protect-in-use', 'ecs,i'], ['ecs,inspector']],
    ['ids of warnings', ['lint', '--ignore', 'tag'], ['tagListIsAnd']],
    ['nothing for text', ['plan', '--region', ''], []],
  ])('completes %s', (_, words, expected) => {
    expect(inBash(...words)).toEqual(expected);
  });
});

const inFish = isInstalled('fish') ? test : test.skip;
inFish('fish completes commands, options and choices', () => {
  const complete = (line: string) => spawnSync('fish', ['-N', '-c', `source (printf '%s' $argv[1] | psub); complete -C '${line}'`, scripts.fish], { cwd: cli.directory, encoding: 'utf8' })
    .stdout.split('\n').map((each) => each.split('\t')[0]).filter((each) => each !== '');
  expect(complete('ecr-lifecycle pl')).toEqual(['plan']);
  expect(complete('ecr-lifecycle plan --format m')).toEqual(['markdown']);
});

const inZsh = isInstalled('zsh') ? test : test.skip;
inZsh('zsh can parse its script', () => {
  expect(spawnSync('zsh', ['-n'], { input: scripts.zsh, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});

test.each(['zsh', 'fish'] as const)('the script of %s has every command, every option and every choice', async (shell) => {
  for (const command of ['plan', 'explain', 'lint', 'snapshot', 'permissions', 'completion']) {
    const { stdout } = await cli.run([command, '--help']);
    expect(scripts[shell]).toContain(command);
    for (const [, option] of stdout.matchAll(/^ {2}(?:-h, )?--([a-z-]+)/gm)) expect(scripts[shell]).toMatch(new RegExp(`(--|-l )${option}\\b`));
  }
  for (const words of ['table json markdown html', 'bash zsh fish', 'ecs lambda inspector']) expect(scripts[shell]).toContain(words);
});

test('an unknown shell is a usage error', async () => {
  expect(await cli.run(['completion', 'tcsh'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^UsageError: .*tcsh.*bash, zsh, fish/) });
});
