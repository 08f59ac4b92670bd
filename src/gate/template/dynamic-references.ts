/** A placeholder for values that are known only at deployment. No reference contains this character. */
const UNKNOWN = '\u0000';

/** Returns the dynamic references in an expression that do not name a version: their values can change without a deployment. */
export function unpinnedReferences(expression: unknown): string[] {
  return [...flatten(expression).matchAll(/\{\{resolve:([^}\n]*)(\}\}|\n|$)/g)]
    .filter(([, reference]) => !isPinned(reference))
    .map(([whole]) => whole.trimEnd().replaceAll(UNKNOWN, '…'));
}

/**
 * Returns true if a reference names a version: `ssm:name:version`, `ssm-secure:name:version`,
 * `secretsmanager:id:SecretString:key:stage:version-id`.
 *
 * The id of a secret may be an ARN, which has seven parts. A version that a function returns is the same for the gate and the
 * repository.
 */
function isPinned(reference: string): boolean {
  const [service, ...parts] = reference.split(':');
  if (service === 'ssm' || service === 'ssm-secure') return parts.length > 1 && /^(\d+|\u0000)$/.test(parts[parts.length - 1]);
  if (service !== 'secretsmanager') return false;
  const versionId = parts[parts[0] === 'arn' ? 10 : 4];
  return versionId !== undefined && versionId !== '';
}

/** Returns the known parts of the text that an expression returns. The texts of its branches follow on lines of their own. */
function flatten(expression: unknown): string {
  const branches: unknown[] = [];
  const text = (value: unknown): string => {
    if (typeof value === 'string') return value;
    if (Array.isArray(value)) return value.map(text).join('\n');
    if (typeof value !== 'object' || value === null) return '';
    const [[name, argument] = ['', undefined], ...more] = Object.entries(value);
    if (more.length > 0) return text(Object.values(value));
    const parts: unknown[] = Array.isArray(argument) ? argument : [argument];
    switch (name) {
      case 'Fn::Join': return Array.isArray(parts[1]) ? parts[1].map(text).join(String(parts[0])) : UNKNOWN;
      case 'Fn::Sub':
        branches.push(...Object.values(parts[1] ?? {}));
        return String(parts[0]).replace(/\$\{[^}]*\}/g, UNKNOWN);
      case 'Fn::If':
        branches.push(...parts.slice(1));
        return UNKNOWN;
      case 'Ref':
      case 'Fn::GetAtt':
      case 'Fn::FindInMap':
      case 'Fn::ImportValue': return UNKNOWN;
      default: return text(argument);
    }
  };
  const lines = [text(expression)];
  // The list grows in the loop: a branch may contain further branches.
  for (const branch of branches) lines.push(text(branch));
  return lines.join('\n');
}
