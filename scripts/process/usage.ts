/** The manual page of the process command, and its options. */
import { commonHelp } from "../cli/command_line.ts";
import { settingsHelp, settingsOptions } from "../cli/pipeline_settings.ts";

/** Names that shells complete: those that come with dialab. */
export const PROCESSORS = ["vad", "overlap", "snr", "loudness", "fbank", "embedding", "diarization"] as const;

/** What `--help` prints. */
export const help = `NAME
    process - features of many recordings, as tables and arrays

SYNOPSIS
    dialab process NAME... --manifest FILE --out DIR [OPTION]...
    npm run process -- NAME... --manifest FILE --out DIR [OPTION]...
    bun run scripts/process.ts NAME... --manifest FILE --out DIR [OPTION]...
    deno run -A scripts/process.ts NAME... --manifest FILE --out DIR [OPTION]...

DESCRIPTION
    Runs the processors that are named over the recordings of a list. Each
    recording is decoded once for all of them, and chunks of all recordings
    share the networks' batches. One that fails is a row with its error, and
    the others go on.

    vad          where somebody speaks: segments
    overlap      where two or more speak at once: segments
    snr          how much louder speech is than the noise in its pauses: arrays
    loudness     EBU R 128: integrated, range, true peak
    fbank        log mel filter banks, 80 bins every 10 ms: arrays
    embedding    the voices of the recording's speech: arrays
    diarization  who speaks when: segments

    and those that a module of --import registers. A warning tells of what --set
    sets and none of them reads: vad, overlap, snr and embedding read
    segmentation.speechThreshold alone, diarization reads all.

    DIR/NAME_meta/metadata.parquet has a row for each recording: success, path,
    wav_id, duration, original_sr, what the processor says, error, warnings,
    audio_sha256, dialab. Segments are in DIR/NAME/segments.parquet, arrays in
    DIR/NAME/WAV_ID.npz. DIR/pipeline.json tells what they were made with.

    While it runs, finished rows are lines of DIR/NAME_meta/journal.jsonl;
    tables are written at the end, in the list's order. However often it was
    ended or killed and gone on with, the files are the same.

OPTIONS
    --manifest FILE
        The recordings: JSON lines or CSV with audio_filepath or path, duration,
        and maybe wav_id; "dialab manifest" writes one.
    --out DIR
        Where results go; made if need be. One process writes there at a time.
    --resume
        Go on with what is there: recordings that are done are left, those that
        failed or have changed are tried again. A processor runs again for all
        where a setting or weights that it depends on have changed; a line says
        which. Rows of recordings that are no longer in the list are never
        deleted: they stay, behind the others, with a warning; where the
        processor would have to run again for them, too, the run is refused.
        Without --resume a folder that has results of NAME is refused.
${settingsHelp}    --models DIR
        Where weights are looked for first.
    --provider cpu|webgpu|cuda[,cpu|webgpu|cuda]
        What runs the networks; with two, segmentation's and embedding's.
        Default: cpu.
    --batch-size N
        Chunks in a batch. Default: by free memory.
    --jobs N
        Recordings at a time. Default: 2.
    --json [FILE]
        Print one JSON object, counts and failures, or write it to a FILE that
        ends in .json.
${commonHelp}
EXAMPLES
    dialab manifest talks --out talks/list.jsonl
    dialab process vad snr loudness --manifest talks/list.jsonl --out out
    dialab process vad snr --manifest talks/list.jsonl --out out --resume
    dialab process mine --import mine.ts --manifest talks/list.jsonl --out out

EXIT STATUS
    0    all recordings are done
    1    a recording failed, the list is bad, or another process writes to DIR
    2    the command line is wrong, DIR has results and --resume is not given,
         or rows of recordings that are not in the list would be lost
    3    weights, a provider or the list are not there
    129, 130, 143
         ended by SIGHUP (its terminal closed), SIGINT (Ctrl-C) or SIGTERM;
         --resume goes on

ENVIRONMENT
    DIALAB_MODELS  one more place to look for weights in
    NO_COLOR       if set, no colours
`;

const text = { type: "string" } as const;
/** Which options there are, and which take a value. */
export const options = {
  "manifest": text,
  "out": text,
  "resume": { type: "boolean" },
  ...settingsOptions,
  "models": text,
  "provider": { ...text, words: ["cpu", "webgpu", "cuda"] },
  "batch-size": text,
  "jobs": text,
  "json": { type: "output" },
} as const;
