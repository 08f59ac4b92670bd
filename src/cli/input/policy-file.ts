import { readText } from './read-file';
import { TEXT_OF_ECR, unwrapPolicyText } from '../../core/policy/wrapped-policy';
import { show } from '../../core/text/show';

/** The text of a policy from a file. */
export interface PolicyFile {
  readonly text: string;
  /** The sentence for people if the file is another document, and the text is that of the only policy in it. */
  readonly note?: string;
}

/** Reads a policy from a file, or from stdin for `-`. The file may be another document with one policy, such as an answer of ECR. */
export async function readPolicyFile(file: string): Promise<PolicyFile> {
  const text = await readText(file);
  const wrapped = unwrapPolicyText(text);
  if (!wrapped) return { text };
  return {
    text: wrapped.text,
    note: `the file is ${wrapped.document}, and the policy in it was read; ECR accepts only its text${wrapped.isOfEcr ? `, as ${TEXT_OF_ECR} prints it` : ''}`,
  };
}

/** Reads a policy as `readPolicyFile` does, and writes the note to stderr. */
export async function readPolicyText(file: string): Promise<string> {
  const { text, note } = await readPolicyFile(file);
  if (note !== undefined) process.stderr.write(`WrappedPolicy: ${show(file)}: ${note}\n`);
  return text;
}
