/** The manual page of the diarize command, and its options. */
import { commonHelp } from "../cli/command_line.ts";
import { settingsHelp, settingsOptions } from "../cli/pipeline_settings.ts";
import { DUMP_CHOICES, FORMATS } from "./outputs.ts";

/** What `--help` prints. */
export const help = `NAME
    diarize - who speaks when in recordings

SYNOPSIS
    dialab AUDIO|DIR|GLOB... [OPTION]...
    dialab diarize AUDIO|DIR|GLOB... [OPTION]...
    npm run diarize -- AUDIO|DIR|GLOB... [OPTION]...
    bun run scripts/diarize.ts AUDIO|DIR|GLOB... [OPTION]...
    deno run -A scripts/diarize.ts AUDIO|DIR|GLOB... [OPTION]...

DESCRIPTION
    Decodes each recording, runs the networks of a preset over it and prints
    who speaks when: a table at a terminal, else RTTM. With --out it writes
    DIR/NAME.rttm instead, NAME being the file's name without its ending,
    with _ for spaces, which RTTM cannot have.
    A recording that cannot be read is told, and the others go on.
    Turns end where the recording ends; those of --dump are as pyannote has
    them, up to a second beyond. Results of a recording appear together, when
    all are written.
    Of a folder, and the folders below it, those files are taken whose ending
    is of audio or video, but none that is hidden or has no byte in it, as
    manifest takes them. A warning sums up what is passed over; --json names
    each file and says why.
    Chunks of all recordings share the networks' batches; results do not
    depend on that.

OPTIONS
    --out DIR
        Where results go; made if need be. Each is written whole or not at all.
        Results of an earlier run are replaced; what was changed since, is not
        dialab's, or is of another recording of that name, is kept in DIR/kept.
        Results of other settings stay beside the new ones. A warning tells of
        each.
        Without it they are printed, in one format, and no file is written.
${settingsHelp}    --format LIST
        Any of ${FORMATS.join(",")}.
        Default: rttm. Other formats are printed of one recording only.
    --exclusive
        Write one speaker at most at a time, as NAME.exclusive.*, as well.
    --num-speakers N, --min-speakers N, --max-speakers N
        What is known of the number of speakers; N alone overrides the other
        two. A result that does not meet it has a warning.
    --html
        Write NAME.html as well: one page that needs no network, with the
        recording to listen to turn by turn, who speaks how long, and how the
        speakers were told apart.
    --reference REF
        An RTTM file, or a folder of them: print how far each result is from its
        reference, as score does, and show it on the pages. Recordings are
        matched by name; one alone is scored against one alone. A REF of which
        nothing can be read is refused before the work begins.
    --uem FILE, --collar SEC, --skip-overlap, --nist
        As in score, for --reference.
    --embeddings
        Write the embeddings of every chunk and slot, NAME.embeddings.npz.
    --provenance
        Write NAME.provenance.json as well: version, options, weights, backend,
        and the sha256 of the recording and of each result, for "dialab why".
        JSON, pages, captures and WebVTT tell their run by themselves.
    --dump STAGES
        Write a capture to DIR/captures/NAME that parity can replay:
        ${DUMP_CHOICES.join(",")},
        any of them with commas.
    --channel N
        Hear one channel, from 0, in WAVE's order: left, right, centre, low
        frequencies, back left, back right. Default: the mean of all.
    --models DIR
        Where weights are looked for first.
    --embedding-model NAME
        Another embedding network of the same kind in place of the preset's.
    --backend scalar|wasm|webgpu
        What computes fbank, pooling and clustering. Default: wasm.
    --provider cpu|webgpu|cuda[,cpu|webgpu|cuda]
        What runs the networks; with two, segmentation's and embedding's.
        Default: cpu.
    --batch-size N
        Chunks in a batch. Default: by free memory.
    --jobs N
        Recordings at a time. Default: 2.
    --resume
        Pass over recordings whose results are there, made of the same file
        with the same settings and weights and not changed since, as DIR/.dialab
        tells by their sha256. Others are computed again, each with a warning
        that says why: which setting differs and from what to what, which result
        was changed, or which is not there.
    --json [FILE]
        Print one JSON object on all recordings, or write it to a FILE that
        ends in .json. An older report is replaced; other JSON is kept, as
        NAME.kept.json, which a warning tells.
${commonHelp}
EXAMPLES
    dialab talk.wav
    dialab talk.wav --preset own --format srt > talk.srt
    dialab talks '*.mp3' --out out --format srt --num-speakers 2
    dialab talk.wav --out out --html --json | head -20
    dialab talks --out out --resume
    dialab talk.wav --out out --reference talk.rttm --html

EXIT STATUS
    0    all recordings are done
    1    a recording failed, a reference is bad, or weights are not of the
         network that is needed
    2    the command line is wrong
    3    weights, a backend, a provider, recordings or references are not there
    129, 130, 143
         ended by SIGHUP (its terminal closed), SIGINT (Ctrl-C) or SIGTERM;
         finished results stay, nothing is half-written

ENVIRONMENT
    DIALAB_MODELS  one more place to look for weights in
    NO_COLOR       if set, no colours
`;

const text = { type: "string" } as const, flag = { type: "boolean" } as const;
/** Which options there are, and which take a value. */
export const options = {
  "out": text,
  ...settingsOptions,
  "format": { ...text, words: FORMATS },
  "exclusive": flag,
  "html": flag,
  "num-speakers": text,
  "min-speakers": text,
  "max-speakers": text,
  "reference": text,
  "uem": text,
  "collar": text,
  "skip-overlap": flag,
  "nist": flag,
  "embeddings": flag,
  "provenance": flag,
  "dump": { ...text, words: DUMP_CHOICES },
  "channel": text,
  "models": text,
  "embedding-model": text,
  "backend": { ...text, words: ["scalar", "wasm", "webgpu"] },
  "provider": { ...text, words: ["cpu", "webgpu", "cuda"] },
  "batch-size": text,
  "jobs": text,
  "resume": flag,
  "json": { type: "output" },
} as const;
