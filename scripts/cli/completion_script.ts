/** Completion for shells, from the tables of commands and options. */
import { commonOptions, type OptionTable } from "./command_line.ts";

/** Shells that there is completion for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** What is completed of a command. */
export interface CompletedCommand {
  readonly name: string;
  readonly about: string;
  readonly options: OptionTable;
}

/** What a word that is no command belongs to. */
const DEFAULT = "diarize";

/** A script that has the shell complete `dialab`. */
export function completionScript(
  shell: typeof SHELLS[number],
  commands: readonly CompletedCommand[],
): string {
  const whole = commands.map((command) => ({
    ...command,
    options: { ...command.options, ...commonOptions },
  }));
  return { bash, zsh, fish }[shell](whole);
}

const flags = (options: OptionTable) => Object.keys(options).map((name) => `--${name}`).join(" ");

/** Of each command the options that take one of some words. */
function chosen(commands: readonly CompletedCommand[]): { at: string; words: string }[] {
  return commands.flatMap(({ name, options }) =>
    Object.entries(options).flatMap(([option, { words = [] }]) =>
      words.length === 0 ? [] : [{ at: `${name} --${option}`, words: words.join(" ") }]
    )
  );
}

function bash(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name);
  return `# Completion of dialab for bash.
_dialab() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" cmd=${DEFAULT} words=
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]}" in ${names.join("|")}) cmd="\${COMP_WORDS[1]}" ;; esac
  fi
  COMPREPLY=()
  case "$cmd $prev" in
${chosen(commands).map(({ at, words }) => `    "${at}") words="${words}" ;;`).join("\n")}
    "${DEFAULT} help") words="${names.join(" ")}" ;;
    *)
      case "$cur" in
        -*)
          case "$cmd" in
${commands.map(({ name, options }) => `            ${name}) words="${flags(options)}" ;;`).join("\n")}
          esac ;;
        *)
          if [ "$COMP_CWORD" -eq 1 ]; then
            local IFS=$'\\n'
            COMPREPLY=($(compgen -f -- "$cur"))
            IFS=$' \\t\\n'
            words="${names.join(" ")} help"
          elif [ "$cmd" = completion ]; then words="${SHELLS.join(" ")}"; fi ;;
      esac ;;
  esac
  [ -z "$words" ] || COMPREPLY+=($(compgen -W "$words" -- "$cur"))
}
complete -o default -o bashdefault -F _dialab dialab
`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name);
  return `#compdef dialab
# Completion of dialab for zsh.
_dialab() {
  local cur="$words[CURRENT]" prev="$words[CURRENT-1]" cmd=${DEFAULT}
  if (( CURRENT > 2 )); then
    case "$words[2]" in (${names.join("|")}) cmd="$words[2]" ;; esac
  fi
  case "$cmd $prev" in
${chosen(commands).map(({ at, words }) => `    ("${at}") compadd -- ${words}; return ;;`).join("\n")}
    ("${DEFAULT} help") compadd -- ${names.join(" ")}; return ;;
    ("completion completion") compadd -- ${SHELLS.join(" ")}; return ;;
  esac
  if [[ "$cur" == -* ]]; then
    case "$cmd" in
${commands.map(({ name, options }) => `      (${name}) compadd -- ${flags(options)} ;;`).join("\n")}
    esac
    return
  fi
  (( CURRENT == 2 )) && compadd -- ${names.join(" ")} help
  _files
}
compdef _dialab dialab
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name);
  const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap(({ name, about, options }) => {
    const others = names.filter((other) => other !== DEFAULT).join(" ");
    const when = name === DEFAULT
      ? `not __fish_seen_subcommand_from ${others}`
      : `__fish_seen_subcommand_from ${name}`;
    return [
      `complete -c dialab -n __fish_use_subcommand -a ${name} -d ${quoted(about)}`,
      ...Object.entries(options).map(([option, { type, short, words }]) =>
        [
          `complete -c dialab -n ${quoted(when)} -l ${option}`,
          ...(short === undefined ? [] : [`-s ${short}`]),
          ...(type === "string" ? ["-r"] : []),
          ...(words === undefined ? [] : [`-f -a ${quoted(words.join(" "))}`]),
        ].join(" ")
      ),
    ];
  });
  return `# Completion of dialab for fish.
${lines.join("\n")}
complete -c dialab -n __fish_use_subcommand -a help -d 'the manual page of a command'
complete -c dialab -n '__fish_seen_subcommand_from help' -f -a ${quoted(names.join(" "))}
complete -c dialab -n '__fish_seen_subcommand_from completion' -f -a ${quoted(SHELLS.join(" "))}
`;
}
