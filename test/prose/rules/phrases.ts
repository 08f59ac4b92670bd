import { PROSE } from '../text';
import { Rule } from './rule';

const PEOPLE = 'users?|engineers?|people|teams?|readers?|persons?|authors?|maintainers?|developers?|operators?|reviewers?|newcomers?|contributors?|those';
const COUNTED = 'call|pattern|image|rule|repository|policy|gate|stack|page|request|line|lane|file|guard|tag|app|run';
const BETWEEN = 'a|about|after|and|as|at|before|between|by|for|from|if|in|into|is|of|on|or|so|than|that|through|to|until|when|whether|with|without';
const PLACES = 'to|into|through|over|beyond|back|on|up|down|under|out|above|below|past|wrong';
const NEGATED = 'longer|more|later|less|fewer|greater|larger|smaller|older|newer|higher|lower|different|need|reason|way|such';

/** Habits that a reader stumbles over, wherever they stand in a sentence. */
export const PHRASES: readonly Rule[] = [
  {
    id: 'nobody',
    kinds: PROSE,
    pattern: /\b(?:nobody|somebody|anybody|someone|no one|whoever|whomever)\b/i,
    advice: 'Name the part or the person that acts: the gate, ECR, another process, a user.',
    bad: ['Nobody asks for more.', 'A policy that somebody else has put there is kept.', 'Whoever reads the result may stop.'],
    good: ['A policy that another process has put there is kept.'],
  },
  {
    id: 'so-many',
    kinds: PROSE,
    pattern: /\bso many\b/i,
    advice: 'Name the parameter or the limit: "more than `limit` images".',
    bad: ['At most so many images expire.', 'A priority so\nmany places later.'],
    good: ['Fails the gate if more than `limit` images would expire.'],
  },
  {
    id: 'bare-who',
    kinds: PROSE,
    pattern: new RegExp(`(?<!\\b(?:${PEOPLE}),? )\\bwho\\b`, 'i'),
    advice: 'Name the people first: "users who", "engineers who".',
    bad: ['This would break who uses the last release.', 'Who reads the result may stop.'],
    good: ['This would break users who pin the last release.', 'Some people, who read the log, notice it.'],
  },
  {
    id: 'is-no',
    kinds: PROSE,
    pattern: new RegExp(`(?<!\\bthere )\\b(?:is|are|was|were) no (?!(?:${NEGATED})\\b)\\S+`, 'i'),
    advice: 'Write "is not a" or "is not valid".',
    bad: ['`foo` is no ARN.', 'That is no error.'],
    good: ['`foo` is not a valid ARN.', 'There is no repository.', 'The image is no longer in use.', 'It is no older than a day.'],
  },
  {
    id: 'a-for-per',
    kinds: PROSE,
    pattern: new RegExp(`\\b(?:(?:one|two|three|four|five|\\d+) (?:[\\w\`-]+ )?(?!(?:${BETWEEN})\\b)[\\w\`]+ |each |most that (?:\\S+ ){2,5})an? (?:${COUNTED})\\b`, 'i'),
    advice: 'Write "per": "one rule per pattern".',
    bad: ['Stands for one `keep` rule a pattern.', 'One lane a rule.', 'The most that Lambda lists a call.', 'Two requests a repository are made.'],
    good: ['Creates one rule per pattern.', 'One build a day.', 'Makes a call.', '24 hours after an image meets it.', 'Fails with 5 if a gate fails.'],
  },
  {
    id: 'without-a-word',
    kinds: PROSE,
    pattern: /\bwithout a word\b/i,
    advice: 'Write "silently", "without a warning" or "by default".',
    bad: ['Without a word from you, nothing expires.'],
    good: ['CloudFormation removes it without a warning.'],
  },
  {
    id: 'let-go',
    kinds: PROSE,
    pattern: new RegExp(`\\b(?:would|may|might|can|could|must|should|will|shall|lets?|about to|due to) go\\b(?! (?:${PLACES})\\b)`, 'i'),
    advice: 'Write "would expire", "is deleted" or "is archived".',
    bad: ['An image would go.', 'The images that may\ngo.', 'Policies would delete images that nobody let go.'],
    good: ['An image would expire.', 'The text may go to the log.'],
  },
  {
    id: 'image-goes',
    kinds: PROSE,
    pattern: new RegExp(`\\bimages?,? (?:(?:that|which) )?(?:go|goes|went|gone)\\b(?! (?:${PLACES})\\b)|\\b(?:that|which|ones?|all|what) (?:go|goes|went)\\b(?! (?:${PLACES})\\b)`, 'i'),
    advice: 'Write "expires", "is deleted" or "is archived".',
    bad: ['The images that go.', 'An image goes.', 'It names all that go now.'],
    good: ['The image expires.', 'The part that goes to the log.'],
  },
  {
    id: 'image-stays',
    kinds: PROSE,
    pattern: /\b(?:images?|ones|those|how many),? (?:(?:that|which) )?(?:stay|stays|stayed)\b/i,
    advice: 'Write "is kept" or "remains".',
    bad: ['An image stays.', 'The youngest ones stay.', 'The images that stay.'],
    good: ['An image of exactly this age is kept.', 'The connection stays open.'],
  },
  {
    id: 'does-nothing',
    kinds: PROSE,
    pattern: /\b(?:asks?|protects?|says?|said|knows?|knew|means?|tells?|grants?|proves?|takes?|calls?|wants?) nothing\b/i,
    advice: 'Write the negated verb: "does not call AWS", "does not protect any image".',
    bad: ['Asks nothing of AWS.', 'It protects nothing.'],
    good: ['Does not call AWS.', 'Nothing changes.', 'Returns nothing.'],
  },
  {
    id: 'idiom',
    kinds: PROSE,
    pattern: /\b(?:could be had|(?:is|are|to be) to be had|to be had|the time (?:was|is) up|of (?:its|their) own accord|heeds?|heeded|unheeded|(?:for )?getting to know|(?:is|are) not concerned|whatever happens|for good|of old|lest|thereof|by and by|at hand|(?:some|any) \w+ or other)\b(?! (?:reasons?|measure|practices?))/i,
    advice: 'Write the plain words of the AWS documentation: "found", "timed out", "permanently".',
    bad: ['No AWS credentials could be had.', 'The time was up.', 'Some text or other.', 'Deletes selected images for good.'],
    good: ['No AWS credentials found.', 'The call timed out.', 'For good reasons, this is slow.'],
  },
  {
    id: 'machine-speaks',
    kinds: PROSE,
    pattern: /\b(?:gates?|guards?|lints?|rules?|polic(?:y|ies)|reports?|lambdas?|functions?|ECR|CloudFormation|repositor(?:y|ies)|images?|templates?|stacks?|answers?) (?:speaks?|spoke|swears?|promises?|forgives?|believes?|minds?|wants?|tells? apart|takes? care|complains?)\b/i,
    advice: 'Say what the part does: it reports, fails, returns, rejects or requires.',
    bad: ['The guards speak again.', 'A gate promises an answer.'],
    good: ['The guards report again.', 'The gate fails.'],
  },
];
