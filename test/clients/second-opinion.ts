import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { POLICIES } from './policies';
import { parsePolicyText } from '../../src/core/policy/policy-text';
import { run } from '../outside/commands';

/** What is known to differ between this library's verdicts and moto's, by the reason why. */
interface Known {
  readonly [reason: string]: {
    readonly why: string;
    /** Names of policies. */
    readonly policies: readonly string[];
  };
}

/** Every policy before both judges. A difference that nobody has explained fails, and so does an explained one that is gone. */
export async function checkSecondOpinion(python: string): Promise<void> {
  const known = JSON.parse(readFileSync(path.join(__dirname, 'moto-differences.json'), 'utf8')) as Known;
  const reasons = new Map(Object.entries(known).flatMap(([reason, { policies }]) => policies.map((policy) => [policy, reason])));
  const names = Object.keys(POLICIES);
  const texts = names.map((name) => POLICIES[name]);
  const theirs = JSON.parse(await run(python, [path.join(__dirname, 'moto_verdicts.py')], { input: JSON.stringify(texts) })) as string[];

  const rows = names.map((name, i) => ({ name, ours: verdictOf(texts[i]), theirs: theirs[i], reason: reasons.get(name) }));
  const differences = rows.filter(({ ours, theirs: other }) => other !== (ours === 'accepted' ? 'accepted' : 'refused'));
  const width = Math.max(...differences.map(({ name }) => name.length));
  for (const { name, ours, theirs: other, reason } of differences) {
    console.log(`  ${name.padEnd(width)}  ${ours.padEnd(28)}  moto: ${other.padEnd(24)}  ${reason ?? 'NOT EXPLAINED'}`);
  }
  for (const [reason, { why }] of Object.entries(known)) console.log(`  ${reason}: ${why}`);

  const unexplained = differences.filter(({ reason }) => reason === undefined).map(({ name }) => name);
  const differing = new Set(differences.map(({ name }) => name));
  const gone = [...reasons.keys()].filter((name) => !differing.has(name));
  check(theirs.length === names.length && theirs.includes('accepted') && theirs.includes('refused'), `moto has judged ${theirs.length} policies`);
  check(unexplained.length === 0, `of ${differences.length} differences in verdict each is explained`, unexplained);
  check(gone.length === 0, 'and each explanation still explains one', gone);
}

function verdictOf(text: string): string {
  const parsed = parsePolicyText(text);
  return parsed.ok ? 'accepted' : parsed.problems.map(({ code }) => code).join();
}

function check(holds: boolean, what: string, exceptions: readonly string[] = []): void {
  console.log(`${holds ? '✓' : '✗'} second opinion: ${[what, ...exceptions].join('\n    ')}`);
  if (!holds) process.exitCode = 1;
}
