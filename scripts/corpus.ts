/** `corpus`: tables, manifests and shards of a corpus. See `--help`. */
import { type Command, type CommandLine, commonHelp, main } from "./cli/command_line.ts";
import {
  CORPUS_SUBCOMMANDS,
  corpusOptionHelp,
  corpusOptions,
  corpusSubcommand,
} from "./corpus/subcommands.ts";

const indented = (text: string, by: number) =>
  text.split("\n").map((line) => " ".repeat(by) + line).join("\n");

const help = `NAME
    corpus - look at a corpus, join what is known of it, choose from it

SYNOPSIS
${CORPUS_SUBCOMMANDS.map(({ name, takes }) => `    dialab corpus ${name} ${takes}`).join("\n")}
    npm run corpus -- ...
    bun run scripts/corpus.ts ...
    deno run -A scripts/corpus.ts ...

DESCRIPTION
    DIR is an output folder of dialab process or of Dataloader++: a stage for
    each folder NAME_meta (vad_meta, snr_meta, vtc_meta, ...), and the arrays
    beside them. Nothing in it is changed.

${
  CORPUS_SUBCOMMANDS.map(({ name, takes, about }) => `    ${name} ${takes}\n${indented(about, 8)}`).join(
    "\n\n",
  )
}

OPTIONS
${corpusOptionHelp}${commonHelp}
EXAMPLES
    dialab corpus show out/talks
    dialab corpus config out/talks
    dialab corpus config filters.json --json

EXIT STATUS
    0  done
    1  what was given is refused; the error says what is wrong and where
    2  the command line is wrong
    3  a file or a package is not there
`;

async function run(line: CommandLine): Promise<number> {
  const row = corpusSubcommand(line);
  const { run } = await row.load();
  return await run({ ...line, positionals: line.positionals.slice(1) });
}

/** The command. */
export const command: Command = { help, options: corpusOptions, run };

if (import.meta.main) await main(command);
