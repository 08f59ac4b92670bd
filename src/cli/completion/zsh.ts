import type { CompletedCommand, CompletedOption, Values } from './command-tree';

/** Returns the completion script for zsh. */
export function zshScript(program: string, commands: readonly CompletedCommand[], general: readonly CompletedOption[]): string {
  const name = `_${program.replace(/\W/g, '_')}`;
  return `#compdef ${program}
# Completion of ${program} for zsh: a file in a directory of $fpath, or sourced.
${name}() {
  local context state line
  typeset -A opt_args
  _arguments -C \\
${general.map((option) => `    ${optionSpec(option)} \\`).join('\n')}
    '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
${commands.map((command) => `        ${quoted(`${command.name}:${command.description}`)}`).join('\n')}
      )
      _describe command commands
      ;;
    argument)
      case $words[1] in
${commands.map(commandCase).join('\n')}
      esac
      ;;
  esac
}
if [ "$funcstack[1]" = '${name}' ]; then ${name} "$@"; else compdef ${name} ${program}; fi
`;
}

function commandCase({ name, options, argument }: CompletedCommand): string {
  // A message about text would prevent zsh from completing an option at the same place.
  const argumentSpec = argument.kind === 'text' ? [] : [quoted(`*:${argument.kind === 'words' ? 'value' : argument.kind}:${actionOf(argument)}`)];
  const specs = [...options.map(optionSpec), ...argumentSpec];
  return `        ${name})\n          _arguments \\\n${specs.map((spec) => `            ${spec}`).join(' \\\n')}\n          ;;`;
}

/** Returns an option for `_arguments`. An option with several values can be repeated, and takes one value each time. */
function optionSpec({ long, short, description, values, isList }: CompletedOption): string {
  const text = `[${description.replace(/[[\]\\]/g, '\\$&')}]`;
  const value = values === undefined ? '' : `:${values.kind === 'words' ? 'value' : values.kind}:${actionOf(values)}`;
  if (short !== undefined) return `${quoted(`(-${short} --${long})`)}{-${short},--${long}}${quoted(`${text}${value}`)}`;
  return quoted(`${isList ? '*' : ''}--${long}${text}${value}`);
}

function actionOf(values: Values): string {
  switch (values.kind) {
    case 'words': return values.comma ? `_values -s , value ${values.words.join(' ')}` : `(${values.words.join(' ')})`;
    case 'file': return '_files';
    case 'directory': return '_files -/';
    case 'text': return ' ';
  }
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, '\'\\\'\'')}'`;
}
