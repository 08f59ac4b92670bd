import { splitList } from './lists';
import type { Guard } from '../../core/judgment/guards/guard';
import { IN_USE_SOURCES, InUseSourceId } from '../../core/judgment/guards/guard-kind';
import { isPercentage } from '../../core/judgment/guards/max-percent';
import { isImageDigest } from '../../core/judgment/guards/protect-digests';
import { unmatchablePattern } from '../../core/policy/tag-shape';
import { Parsed, Problems } from '../../core/text/problem';
import { show } from '../../core/text/show';

/** An option that adds a guard. */
interface GuardOption {
  readonly flags: string;
  readonly description: string;
  readonly guard: (value: OptionValue) => Guard;
}

const DAY = 24 * 60 * 60;
const ALL_IMAGES = { tagStatus: 'any' } as const;

/** Every guard that the command line can add. The keys are the attributes under which Commander stores the values. */
export const GUARD_OPTIONS = {
  maxImages: {
    flags: '--max-images <n>',
    description: 'maximum number of images that may expire',
    guard: (value) => ({ id: 'max-images', limit: value.wholeNumber(0, 'images') }),
  },
  maxPercent: {
    flags: '--max-percent <p>',
    description: 'maximum percentage of the images that may expire',
    guard: (value) => {
      if (!isPercentage(value.text)) value.reject('a number from 0 to 100 with at most 2 decimals');
      return { id: 'max-percent', percent: Number(value.text) };
    },
  },
  maxArchived: {
    flags: '--max-archived <n>',
    description: 'maximum number of images that may be archived',
    guard: (value) => ({ id: 'max-archived', limit: value.wholeNumber(0, 'images') }),
  },
  protectTags: {
    flags: '--protect-tags <pattern...>',
    description: 'protect images with a tag that matches one of these patterns',
    guard: (value) => {
      for (const problem of value.list.map(unmatchablePattern)) if (problem !== undefined) value.addProblem(problem);
      return { id: 'protect-tags', patterns: value.list };
    },
  },
  protectDigests: {
    flags: '--protect-digests <digest...>',
    description: 'protect these images',
    guard: (value) => {
      const malformed = value.list.find((digest) => !isImageDigest(digest));
      if (malformed !== undefined) value.reject('a digest: sha256: and 64 lowercase hex digits', malformed);
      return { id: 'protect-digests', digests: value.list };
    },
  },
  protectPushedWithin: {
    flags: '--protect-pushed-within <days>',
    description: 'protect images that were pushed within this number of days',
    guard: (value) => ({ id: 'protect-pushed-within', seconds: value.wholeNumber(1, 'days') * DAY }),
  },
  protectPulledWithin: {
    flags: '--protect-pulled-within <days>',
    description: 'protect images that were pulled within this number of days',
    guard: (value) => ({ id: 'protect-pulled-within', seconds: value.wholeNumber(1, 'days') * DAY }),
  },
  protectNewest: {
    flags: '--protect-newest <n>',
    description: 'protect the n newest images',
    guard: (value) => ({ id: 'protect-newest', count: value.wholeNumber(1, 'images'), selection: ALL_IMAGES }),
  },
  keepAtLeast: {
    flags: '--keep-at-least <n>',
    description: 'minimum number of images that must remain',
    guard: (value) => ({ id: 'keep-at-least', count: value.wholeNumber(1, 'images'), selection: ALL_IMAGES }),
  },
  protectInUse: {
    flags: '--protect-in-use <source...>',
    description: 'protect images that are in use, as reported by ecs, lambda or inspector',
    guard: (value) => {
      const sources = value.list;
      const unknown = sources.find((source) => !(IN_USE_SOURCES as readonly string[]).includes(source));
      if (unknown !== undefined) value.reject('one or more of ecs, lambda and inspector', unknown);
      return { id: 'protect-in-use', sources: sources as readonly InUseSourceId[] };
    },
  },
} satisfies Readonly<Record<string, GuardOption>>;

/** The values of the options that add guards. */
export type GuardOptions = { readonly [name in keyof typeof GUARD_OPTIONS]?: string | readonly string[] };

/** Returns the guards that the options add, or all problems of the options. */
export function guardsOf(options: GuardOptions): Parsed<Guard[]> {
  const problems = new Problems();
  const guards = Object.entries<GuardOption>(GUARD_OPTIONS).flatMap(([name, { flags, guard }]) => {
    const value = options[name as keyof GuardOptions];
    return value === undefined ? [] : [guard(new OptionValue(flags.split(' ')[0], value, problems))];
  });
  return problems.parsed(() => guards);
}

/** The value of one option. Problems are collected, and a substitute value is returned. */
class OptionValue {
  constructor(private readonly option: string, private readonly value: string | readonly string[], private readonly problems: Problems) {}

  get text(): string {
    return typeof this.value === 'string' ? this.value : this.value.join(' ');
  }

  /** The entries of a list: repeated values, and values that are separated by commas. */
  get list(): readonly string[] {
    return splitList(typeof this.value === 'string' ? [this.value] : this.value);
  }

  wholeNumber(min: number, unit: string): number {
    if (/^\d{1,15}$/.test(this.text) && Number(this.text) >= min) return Number(this.text);
    this.reject(`a whole number of ${unit}, at least ${min}`);
    return min;
  }

  reject(wanted: string, value: string = this.text): void {
    this.addProblem(`must be ${wanted}, got ${show(value)}`);
  }

  addProblem(message: string): void {
    this.problems.add('InvalidOption', this.option, message);
  }
}
