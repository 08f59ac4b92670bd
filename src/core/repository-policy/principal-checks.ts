import { isKnown, legible } from './known-text';
import { checkAccount, checkArn } from './name-checks';
import { arnParts } from './names';
import type { Report } from './problem-codes';
import { entriesOf, Entry, PolicyStatementJson } from './statement';
import { isObject } from '../text/json';
import { show } from '../text/show';

/** The web identity providers of IAM that are named by a domain. */
const WEB_IDENTITY_PROVIDERS = ['accounts.google.com', 'cognito-identity.amazonaws.com', 'graph.facebook.com', 'www.amazon.com'];

type Check = (text: string, at: string, report: Report) => void;

/** The kinds of principals, in lower case. */
const CHECKS = new Map<string, Check>([
  ['aws', checkAwsPrincipal],
  ['service', checkService],
  ['federated', checkFederated],
  ['canonicaluser', () => {}], // only a warning, because ECR may accept it
]);

/** Reports the principals of a statement that AWS rejects. */
export function checkPrincipals(statement: PolicyStatementJson, report: Report): void {
  for (const key of ['Principal', 'NotPrincipal'] as const) {
    const principal = statement[key];
    for (const { at, text } of isObject(principal) ? [] : entriesOf(principal, key)) checkBare(text, at, report);
    if (!isObject(principal)) continue;
    for (const [kind, value] of Object.entries(principal)) {
      for (const entry of entriesOf(value, `${key}.${kind}`)) checkOne(kind, entry, report);
    }
  }
}

function checkOne(kind: string, { at, text }: Entry, report: Report): void {
  const check = CHECKS.get(kind.toLowerCase());
  if (check) {
    if (text !== '*' && text !== '') check(text, at, report);
  } else if (isKnown(kind) && kind !== '*' && !kind.startsWith('Fn::')) {
    report('InvalidPrincipal', at, `${show(kind)} is not a kind of principal: write AWS, Service or Federated`);
  }
}

/** Checks a principal that is text instead of an object. */
function checkBare(text: string, at: string, report: Report): void {
  if (text === '*' || !isKnown(text)) return;
  report('InvalidPrincipal', at, `${show(legible(text))} is text, which only "*" can be: write an object such as {"AWS":"111122223333"}`);
}

function checkAwsPrincipal(text: string, at: string, report: Report): void {
  if (/[*?]/.test(text)) {
    report('WildcardPrincipal', at, `${show(legible(text))} has a wildcard, which is not allowed in a principal: name the account, ` +
      'and narrow it with a condition on aws:PrincipalArn');
  } else if (text.startsWith('arn:')) {
    checkAwsArn(text, at, report);
  } else if (isKnown(text) && WEB_IDENTITY_PROVIDERS.includes(text)) {
    misplaced(text, at, 'an identity provider, not an account', `Federated: new iam.WebIdentityPrincipal(${show(text)})`, report);
  } else if (isDomain(text)) {
    misplaced(text, at, 'the name of a service, not an account', `Service: new iam.ServicePrincipal(${show(text)})`, report);
  } else if (!/^A[A-Z0-9]{15,}$/.test(text)) { // unique ids of roles and users
    checkAccount(text, at, report);
  }
}

function checkAwsArn(text: string, at: string, report: Report): void {
  switch (kindOf(text)) {
    case 'group': return rejectGroup(text, at, report);
    case 'provider': return misplaced(text, at, 'an identity provider, not an account', 'Federated: new iam.FederatedPrincipal(...)', report);
    case 'other': return report('InvalidPrincipal', at, `${show(legible(text))} is not the ARN of a principal: write the ARN of an account, role, user or ` +
      'role session, such as "arn:aws:iam::111122223333:role/name"');
    default: return checkArn(text, at, report);
  }
}

function checkService(text: string, at: string, report: Report): void {
  // CDK appends the domain to a text that it does not know as a service.
  const plain = text.replace(/\.amazonaws\.com$/, '');
  if (plain.startsWith('arn:')) {
    switch (kindOf(plain)) {
      case 'group': return rejectGroup(plain, at, report);
      case 'provider': return misplaced(plain, at, 'an identity provider, not a service', 'Federated: new iam.FederatedPrincipal(...)', report);
      case 'other': return report('MisplacedPrincipal', at, `${show(legible(plain))} is an ARN, not the name of a service: write the service, such as ` +
        '"lambda.amazonaws.com", and narrow it with a condition on aws:SourceArn');
      default: return misplaced(plain, at, 'an ARN, not the name of a service', `AWS: new iam.ArnPrincipal(${show(legible(plain))})`, report);
    }
  }
  if (!isKnown(text)) return;
  if (/^\d+$/.test(plain)) {
    misplaced(plain, at, 'an account ID, not the name of a service', 'AWS: new iam.AccountPrincipal("111122223333")', report);
  } else if (!isDomain(text)) {
    report('InvalidPrincipal', at, `${show(text)} is not the name of a service: write one such as "lambda.amazonaws.com"`);
  }
}

/** IAM accepts only domains and the ARNs of providers here. */
function checkFederated(text: string, at: string, report: Report): void {
  if (text.startsWith('arn:')) {
    switch (kindOf(text)) {
      case 'provider': return checkArn(text, at, report);
      case 'group': return rejectGroup(text, at, report);
      case 'principal': return misplaced(text, at, 'not an identity provider', `AWS: new iam.ArnPrincipal(${show(legible(text))})`, report);
      case 'other': return report('InvalidPrincipal', at, `${show(legible(text))} is not the ARN of an identity provider: write one such as ` +
        '"arn:aws:iam::111122223333:saml-provider/name"');
      default: return;
    }
  }
  if (/^\d+$/.test(text)) misplaced(text, at, 'an account ID, not an identity provider', 'AWS: new iam.AccountPrincipal("111122223333")', report);
}

function misplaced(text: string, at: string, what: string, instead: string, report: Report): void {
  report('MisplacedPrincipal', at, `${show(legible(text))} is ${what}: write it as ${instead}`);
}

function rejectGroup(text: string, at: string, report: Report): void {
  report('GroupPrincipal', at, `${show(legible(text))} is a group, which cannot be a principal: name its users, or a role that they assume, ` +
    'such as "arn:aws:iam::111122223333:role/name"');
}

/** Returns what an ARN names. Returns undefined if it is malformed, or if too much of it is unknown. */
function kindOf(arn: string): 'principal' | 'provider' | 'group' | 'other' | undefined {
  const parts = arnParts(arn);
  if (!parts || parts.resource === '') return undefined;
  const { service, resource } = parts;
  const [type] = resource.split('/');
  if (!isKnown(service) || !isKnown(type)) return undefined;
  if (service === 'iam') {
    if (type === 'group') return 'group';
    if (type === 'saml-provider' || type === 'oidc-provider') return 'provider';
    return resource === 'root' || /^(role|user)\/(.*\/)?[^/]+$/s.test(resource) ? 'principal' : 'other';
  }
  // A session needs the names of the role and of the session.
  if (service === 'sts') return /^(assumed-role\/[^/]+|federated-user)\/[^/]+$/s.test(resource) ? 'principal' : 'other';
  return 'other';
}

function isDomain(text: string): boolean {
  return isKnown(text) && /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text) && /[a-z]$/i.test(text);
}
