import fc from 'fast-check';
import { Guard, encodeGuard } from '../../src/core/judgment/guards/guard';
import type { GuardSelection } from '../../src/core/judgment/guards/selection';
import { decodeGateProperties, encodeGateProperties, GateProperties } from '../../src/protocol/gate-properties';

const text = fc.string({ minLength: 1 });
const texts = fc.array(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,30}$/), { minLength: 1 });
const digests = fc.array(fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`), { minLength: 1 });
const selection: fc.Arbitrary<GuardSelection> = fc.oneof(
  fc.constantFrom<GuardSelection>({ tagStatus: 'any' }, { tagStatus: 'untagged' }),
  texts.map((tagPatternList): GuardSelection => ({ tagStatus: 'tagged', tagPatternList })),
  texts.map((tagPrefixList): GuardSelection => ({ tagStatus: 'tagged', tagPrefixList })),
);
const guard: fc.Arbitrary<Guard> = fc.oneof(
  fc.record({ id: fc.constantFrom('max-images' as const, 'max-archived' as const), limit: fc.nat() }),
  fc.record({ id: fc.constant('max-percent' as const), percent: fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100) }),
  fc.record({ id: fc.constant('max-expiring' as const), rulePriority: fc.nat(), limit: fc.nat() }),
  fc.record({ id: fc.constant('protect-tags' as const), patterns: texts }),
  fc.record({ id: fc.constant('protect-digests' as const), digests }),
  fc.record({ id: fc.constantFrom('protect-pushed-within' as const, 'protect-pulled-within' as const), seconds: fc.nat() }),
  fc.record({ id: fc.constantFrom('protect-newest' as const, 'keep-at-least' as const), count: fc.nat(), selection }),
  fc.record({
    id: fc.constant('protect-in-use' as const),
    sources: fc.uniqueArray(fc.constantFrom('ecs' as const, 'lambda' as const, 'inspector' as const), { minLength: 1 }),
  }),
);
const common = {
  guards: fc.array(guard),
  enforcement: fc.constantFrom('FAIL' as const, 'WARN' as const),
  approvedPreview: fc.option(text, { nil: undefined }),
  reportBucket: fc.option(text, { nil: undefined }),
  timeoutSeconds: fc.nat(),
  lookAheadSeconds: fc.nat(),
};
const properties: fc.Arbitrary<GateProperties> = fc.oneof(
  fc.record({
    purpose: fc.constant('GATE' as const),
    repository: fc.oneof(fc.record({ name: text }), fc.record({ logicalId: text }), fc.record({ name: text, logicalId: text })),
    lifecyclePolicyText: fc.option(text, { nil: undefined }),
    ...common,
  }),
  fc.record({ purpose: fc.constant('ATTACHMENT' as const), repository: fc.record({ name: text }), lifecyclePolicyText: text, ...common }),
);

function encode({ repository, ...rest }: GateProperties) {
  return encodeGateProperties({
    Purpose: rest.purpose,
    RepositoryName: 'name' in repository ? repository.name : undefined,
    RepositoryLogicalId: repository.logicalId,
    LifecyclePolicyText: rest.lifecyclePolicyText,
    Guards: rest.guards.map(encodeGuard),
    Enforcement: rest.enforcement,
    ApprovedPreview: rest.approvedPreview,
    ReportBucket: rest.reportBucket,
    TimeoutSeconds: String(rest.timeoutSeconds),
    LookAheadSeconds: String(rest.lookAheadSeconds),
  });
}

/** Converts properties like CloudFormation: to JSON in which every scalar is text. */
function throughCloudFormation(value: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value, (_, inner) => (['number', 'boolean'].includes(typeof inner) ? String(inner) : inner)));
}

const VALID = throughCloudFormation(encode({
  purpose: 'GATE',
  repository: { name: 'team/app' },
  lifecyclePolicyText: '{}',
  guards: [{ id: 'max-images', limit: 5 }, { id: 'protect-tags', patterns: ['prod'] }],
  enforcement: 'FAIL',
  timeoutSeconds: 840,
  lookAheadSeconds: 172800,
}));

test('decoding returns the encoded properties', () => {
  fc.assert(fc.property(properties, (original) => {
    const decoded = decodeGateProperties({ ServiceToken: 'arn', ServiceTimeout: '900', ...throughCloudFormation(encode(original)) });
    expect(decoded).toEqual({ ok: true, value: original });
  }));
});

test.each<[string, object, string]>([
  ['another version of the protocol', { ProtocolVersion: '2' }, 'ProtocolVersion'],
  ['no version', { ProtocolVersion: undefined }, 'ProtocolVersion'],
  ['no purpose', { Purpose: undefined }, 'Purpose'],
  ['an attachment by logical ID', { Purpose: 'ATTACHMENT', RepositoryName: undefined, RepositoryLogicalId: 'Repository' }, 'RepositoryName'],
  ['an attachment without a policy', { Purpose: 'ATTACHMENT', LifecyclePolicyText: undefined }, 'LifecyclePolicyText'],
  ['neither name nor logical ID', { RepositoryName: undefined }, 'RepositoryName'],
  ['an empty name', { RepositoryName: '' }, 'RepositoryName'],
  ['a policy that is not text', { LifecyclePolicyText: { rules: [] } }, 'LifecyclePolicyText'],
  ['no guards', { Guards: undefined }, 'Guards'],
  ['guards that are not a list', { Guards: 'max-images' }, 'Guards'],
  ['an unknown guard', { Guards: [{ Id: 'max-image' }] }, 'Guards[0].Id'],
  ['a guard that is not an object', { Guards: [null] }, 'Guards[0]'],
  ['a negative limit', { Guards: [{ Id: 'max-images', Limit: '-1' }] }, 'Guards[0].Limit'],
  ['a fraction as limit', { Guards: [{ Id: 'max-images', Limit: '1.5' }] }, 'Guards[0].Limit'],
  ['no limit', { Guards: [{ Id: 'max-images' }] }, 'Guards[0].Limit'],
  ['a budget without a rule', { Guards: [{ Id: 'max-expiring', Limit: '1' }] }, 'Guards[0].RulePriority'],
  ['an invalid percentage', { Guards: [{ Id: 'max-percent', Percent: '5%' }] }, 'Guards[0].Percent'],
  ['an unknown source', { Guards: [{ Id: 'protect-in-use', Sources: ['ecs', 'eks'] }] }, 'Guards[0].Sources'],
  ['no selection', { Guards: [{ Id: 'protect-newest', Count: '1' }] }, 'Guards[0].Selection'],
  ['a selection of tags without a list', { Guards: [{ Id: 'keep-at-least', Count: '1', Selection: { TagStatus: 'tagged' } }] }, 'Guards[0].Selection.TagPatternList'],
  ['no patterns', { Guards: [{ Id: 'protect-tags', Patterns: [] }] }, 'Guards[0].Patterns'],
  ['an empty pattern', { Guards: [{ Id: 'protect-tags', Patterns: ['a', ''] }] }, 'Guards[0].Patterns'],
  ['a property that the guard does not have', { Guards: [{ Id: 'max-images', Limit: '1', Patterns: ['a'] }] }, 'Guards[0].Patterns'],
  ['an unknown enforcement', { Enforcement: 'fail' }, 'Enforcement'],
  ['no timeout', { TimeoutSeconds: undefined }, 'TimeoutSeconds'],
  ['an unknown property', { Guard: [] }, 'Guard'],
])('%s is rejected with its path', (_, change, path) => {
  const decoded = decodeGateProperties({ ...VALID, ...change });
  expect(decoded.ok ? [] : decoded.problems.map((problem) => problem.path)).toContain(path);
});

test('properties that only make the gate run again are ignored', () => {
  const fingerprint = { Hash: '0123', Values: ['a', ['b'], { c: 'd' }] };
  expect(decodeGateProperties({ ...VALID, Trigger: 'commit-1', RepositoryFingerprint: fingerprint })).toEqual(decodeGateProperties(VALID));
});

test('all malformed properties are reported together', () => {
  const decoded = decodeGateProperties({ ...VALID, Enforcement: 1, TimeoutSeconds: 'soon', Guards: [{ Id: 'max-images', Limit: 'x' }] });
  expect(decoded).toMatchObject({ ok: false, problems: [{ path: 'Guards[0].Limit' }, { path: 'Enforcement' }, { path: 'TimeoutSeconds' }] });
});

test.each([undefined, null, 'text', 5, []])('properties that are %p are rejected', (raw) => {
  expect(decodeGateProperties(raw).ok).toBe(false);
});

test.each([
  [{ Id: 'protect-tags', Patterns: ['release-*,prod'] }, 'Guards[0].Patterns', '"release-*,prod" matches no tag: a tag cannot contain ",", so write each entry separately'],
  [{ Id: 'keep-at-least', Count: '2', Selection: { TagStatus: 'tagged', TagPatternList: ['^v'] } }, 'Guards[0].Selection.TagPatternList', '"^v" matches no tag'],
  [{ Id: 'protect-newest', Count: '2', Selection: { TagStatus: 'tagged', TagPrefixList: ['v*'] } }, 'Guards[0].Selection.TagPrefixList', '"v*" begins no tag'],
  [{ Id: 'protect-digests', Digests: ['sha256:abc'] }, 'Guards[0].Digests', 'must be digests, each sha256: and 64 lowercase hex digits, got "sha256:abc"'],
])('a guard that cannot protect any image is a problem, also if a token resolves to it at deployment: %j', (wire, path, message) => {
  expect(decodeGateProperties({ ...VALID, Guards: [wire] })).toEqual({
    ok: false, problems: [{ code: 'MalformedProperty', path, message: expect.stringContaining(message) }],
  });
});

test('an empty approval, as a parameter may have, is none', () => {
  expect(decodeGateProperties({ ...VALID, ApprovedPreview: '' })).toEqual(decodeGateProperties(VALID));
});
