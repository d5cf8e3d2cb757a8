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
    DIR is a corpus folder: what "dialab process" has found out about many
    recordings, and wrote with --out DIR. Each kind of finding is a stage, such
    as vad (where somebody speaks) or snr (how loud the noise is): its table,
    a row for each recording, is in DIR/NAME_meta, its segments or arrays in
    DIR/NAME. Recordings are known by their wav_id. Output of Dataloader++ is
    laid out alike, with stages vad, vtc, snr and esc, and is read as well.
    Nothing in DIR is changed.

    The last four work on shards: tar files of short clips to train on, as
    WebDataset has them.

${
  CORPUS_SUBCOMMANDS.map(({ name, takes, about }) => `    ${name} ${takes}\n${indented(about, 8)}`).join(
    "\n\n",
  )
}

OPTIONS
${corpusOptionHelp}${commonHelp}
EXAMPLES
    dialab process vad snr --manifest talks/list.jsonl --out out/talks
    dialab corpus show out/talks
    dialab corpus join out/talks --out talks.parquet
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
