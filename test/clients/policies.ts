import { ACCEPTED } from '../core/policy/policy-acceptances';
import { REJECTIONS } from '../core/policy/policy-rejections';
import { onlyRule } from '../core/policy-fixtures';
import incidents from '../vectors/incidents.json';
import examples from '../vectors/worked-examples.json';

/** Pads the text to ECR's minimum length, because boto3 itself rejects shorter ones. */
const textOf = (document: unknown) => JSON.stringify(document).padEnd(100);

const DOCUMENTS: readonly (readonly [name: string, document: unknown])[] = [
  ...REJECTIONS.map(([name, , document]) => [name, document] as const),
  ...Object.entries(ACCEPTED),
  ...examples.vectors.map(({ id, policy }) => [`example ${id}`, policy] as const),
  ...incidents.incidents.map(({ id, policy }) => [`incident ${id}`, policy] as const),
];

/** The texts of all policies in the tests of the validation and the evaluation, by name. */
export const POLICIES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(DOCUMENTS.map(([name, document]) => [name, textOf(document)])),
  'a text that is not JSON': textOf(onlyRule()).replace('{', ''),
  'a key that is written twice': textOf(onlyRule()).replace('"rulePriority":1', '"rulePriority":1,"rulePriority":2'),
  'a text that is too long': JSON.stringify(onlyRule({ description: 'x'.repeat(30_720) })),
};

if (Object.keys(POLICIES).length !== DOCUMENTS.length + 3) throw new Error('two policies have the same name');
