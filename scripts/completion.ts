/** `completion`: commands and options for the shell to complete. See `--help`. */
import { type Command, main } from "./cli/command_line.ts";
import { completionCommand } from "./cli/completion_command.ts";
import { SUBCOMMANDS } from "./cli/subcommands.ts";

/** The command. */
export const command: Command = completionCommand(SUBCOMMANDS);

if (import.meta.main) await main(command);
