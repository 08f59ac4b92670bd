/** Stands for what only the deployment knows. Not a character that a reference has. */
const UNKNOWN = '\u0000';

/** The dynamic references in an expression that do not name a version: what they stand for changes without a deployment. */
export function unpinnedReferences(expression: unknown): string[] {
  return [...flatten(expression).matchAll(/\{\{resolve:([^}\n]*)(\}\}|\n|$)/g)]
    .filter(([, reference]) => !isPinned(reference))
    .map(([whole]) => whole.trimEnd().replaceAll(UNKNOWN, '…'));
}

/**
 * `ssm:name:version`, `ssm-secure:name:version`, `secretsmanager:id:SecretString:key:stage:version-id`.
 *
 * A secret's id may be an ARN, of seven parts. A version that a function gives is the same for the gate and the repository.
 */
function isPinned(reference: string): boolean {
  const [service, ...parts] = reference.split(':');
  if (service === 'ssm' || service === 'ssm-secure') return parts.length > 1 && /^(\d+|\u0000)$/.test(parts[parts.length - 1]);
  if (service !== 'secretsmanager') return false;
  const versionId = parts[parts[0] === 'arn' ? 10 : 4];
  return versionId !== undefined && versionId !== '';
}

/** The text that the expression gives, as far as it is known. Texts that it chooses from follow on lines of their own. */
function flatten(expression: unknown): string {
  const chosenFrom: unknown[] = [];
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
        chosenFrom.push(...Object.values(parts[1] ?? {}));
        return String(parts[0]).replace(/\$\{[^}]*\}/g, UNKNOWN);
      case 'Fn::If':
        chosenFrom.push(...parts.slice(1));
        return UNKNOWN;
      case 'Ref':
      case 'Fn::GetAtt':
      case 'Fn::FindInMap':
      case 'Fn::ImportValue': return UNKNOWN;
      default: return text(argument);
    }
  };
  const lines = [text(expression)];
  // Grows while it is read: a choice may lie within another one.
  for (const choice of chosenFrom) lines.push(text(choice));
  return lines.join('\n');
}
