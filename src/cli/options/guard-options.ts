import type { Guard } from '../../core/judgement/guards/guard';
import { IN_USE_SOURCES, InUseSourceId } from '../../core/judgement/guards/guard-kind';
import { unmatchablePattern } from '../../core/policy/tag-shape';
import type { Parsed, Problem } from '../../core/text/problem';
import { show } from '../../core/text/show';

/** The options that add guards. Each has the name of its guard. */
export interface GuardOptions {
  readonly maxImages?: string;
  readonly maxPercent?: string;
  readonly maxArchived?: string;
  readonly protectTags?: readonly string[];
  readonly protectDigests?: readonly string[];
  readonly protectPushedWithin?: string;
  readonly protectPulledWithin?: string;
  readonly protectNewest?: string;
  readonly keepAtLeast?: string;
  readonly protectInUse?: string;
}

const DAY = 24 * 60 * 60;
const ALL_IMAGES = { tagStatus: 'any' } as const;

/** Returns the guards that the options add, or all problems of the options. */
export function guardsOf(options: GuardOptions): Parsed<Guard[]> {
  const problems: Problem[] = [];
  const addProblem = (option: string, value: unknown, wanted: string) => {
    problems.push({ code: 'InvalidOption', path: `--${option}`, message: `must be ${wanted}, got ${show(value)}` });
  };
  const whole = (option: string, text: string, min: number, unit: string): number => {
    if (/^\d{1,15}$/.test(text) && Number(text) >= min) return Number(text);
    addProblem(option, text, `a whole number of ${unit}, at least ${min}`);
    return min;
  };
  const guards: Guard[] = [];
  const given = <T>(value: T | undefined, make: (value: T) => Guard) => {
    if (value !== undefined) guards.push(make(value));
  };

  given(options.maxImages, (text) => ({ id: 'max-images', limit: whole('max-images', text, 0, 'images') }));
  given(options.maxPercent, (text) => {
    if (!/^\d{1,3}(\.\d\d?)?$/.test(text) || Number(text) > 100) addProblem('max-percent', text, 'a number from 0 to 100 with at most 2 decimals');
    return { id: 'max-percent', percent: Number(text) };
  });
  given(options.maxArchived, (text) => ({ id: 'max-archived', limit: whole('max-archived', text, 0, 'images') }));
  given(options.protectTags, (patterns) => {
    for (const message of patterns.map(unmatchablePattern)) {
      if (message !== undefined) problems.push({ code: 'InvalidOption', path: '--protect-tags', message });
    }
    return { id: 'protect-tags', patterns };
  });
  given(options.protectDigests, (digests) => {
    const malformed = digests.find((digest) => !/^sha256:[0-9a-f]{64}$/.test(digest));
    if (malformed !== undefined) addProblem('protect-digests', malformed, 'a digest: sha256: and 64 lower-case hex digits');
    return { id: 'protect-digests', digests };
  });
  given(options.protectPushedWithin, (text) => ({ id: 'protect-pushed-within', seconds: whole('protect-pushed-within', text, 1, 'days') * DAY }));
  given(options.protectPulledWithin, (text) => ({ id: 'protect-pulled-within', seconds: whole('protect-pulled-within', text, 1, 'days') * DAY }));
  given(options.protectNewest, (text) => ({ id: 'protect-newest', count: whole('protect-newest', text, 1, 'images'), selection: ALL_IMAGES }));
  given(options.keepAtLeast, (text) => ({ id: 'keep-at-least', count: whole('keep-at-least', text, 1, 'images'), selection: ALL_IMAGES }));
  given(options.protectInUse, (text) => {
    const sources = [...new Set(text.split(',').map((source) => source.trim()))];
    if (!sources.every((source) => (IN_USE_SOURCES as readonly string[]).includes(source))) {
      addProblem('protect-in-use', text, 'one or more of ecs, lambda and inspector, separated by commas');
    }
    return { id: 'protect-in-use', sources: sources as InUseSourceId[] };
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: guards };
}
