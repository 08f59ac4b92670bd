import type { CompletedCommand, CompletedOption, Values } from './command-tree';

/** Returns the completion script for bash 3.2 and later. */
export function bashScript(program: string, commands: readonly CompletedCommand[], general: readonly CompletedOption[]): string {
  const name = `_${program.replace(/\W/g, '_')}`;
  return `# Completion of ${program} for bash: source this file.
${name}() {
  local IFS=$' \\t\\n' current previous command='' option='' kind='text' words='' options='' prefix='' i
  current="\${COMP_WORDS[COMP_CWORD]}"
  previous="\${COMP_WORDS[COMP_CWORD-1]}"
  # bash splits --option=value into three words.
  [ "$current" = '=' ] && current=''
  [ "$previous" = '=' ] && previous="\${COMP_WORDS[COMP_CWORD-2]}"
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      -*) option="\${COMP_WORDS[i]}" ;;
      *) [ -z "$command" ] && command="\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$command" in
    '') kind='words'; words='${commands.map((command) => command.name).join(' ')}'; options='${flags(general)}' ;;
${commands.map((command) => `    ${command.name}) ${assignments(command.argument)}; options='${flags(command.options)}' ;;`).join('\n')}
  esac
  # An option with one value.
  case "$command $previous" in
${cases(commands, ({ values, isList }) => values !== undefined && !isList)}
  esac
  # An option with several values.
  case "$command $option" in
${cases(commands, ({ isList }) => isList)}
  esac
  COMPREPLY=()
  case "$current" in
    -*) kind='words'; words="$options" ;;
    *,*) [ "$kind" = 'list' ] && prefix="\${current%,*}," ;;
  esac
  case "$kind" in
    words) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    list) COMPREPLY=($(compgen -P "$prefix" -W "$words" -- "\${current##*,}")) ;;
    file) IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$current")); compopt -o filenames 2>/dev/null ;;
    directory) IFS=$'\\n'; COMPREPLY=($(compgen -d -- "$current")); compopt -o filenames 2>/dev/null ;;
  esac
  return 0
}
complete -F ${name} ${program}
`;
}

function flags(options: readonly CompletedOption[]): string {
  return options.flatMap(namesOf).join(' ');
}

function namesOf({ long, short }: CompletedOption): string[] {
  return [`--${long}`, ...short === undefined ? [] : [`-${short}`]];
}

function cases(commands: readonly CompletedCommand[], isWanted: (option: CompletedOption) => boolean): string {
  const lines = commands.flatMap(({ name, options }) => options.filter(isWanted)
    .map((option) => `    ${namesOf(option).map((flag) => `'${name} ${flag}'`).join('|')}) ${assignments(option.values!)} ;;`));
  return lines.join('\n');
}

function assignments(values: Values): string {
  return values.kind === 'words' ? `kind='${values.comma ? 'list' : 'words'}'; words='${values.words.join(' ')}'` : `kind='${values.kind}'`;
}
