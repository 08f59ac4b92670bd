import { NAMES, PROSE } from '../text';
import { Rule } from './rule';

/** Verbs that Americans spell with a z: `-ise`, `-ised`, `-ising`, `-isation`. */
const VERBS = [
  'author', 'canonical', 'capital', 'categor', 'custom', 'emphas', 'external', 'final', 'formal', 'general', 'harmon', 'ideal', 'initial', 'internal', 'item',
  'local', 'material', 'maxim', 'memo', 'minim', 'modern', 'normal', 'optim', 'organ', 'parallel', 'parameter', 'penal', 'personal', 'prior', 'priorit',
  'random', 'real', 'recogn', 'sanit', 'serial', 'special', 'standard', 'stabil', 'summar', 'synchron', 'synthes', 'token', 'util', 'vectori', 'visual',
];
/** Words, or their beginnings, that are British wherever they stand, also within a name. */
const STEMS = [
  'analys(?:e[ds]?|ing)(?![a-z])', 'armour', 'artefact', 'behaviour', 'cancelled', 'cancelling', 'catalogue', 'centred?(?![a-z])', 'colour', 'defence', 'dialogue(?![a-z])',
  'endeavour', 'favour', 'flavour', 'fulfil(?![l])', 'grey(?![a-z])', 'harbour', 'honour', 'humour', 'judgement', 'acknowledgement', 'labelled', 'labelling', 'labour', 'licence', 'metre(?![a-z])',
  'modelled', 'modelling', 'neighbour', 'offence', 'programme(?![dr])', 'rumour', 'sceptical', 'signalled', 'signalling', 'skilful', 'totalled',
  'travelled', 'travelling', 'unravelled', 'whilst',
];
const WORDS = ['amongst', 'burnt', 'dreamt', 'learnt', 'spelt', 'ageing'];

const BRITISH = [
  ...STEMS.map(anyCase),
  `(?:${VERBS.map(anyCase).join('|')})is(?:e[ds]?|ing|ation)(?![a-z])`,
  `\\b(?:${WORDS.map(anyCase).join('|')})\\b`,
];

export const SPELLING: readonly Rule[] = [
  {
    id: 'british',
    kinds: [...PROSE, ...NAMES],
    pattern: new RegExp(BRITISH.join('|')),
    advice: 'Use the American spelling: color, behavior, canceled, license, synthesize, analyze.',
    bad: ['The colour of a row.', 'rowColours', 'It was synthesised.', 'normaliseTag', 'A licence.', 'The deployment was cancelled.', 'Catalogue'],
    good: ['The color of a row.', 'rowColors', 'It was synthesized.', 'Otherwise it is precise.', 'The programmer exercises it.', 'An analysis.', 'realistic'],
  },
];

/** A word within a name begins with a capital letter. */
function anyCase(word: string): string {
  return `[${word[0].toUpperCase()}${word[0]}]${word.slice(1)}`;
}
