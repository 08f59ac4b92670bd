import { Kind, PROSE } from '../text';
import { Rule } from './rule';

/** The beginning of a sentence: at the beginning of the text, or after another sentence or a colon. */
const BEGINNING = '(?:^|(?<=[^.][.!?][*"”)]? )|(?<=: ))';
/** The rest of a sentence that does not end with a question mark. */
const NO_QUESTION = '(?![^.!?]*\\?)';

const SENTENCES: readonly Kind[] = PROSE.filter((kind) => kind !== 'heading');

/** Sentences in an order that English does not have. */
export const SENTENCE_RULES: readonly Rule[] = [
  {
    id: 'noun-clause',
    kinds: SENTENCES,
    pattern: new RegExp(`${BEGINNING}(?:What|Whatever|Whichever|Whose)\\b${NO_QUESTION}`),
    advice: 'Open with the noun: "Properties of `RepositoryCreationTemplate`."',
    bad: ['What repositories will be like that ECR creates.', 'It is cut. What is too long ends with an ellipsis.', 'Whatever has a color is named.'],
    good: ['What does it cost?', 'Properties of a template.', 'It shows what the policy does.'],
  },
  {
    id: 'split-relative',
    kinds: SENTENCES,
    pattern: /\b(?:No|An?|The|Every|Each|Any|All|Only)(?: (?!that\b|which\b)[\w`]+){1,2} (?:goes|go|stays?|expires?|remains?|is kept|are kept|is deleted|are deleted|counts?|comes?|fails?|passes) (?:that|which) (?:is|are|was|were|has|have|had|does|do|did|no|one|any|it|the)\b/i,
    advice: 'Put the relative clause next to its noun: "Protects images that were pushed within this time."',
    bad: ['No image goes that was pushed within this time.', 'An image stays that has any of them.'],
    good: ['Images that were pushed within this time are kept.', 'The gate fails if an image expires.'],
  },
  {
    id: 'verb-first',
    kinds: SENTENCES,
    pattern: /\b(?:is|are|was|were) (?:refused|rejected|said|told|logged|left out|deleted|kept|shown|missing|known) what\b|, (?:is|are) (?:refused|rejected|said|told|shown) /i,
    advice: 'Put the subject before the verb: "The policy is rejected if ECR would reject it."',
    bad: ['At synth, and again over the finished policy, is refused what ECR would refuse.'],
    good: ['The policy is rejected if ECR would reject it.', 'Sooner or later, the policy is rejected.'],
  },
  {
    id: 'of-opener',
    kinds: SENTENCES,
    pattern: new RegExp(`${BEGINNING}Of (?!course\\b)\\S+`),
    advice: 'Open with the subject: "The digest of …", not "Of a referrer: the digest".',
    bad: ['Of a signature: the digest of the image that it belongs to.', 'It ends. Of two that clash, the later one is told.'],
    good: ['The digest of the image that a signature belongs to.', 'The length of a list.'],
  },
  {
    id: 'that-there-are',
    kinds: SENTENCES,
    pattern: /\bthat there (?:are|is|was|were)\b(?! (?:a|an|no|one|two|more|at|any|some|not)\b)/i,
    advice: 'Leave the clause out, or write "existing".',
    bad: ['The budgets of the rules that there are when the template is written.'],
    good: ['Checks that there is a repository.', 'Rejects a policy if it finds that there are no rules.'],
  },
  {
    id: 'param-sentence',
    kinds: ['param'],
    pattern: /^(?:(?![A-Z0-9`"'(]|x{2,})[^]+|[^]+(?<![.!?][)"'`]?))$/,
    advice: 'Begin the text of a parameter with a capital letter and end it with a period.',
    bad: ['the scope.', 'The scope'],
    good: ['The parent construct.', '`true` to keep it (the default).'],
  },
];

export const HEADING_RULES: readonly Rule[] = [
  {
    id: 'riddle',
    kinds: ['heading'],
    pattern: /^(?!How it works$)(?:What|Who|Whose|Whether|Where|Which|When|Why|How)\b.*/i,
    advice: 'Write a noun phrase of the field: "Quick start", "Guards", "Cost and limits".',
    bad: ['What may go', 'Who may use a repository', 'What it costs, and where it ends'],
    good: ['Guards', 'How it works', 'Cost and limits'],
  },
];
