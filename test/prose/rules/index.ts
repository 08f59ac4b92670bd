import { NAME_RULES } from './names';
import { PHRASES } from './phrases';
import { Rule } from './rule';
import { HEADING_RULES, SENTENCE_RULES } from './sentences';
import { SPELLING } from './spelling';

export * from './rule';

export const RULES: readonly Rule[] = [...PHRASES, ...SENTENCE_RULES, ...HEADING_RULES, ...SPELLING, ...NAME_RULES];
