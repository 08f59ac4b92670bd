import type { CompletedCommand, CompletedOption, Values } from './command-tree';

/** Returns the completion script for fish. */
export function fishScript(program: string, commands: readonly CompletedCommand[], general: readonly CompletedOption[]): string {
  const line = (parts: string) => `complete -c ${program} ${parts}\n`;
  return [
    `# Completion of ${program} for fish: a file in ~/.config/fish/completions, or sourced.\n`,
    line('-f'),
    ...general.map((option) => line(`-n __fish_use_subcommand ${optionParts(option)}`)),
    ...commands.map(({ name, description }) => line(`-n __fish_use_subcommand -a ${name} -d ${quoted(description)}`)),
    ...commands.flatMap(({ name, options, argument }) => {
      const within = `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
      return [...argument.kind === 'text' ? [] : [line(`${within} ${valueParts(argument)}`)], ...options.map((option) => line(`${within} ${optionParts(option)}`))];
    }),
  ].join('');
}

function optionParts({ long, short, description, values }: CompletedOption): string {
  const flags = `-l ${long}${short === undefined ? '' : ` -s ${short}`}`;
  return `${flags} ${values === undefined ? '' : `${values.kind === 'file' ? '-r' : '-x'} ${valueParts(values)} `}-d ${quoted(description)}`;
}

function valueParts(values: Values): string {
  switch (values.kind) {
    case 'words': return `-a ${quoted(values.comma ? `(__fish_append , ${values.words.join(' ')})` : values.words.join(' '))}`;
    case 'file': return '-F';
    case 'directory': return `-a ${quoted('(__fish_complete_directories)')}`;
    case 'text': return '';
  }
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
