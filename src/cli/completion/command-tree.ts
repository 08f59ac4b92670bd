import type { Command, Option } from 'commander';
import { IN_USE_SOURCES } from '../../core/judgment/guards/guard-kind';
import { WARNING_IDS } from '../../core/warnings/warning';

/** A command as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  /** The values of its arguments. */
  readonly argument: Values;
}

export interface CompletedOption {
  /** Without dashes. */
  readonly long: string;
  readonly short?: string;
  readonly description: string;
  /** Absent if the option takes no value. */
  readonly values?: Values;
  /** True if several values can follow the option. */
  readonly isList: boolean;
}

/** The values that a shell offers. `words` with a comma can be joined by it. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[]; readonly comma: boolean }
  | { readonly kind: 'file' | 'directory' | 'text' };

/** The words of options that check their values themselves, because they also accept lists with commas. */
const LISTS: Readonly<Record<string, readonly string[]>> = { 'protect-in-use': IN_USE_SOURCES, 'ignore': WARNING_IDS };

/** Reads the commands, options and choices from commander's own tree. */
export function commandTree(program: Command): CompletedCommand[] {
  const commands = program.commands.map((command): CompletedCommand => {
    const [argument] = command.registeredArguments;
    return {
      name: command.name(),
      description: command.description(),
      options: optionsOf(command),
      argument: argument === undefined ? { kind: 'text' } : valuesOf(argument.name(), argument.argChoices),
    };
  });
  const words = [...commands.map(({ name }) => name)];
  return [...commands, { name: 'help', description: 'print the help of a command', options: [], argument: { kind: 'words', words, comma: false } }];
}

export function optionsOf(command: Command): CompletedOption[] {
  return command.createHelp().visibleOptions(command).map((option) => ({
    long: (option.long ?? '').replace(/^--/, ''),
    ...(option.short != null && { short: option.short.replace(/^-/, '') }),
    description: option.description,
    ...(!option.isBoolean() && { values: LISTS[longOf(option)] ? { kind: 'words', words: LISTS[longOf(option)], comma: true } : valuesOf(placeholderOf(option), option.argChoices) }),
    isList: option.variadic,
  }));
}

function longOf({ long }: Option): string {
  return (long ?? '').replace(/^--/, '');
}

/** Returns the word between the brackets of `--images <file...>`. */
function placeholderOf({ flags }: Option): string {
  return /<([^.>]+)/.exec(flags)?.[1] ?? '';
}

function valuesOf(placeholder: string, choices: readonly string[] | undefined): Values {
  if (choices !== undefined) return { kind: 'words', words: choices, comma: false };
  return { kind: placeholder === 'file' ? 'file' : placeholder === 'directory' ? 'directory' : 'text' };
}
