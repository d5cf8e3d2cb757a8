/** `manifest`: a list of the recordings in a folder. See `--help`. */
import { counted } from "#lib/language/counted.ts";
import { dirname } from "node:path";
import process from "node:process";
import { listRecordings } from "#lib/corpus/recordings/list_recordings.ts";
import { formatRecordings, writeRecordings } from "#lib/corpus/recordings/write_recordings.ts";
import {
  choice,
  type Command,
  type CommandLine,
  commonHelp,
  EXIT,
  main,
  MissingError,
  UsageError,
} from "./cli/command_line.ts";
import { Interruption } from "./diarize/interruption.ts";

const help = `NAME
    manifest - a list of the recordings in a folder

SYNOPSIS
    dialab manifest DIR [OPTION]...
    npm run manifest -- DIR [OPTION]...
    bun run scripts/manifest.ts DIR [OPTION]...
    deno run -A scripts/manifest.ts DIR [OPTION]...

DESCRIPTION
    Looks through DIR and the folders below it for recordings, and prints a line
    for each, sorted by the bytes of their paths: wav_id, audio_filepath, and
    duration in seconds, as process takes it. Lengths are those of the files'
    headers where the end that they announce is there; else what can be decoded
    is counted, and a warning tells what is missing.

    Those files are taken whose ending is of audio or video, but none that is
    hidden or has no byte in it, as diarize takes them; a warning sums up what
    is passed over.

    wav_id is the file's name without its last ending, which is what a recording
    is called from then on. Two files of one name are told, and the second one
    is left out, as is a file that has an ending of audio and is none.

    With --out paths are relative to the list's folder where they lie below it,
    so that both can be moved together; otherwise they are absolute.

OPTIONS
    --out FILE
        Write the list there, whole or not at all: CSV where FILE ends in .csv,
        JSON lines otherwise.
    --format jsonl|csv
        Which of them, whatever FILE is called.
    --ids stem|path
        What ids are made of. path: the whole path from DIR on without its
        ending, slashes turned into "--"; for folders that use the same names.
        [stem]
${commonHelp}
EXAMPLES
    dialab manifest recordings --out recordings/list.jsonl
    dialab manifest recordings --ids path --format csv | head

EXIT STATUS
    0    every recording is in the list
    1    some are not; each is told
    2    the command line is wrong
    3    DIR is not there, or FILE cannot be written
    130  ended by Ctrl-C
`;

const options = {
  "out": { type: "string", writes: "list" },
  "format": { type: "string", words: ["jsonl", "csv"] },
  "ids": { type: "string", words: ["stem", "path"] },
} as const;

async function run({ values, positionals }: CommandLine): Promise<number> {
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) {
    throw new UsageError(`Name one folder; given were ${positionals.length}.`);
  }
  const out = values.get("out");
  const format = choice(values, "format", ["jsonl", "csv"], /\.csv$/i.test(out ?? "") ? "csv" : "jsonl");
  const ids = choice(values, "ids", ["stem", "path"], "stem");
  using interruption = new Interruption();
  const warn = (warning: string) => void process.stderr.write(`warning: ${warning}\n`);
  let list;
  try {
    list = await listRecordings(folder, { ids, warn, signal: interruption.signal });
  } catch (error) {
    if (interruption.exitCode !== undefined) return interruption.exitCode;
    throw error;
  }
  for (const fault of list.faults) process.stderr.write(`error: ${fault}\n`);
  if (list.recordings.length === 0) throw new MissingError(`No recording was found in ${folder}.`);
  if (out === undefined) process.stdout.write(formatRecordings(list.recordings, { format }));
  else {
    await writeRecordings(out, list.recordings, { format });
    const hours = (list.totalSec / 3600).toFixed(2);
    process.stderr.write(
      `${out}: ${counted(list.recordings.length, "recording")}, ${hours} h, relative to ${dirname(out)}\n`,
    );
  }
  return list.faults.length > 0 ? EXIT.failed : EXIT.fine;
}

/** The command. */
export const command: Command = { help, options, run };

if (import.meta.main) await main(command);
