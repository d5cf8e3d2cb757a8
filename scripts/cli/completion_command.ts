import process from "node:process";
import { type Command, commonHelp, EXIT, UsageError } from "./command_line.ts";
import { completionScript, SHELLS } from "./completion_script.ts";

const help = `NAME
    completion - commands, options and their values, for bash, zsh and fish

SYNOPSIS
    dialab completion bash|zsh|fish

DESCRIPTION
    Prints a script that has the shell complete what stands behind "dialab":
    commands, options, the words that an option takes, and files. The script
    names what this version has; load it anew after an update.

    "dialab" is then to be found by that name, which npx does not do: have
    node_modules/.bin of the clone on your PATH, or an alias.

OPTIONS
${commonHelp}
EXAMPLES
    bash, in ~/.bashrc:
        eval "$(dialab completion bash)"
    zsh, in ~/.zshrc, behind compinit:
        eval "$(dialab completion zsh)"
    fish:
        dialab completion fish > ~/.config/fish/completions/dialab.fish

EXIT STATUS
    0  printed
    2  the command line is wrong
`;

/** A row of the table of commands. */
interface Row {
  readonly name: string;
  readonly about: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** `dialab completion`, over the table that it stands in itself. */
export function completionCommand(rows: readonly Row[]): Command {
  return {
    help,
    options: {},
    async run({ positionals: [word, ...more] }) {
      const shell = SHELLS.find((name) => name === word);
      if (shell === undefined || more.length > 0) throw new UsageError("Name one shell: bash, zsh or fish.");
      const commands = await Promise.all(
        rows.map(async ({ name, about, load }) => ({ name, about, options: (await load()).command.options })),
      );
      process.stdout.write(completionScript(shell, commands));
      return EXIT.fine;
    },
  };
}
