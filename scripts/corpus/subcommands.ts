/** What `dialab corpus` can be asked. */
import { type CommandLine, type OptionTable, UsageError } from "../cli/command_line.ts";
import { closest } from "../cli/closest.ts";

/** One thing that `dialab corpus` does. */
export interface CorpusSubcommand {
  readonly name: string;
  /** What follows its name in the synopsis. */
  readonly takes: string;
  /** What it does, in lines of at most 68 letters. */
  readonly about: string;
  /** Which rows of `corpusOptions` it takes. */
  readonly options: readonly (keyof typeof corpusOptions)[];
  /** Loads it when it is called. `line.positionals` begin behind its name. */
  readonly load: () => Promise<{ readonly run: (line: CommandLine) => Promise<number> }>;
}

/** The options of all of them. */
export const corpusOptions = {
  "kind": { type: "string", words: ["pipeline", "filter", "dataset"] },
  "suffixes": { type: "string" },
  "rule": { type: "string", words: ["auto", "webdataset", "silences", "amela"] },
  "rank": { type: "string" },
  "worker": { type: "string" },
  "index": { type: "string" },
  "no-decode": { type: "boolean" },
  "vad": { type: "string" },
  "samples": { type: "string" },
  "overwrite": { type: "boolean" },
  "out": { type: "string" },
  "stages": { type: "string" },
  "how": { type: "string", words: ["inner", "left", "outer"] },
  "filter": { type: "string" },
  "keep-failed": { type: "boolean" },
  "json": { type: "output" },
} as const satisfies OptionTable;

/** A line or more of the page for each option. */
export const corpusOptionHelp = `    --kind pipeline|filter|dataset
        config: what FILE is. [a data set where it has dataset_dir, filters
        where all its fields are theirs, else a pipeline]
    --suffixes LIST
        samples, index, verify: what members end in, as wav,json,emb.npy; what
        is before the longest one that fits is the sample's key.
    --rule auto|webdataset
        samples, index, verify: how names are split without a list. webdataset:
        at the first dot, so that rec.2024_0000.wav is of sample rec. auto:
        where the JSON sidecar's id ends, else before the last parts that are
        words. [auto]
    --rule silences|amela
        shard: where recordings are cut. silences: at the silence nearest 30 s,
        at most 10 s away. amela: at the first one from 30 s on. [silences]
    --rank R/W
        samples: the shards of process R (from 0) of W, as webdataset has it.
    --worker K/N
        samples: of those, the ones of worker K (from 0) of N.
    --index FILE
        verify: hold the shards against it.
    --no-decode
        verify: decode no sound.
    --vad FILE
        shard: an RTTM that tells where speech is, by wav_id. A recording that
        it has not is taken for silent, with a warning; where it has none of
        them, that is an error.
    --samples N
        shard: clips of a shard at most. [1000]
    --overwrite
        shard: write over a set of shards that is there.
    --out FILE|DIR
        index: the file. [shards.index.json beside the shards]
        shard: the folder that the shards go into.
        join: a Parquet file of all rows.
        The folders of stages are no place for them, and a file of another kind
        is not written over.
    --stages vad,vtc,...
        show, join, filter: which stages, in this order. [show, join: all that
        are there; filter: those whose columns it names]
    --how inner|left|outer
        join, filter: recordings that all stages have, those of the first, or
        all. [inner]
    --filter FILE
        join, filter, why: what is wanted, as JSON: min_duration_s, min_snr_db
        and their like, and of Dataloader++'s output required_labels (stage vtc)
        and excluded_esc_categories (esc); "config FILE" tells what is in it.
        A filter whose stage is not there, and a key that is none, are refused.
    --keep-failed
        join, filter: keep recordings that a stage failed on, or whose array is
        gone.
    --json [FILE]
        Print JSON (join: a line for each row), or write it to a FILE that ends
        in .json.
`;

/** A new one is a row here and a file beside. */
export const CORPUS_SUBCOMMANDS: readonly CorpusSubcommand[] = [
  {
    name: "show",
    takes: "DIR",
    about: `What is in it: stages, how many recordings succeeded and failed in
each, hours, segments; of each column the type, the share of nulls,
and smallest, middle and greatest value, or the commonest ones. Exit 1
where a table is damaged; each is told.`,
    options: ["stages", "json"],
    load: () => import("./show.ts"),
  },
  {
    name: "adapters",
    takes: "DIR",
    about: `Which stages there are, and which recordings each has: rows, how many
succeeded, how many have their array. Exit 1 where a table is damaged
or an id stands twice; each is told.`,
    options: ["json"],
    load: () => import("./adapters.ts"),
  },
  {
    name: "join",
    takes: "DIR",
    about: `What all stages know of each recording, side by side, sorted by the
bytes of its id. Recordings that a stage failed on are left out.`,
    options: ["stages", "how", "filter", "keep-failed", "out", "json"],
    load: () => import("./join.ts"),
  },
  {
    name: "filter",
    takes: "DIR --filter FILE",
    about: `Which recordings are left by filters, and how many each filter took.`,
    options: ["stages", "how", "filter", "keep-failed", "json"],
    load: () => import("./filter.ts"),
  },
  {
    name: "why",
    takes: "DIR ID",
    about: `How each stage, and each filter, stands with one recording: absent,
failed and with which error, array missing, filtered and by what.`,
    options: ["filter", "json"],
    load: () => import("./why.ts"),
  },
  {
    name: "config",
    takes: "FILE|DIR",
    about: `The version of a configuration (12 hex digits, those that Python
gives), the version that the same settings had under their former
names, and what in it is no field, which is a warning here. DIR: its
pipeline_config.json.`,
    options: ["kind", "json"],
    load: () => import("./config.ts"),
  },
  {
    name: "samples",
    takes: "SHARD...",
    about: `The samples of WebDataset shards in their order: key, and size and
sha256 of each member; a JSON object a line with --json. Damage is an
error that names file, byte and last whole sample, after the samples
before it. SHARD may be a pattern, as 's-{000..012}.tar'.`,
    options: ["suffixes", "rule", "rank", "worker", "json"],
    load: () => import("./samples.ts"),
  },
  {
    name: "index",
    takes: "SHARD...",
    about: `Writes where each member of each sample is, how long its sound is,
and each shard's size and sha256, whoever wrote the shards.`,
    options: ["suffixes", "rule", "out", "json"],
    load: () => import("./index.ts"),
  },
  {
    name: "verify",
    takes: "SHARD...",
    about: `Whether shards are sound: every header, JSON sidecars, the length of
WAV and FLAC as announced and as decoded, and what an index says.`,
    options: ["suffixes", "rule", "index", "no-decode", "json"],
    load: () => import("./verify.ts"),
  },
  {
    name: "shard",
    takes: "LIST --vad FILE --out DIR",
    about: `Cuts the recordings of a list (see dialab manifest) at silences into
clips of about 30 s, and packs them as WAV with a JSON sidecar, and
their index. Run again when it was killed: the bytes are the same.`,
    options: ["rule", "vad", "samples", "overwrite", "out", "json"],
    load: () => import("./shard.ts"),
  },
];

/** The row that a word names, with the options given checked against it. */
export function corpusSubcommand({ values, positionals: [word] }: CommandLine): CorpusSubcommand {
  const names = CORPUS_SUBCOMMANDS.map(({ name }) => name);
  if (word === undefined) throw new UsageError(`Name what to do: ${names.join(", ")}.`);
  const row = CORPUS_SUBCOMMANDS.find(({ name }) => name === word);
  if (row === undefined) {
    const meant = closest(word, names);
    throw new UsageError(
      `corpus does ${names.join(", ")}, not ${word}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
    );
  }
  const wrong = [...values.keys()].find((name) => !row.options.some((own) => own === name));
  if (wrong !== undefined) {
    const of = CORPUS_SUBCOMMANDS.filter(({ options }) => options.some((own) => own === wrong));
    throw new UsageError(`--${wrong} is for corpus ${of.map(({ name }) => name).join(", ")}, not ${word}.`);
  }
  return row;
}
