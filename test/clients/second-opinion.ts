import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { POLICIES } from './policies';
import { parsePolicyText } from '../../src/core/policy/policy-text';
import { run } from '../outside/commands';

/** The known differences between the verdicts of this library and moto, by reason. */
interface KnownDifferences {
  readonly [reason: string]: {
    readonly why: string;
    /** The names of the policies. */
    readonly policies: readonly string[];
  };
}

/** Compares the verdicts on all policies. Fails for a difference without an explanation, and for an explanation without a difference. */
export async function checkSecondOpinion(python: string): Promise<void> {
  const known = JSON.parse(readFileSync(path.join(__dirname, 'moto-differences.json'), 'utf8')) as KnownDifferences;
  const reasons = new Map(Object.entries(known).flatMap(([reason, { policies }]) => policies.map((policy) => [policy, reason])));
  const names = Object.keys(POLICIES);
  const texts = names.map((name) => POLICIES[name]);
  const theirs = JSON.parse(await run(python, [path.join(__dirname, 'moto_verdicts.py')], { input: JSON.stringify(texts) })) as string[];

  const rows = names.map((name, i) => ({ name, ours: verdictOf(texts[i]), theirs: theirs[i], reason: reasons.get(name) }));
  const differences = rows.filter(({ ours, theirs: other }) => other !== (ours === 'accepted' ? 'accepted' : 'rejected'));
  const width = Math.max(...differences.map(({ name }) => name.length));
  for (const { name, ours, theirs: other, reason } of differences) {
    console.log(`  ${name.padEnd(width)}  ${ours.padEnd(28)}  moto: ${other.padEnd(24)}  ${reason ?? 'NOT EXPLAINED'}`);
  }
  for (const [reason, { why }] of Object.entries(known)) console.log(`  ${reason}: ${why}`);

  const unexplained = differences.filter(({ reason }) => reason === undefined).map(({ name }) => name);
  const differing = new Set(differences.map(({ name }) => name));
  const obsolete = [...reasons.keys()].filter((name) => !differing.has(name));
  check(theirs.length === names.length && theirs.includes('accepted') && theirs.includes('rejected'), `moto has judged ${theirs.length} policies`);
  check(unexplained.length === 0, `all ${differences.length} differences have an explanation`, unexplained);
  check(obsolete.length === 0, 'each explanation applies to a difference', obsolete);
}

function verdictOf(text: string): string {
  const parsed = parsePolicyText(text);
  return parsed.ok ? 'accepted' : parsed.problems.map(({ code }) => code).join();
}

function check(holds: boolean, claim: string, exceptions: readonly string[] = []): void {
  console.log(`${holds ? '✓' : '✗'} second opinion: ${[claim, ...exceptions].join('\n    ')}`);
  if (!holds) process.exitCode = 1;
}
