import type { Guard } from '../../core/judgment/guards/guard';
import type { Problem } from '../../core/text/problem';
import { withThousands } from '../../core/text/words';
import type { AssemblyGate } from '../assembly/assembly-gate';
import { refersTo, ResolvedGate, resolveGate, valueOf } from '../assembly/resolve-gate';
import { offlinePlace } from '../judge/images-owner';
import { GuardOptions, guardsOf } from '../options/guard-options';
import { splitList } from '../options/lists';
import { readApp, rejectOptions, SourceOptions, sourceProblems } from '../options/source-options';
import { writeOutput } from '../output/write-output';
import { Permission, permissionsFor, READ_ACCOUNT } from '../permissions/plan-permissions';
import { MAX_MANAGED_POLICY_LENGTH, policyDocument } from '../permissions/policy-document';

export interface PermissionsOptions extends Pick<SourceOptions, 'app' | 'region' | 'parameters' | 'allowNewerAssembly'>, GuardOptions {
  readonly policy?: string;
  readonly repository?: readonly string[];
  readonly output?: string;
}

/** Prints the IAM policy for the role that runs a live plan with the same options. */
export async function permissions(options: PermissionsOptions): Promise<number> {
  const { app, policy, region, output } = options;
  const parsed = guardsOf(options);
  const names = splitList(options.repository ?? []);
  const problem = (path: string, message: string): Problem => ({ code: 'InvalidOption', path, message });
  rejectOptions([
    ...sourceProblems(options, { option: '--policy and --repository', isGiven: policy !== undefined || names.length > 0 }),
    ...app === undefined && names.length === 0 ? [problem('--app', 'give --app DIRECTORY, or --repository NAME')] : [],
    ...names.includes('') ? [problem('--repository', 'has an empty name; give the name of a repository')] : [],
    ...parsed.ok ? [] : parsed.problems,
  ]);
  const guards = parsed.ok ? parsed.value : [];
  const { gates } = await readApp(options);
  const document = policyDocument([
    ...names.flatMap((name) => permissionsFor({ repository: { name }, place: { region }, guards })),
    ...gates.flatMap((gate) => gatePermissions(gate, region, guards)),
  ]);
  const { length } = JSON.stringify(document);
  if (length > MAX_MANAGED_POLICY_LENGTH) {
    process.stderr.write(`OversizedPolicy: the policy has ${withThousands(length)} characters without white space, and a managed policy has at most `
      + `${withThousands(MAX_MANAGED_POLICY_LENGTH)}; divide the statements between several policies\n`);
  }
  await writeOutput(`${JSON.stringify(document, undefined, 2)}\n`, output);
  return 0;
}

function gatePermissions(gate: AssemblyGate, region: string | undefined, addedGuards: readonly Guard[]): Permission[] {
  const place = offlinePlace(gate.stack, region);
  const { isCreated, properties } = resolveAnywhere(gate, region);
  const account = gate.stack.account !== undefined || refersTo(gate, 'AWS::AccountId') ? [READ_ACCOUNT] : [];
  if (!isCreated) return account;
  const { repository, lifecyclePolicyText, guards } = valueOf(properties);
  // A plan does not judge a repository without a policy, or one with a generated name in a stack with an unknown name.
  if (lifecyclePolicyText === undefined || (!('name' in repository) && gate.stack.launchedAs !== undefined)) return account;
  const found = 'name' in repository ? repository : { stack: gate.stack, logicalId: repository.logicalId };
  return [...account, ...permissionsFor({ repository: found, place, guards: [...guards, ...addedGuards] })];
}

/** Resolves a gate, with wildcards for an unknown account or region in the name of the repository. */
function resolveAnywhere(gate: AssemblyGate, region: string | undefined): ResolvedGate {
  const place = offlinePlace(gate.stack, region);
  const resolved = resolveGate(gate, place);
  // A wildcard would select the wrong branch of a condition.
  if (resolved.properties.ok || JSON.stringify([gate.properties, gate.repository]).includes('"Fn::If"')) return resolved;
  const { properties } = resolveGate(gate, { account: place.account ?? '*', region: place.region ?? '*' });
  return { ...resolved, properties: properties.ok ? properties : resolved.properties };
}
