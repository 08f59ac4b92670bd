import { isObject, sameJson } from '../text/json';
import { show } from '../text/show';

/*
 * Files that contain a policy but are not its text: the answers of the API and of tools, templates, state files. ECR rejects all of
 * them. The command line reads the only policy in such a file. At deployment, nothing is unwrapped, because ECR gets the text as it is.
 */

interface Found {
  readonly is: 'found';
  readonly text: string;
  /** A noun phrase for the document. */
  readonly document: string;
  /** True if the document is a request or an answer of ECR with this policy, or the text as a JSON string. */
  readonly isOfEcr: boolean;
}

/** The way to get only the text from ECR. */
export const TEXT_OF_ECR = '"--query lifecyclePolicyText --output text"';

/** The policy in another document, or the reason why none can be taken from it. */
export type Wrapped =
  | Found
  | { readonly is: 'unclear'; readonly code: 'WrappedPolicy' | 'BareRules' | 'OtherDocument'; /** A clause, to follow "the text is". */ readonly message: string };

/** Returns the policy in a parsed document that is not a policy itself, or undefined if the document is none of the known kinds. */
export function wrappedPolicyIn(json: unknown): Wrapped | undefined {
  if (isObject(json) && 'rules' in json && !Object.keys(json).some(isTextKey)) return undefined;
  const bare = bareRulesIn(json);
  if (bare !== undefined) return { is: 'unclear', code: 'BareRules', message: bare };
  const document = documentName(json);
  const found = new Finder();
  found.search(json);
  const [first, ...others] = found.policies;
  if (first === undefined || others.length > 0 || found.unreadable.length > 0) return unclear(json, document, found);
  return { is: 'found', text: first.text, document, isOfEcr: typeof json === 'string' || (isObject(json) && 'lifecyclePolicyText' in json) };
}

/** The text of the policy in a text, with a name for the document around it. Undefined if the text is not a wrapped policy. */
export function unwrapPolicyText(text: string): Found | undefined {
  try {
    const wrapped = wrappedPolicyIn(JSON.parse(text));
    return wrapped?.is === 'found' ? wrapped : undefined;
  } catch {
    return undefined;
  }
}

function unclear(json: unknown, document: string, { policies, unreadable }: Finder): Wrapped | undefined {
  const all = [...policies.map(({ path }) => path), ...unreadable];
  if (all.length > 1) {
    const places = all.slice(0, 3).join(', ');
    return {
      is: 'unclear',
      code: 'WrappedPolicy',
      message: `${document} with ${all.length} policies, at ${places}${all.length > 3 ? ' and more' : ''}: take the text of one of them${forTemplate(json)}`,
    };
  }
  if (unreadable.length === 1) {
    return {
      is: 'unclear',
      code: 'WrappedPolicy',
      message: `${document} whose policy at ${unreadable[0]} is not the text of a policy: take the text that ECR would get${forTemplate(json)}`,
    };
  }
  const other = otherDocument(json);
  return other === undefined ? undefined : { is: 'unclear', code: 'OtherDocument', message: other };
}

function forTemplate(json: unknown): string {
  return isTemplate(json) ? ', or check the synthesized app with --app' : '';
}

/** Collects the policies at any depth of a document. */
class Finder {
  readonly policies: { readonly path: string; readonly text: string; readonly value: unknown }[] = [];
  /** The places of policies that cannot be read, such as template expressions. */
  readonly unreadable: string[] = [];

  search(root: unknown): void {
    const open: { readonly value: unknown; readonly path: string; readonly depth: number }[] = [{ value: root, path: '', depth: 0 }];
    for (let next = open.pop(); next; next = open.pop()) {
      const { value, path, depth } = next;
      if (this.take(value, path) || depth === MAX_DEPTH || typeof value !== 'object' || value === null) continue;
      const children = Object.entries(value).map(([key, child]) => ({
        value: child, path: Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, depth: depth + 1,
      }));
      open.push(...children.reverse());
    }
  }

  /** Returns true if the search need not go deeper. */
  private take(value: unknown, path: string): boolean {
    const isText = typeof value === 'string';
    const parsed = isText ? parseObject(value) : value;
    if (isPolicy(parsed) || (isText && isTextKey(lastKey(path)) && value.trim() !== '')) {
      this.add(path, isText ? value : JSON.stringify(value), parsed);
      return true;
    }
    if (isTextKey(lastKey(path)) && value !== null) {
      this.unreadable.push(path);
      return true;
    }
    if (isText && path === '' && parsed !== undefined) this.search(parsed);
    return isText;
  }

  /** The state before and after a change, for example, often contains the same policy twice. */
  private add(path: string, text: string, value: unknown): void {
    if (this.policies.some((known) => sameJson(known.value, value))) return;
    this.policies.push({ path: path === '' ? 'its text' : path, text, value });
  }
}

/** The documents of all known tools are less deep. */
const MAX_DEPTH = 16;

function lastKey(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function parseObject(text: string): unknown {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** True for an object with a list of lifecycle rules. Other documents of AWS have rules, too, but without a priority or a selection. */
function isPolicy(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value.rules) || Object.keys(value).some(isTextKey)) return false;
  return value.rules.length === 0 || value.rules.some(isRule);
}

function isTextKey(key: string): boolean {
  return /^lifecyclePolicyText$/i.test(key);
}

function isRule(value: unknown): boolean {
  return isObject(value) && isObject(value.selection) && ('rulePriority' in value || isObject(value.action));
}

function bareRulesIn(json: unknown): string | undefined {
  if (isRule(json)) return 'a single rule: put it into a list in an object, {"rules": [ … ]}';
  return Array.isArray(json) && json.length > 0 && json.every(isRule) ? 'a list of rules: put it into an object, {"rules": [ … ]}' : undefined;
}

function isTemplate(json: unknown): boolean {
  return isObject(json) && isObject(json.Resources);
}

/** Returns a noun phrase for the document. */
function documentName(json: unknown): string {
  if (typeof json === 'string') return 'a JSON string';
  if (!isObject(json)) return 'a list';
  const has = (...keys: string[]) => keys.every((key) => key in json);
  if (isTemplate(json)) return 'a CloudFormation template';
  if (has('Type', 'Properties')) return `a CloudFormation resource of type ${show(json.Type)}`;
  if (has('LifecyclePolicyText')) return 'the LifecyclePolicy property of a CloudFormation resource';
  if (has('lifecyclePolicyText', 'status')) return 'the output of get-lifecycle-policy-preview';
  if (has('lifecyclePolicyText', 'lastEvaluatedAt')) return 'the output of get-lifecycle-policy';
  if (has('lifecyclePolicyText')) return 'the input or output of a command of ECR';
  if (has('terraform_version') || has('resource') || has('values') || has('policy')) return 'a document of Terraform';
  return `an object with the keys ${Object.keys(json).slice(0, 5).join(', ')}`;
}

/** Returns a clause about a document without a lifecycle policy, or undefined for an unknown one. */
function otherDocument(json: unknown): string | undefined {
  if (Array.isArray(json) && json.length > 0 && json.every((entry) => isObject(entry) && 'imageDigest' in entry)) return IMAGES;
  if (!isObject(json)) return undefined;
  if ('imageDetails' in json || 'previewResults' in json) return IMAGES;
  if (Array.isArray(json.Statement) || ('Version' in json && 'Statement' in json)) {
    return 'an IAM policy, such as the policy of a repository, and not a lifecycle policy: give a document like {"rules": […]}';
  }
  if (isTemplate(json)) return 'a CloudFormation template without a lifecycle policy of a repository: check the synthesized app with --app, or give the text of a policy';
  if (json.Type !== undefined && isObject(json.Properties)) return `${documentName(json)} without a lifecycle policy: give the text of a policy`;
  return undefined;
}

const IMAGES = 'a list of images and not a policy: give it with --images';
