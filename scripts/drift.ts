/** `drift`: where two runs part ways, and how near they came to it. See `--help`. */
import process from "node:process";
import { PRESETS } from "#lib/diarization/presets.ts";
import type { DriftReport } from "#lib/parity/drift/drift_report.ts";
import type { DriftRun } from "#lib/parity/drift/drift_run.ts";
import { captureErrorStatus } from "./cli/capture_errors.ts";
import { type Command, type CommandLine, commonHelp, EXIT, main } from "./cli/command_line.ts";
import { importHelp, importModules, importOption, presetGiven } from "./cli/pipeline_settings.ts";
import { printReport } from "./cli/print_report.ts";
import { say } from "./cli/say.ts";
import { styleOf } from "./cli/style.ts";
import { driftRequest, gather } from "./drift/gather.ts";
import { layoutOf } from "./drift/layout.ts";
import { reportLines } from "./drift/print_report.ts";
import { writeDriftPage } from "./drift/write_page.ts";

const masked = Object.values(PRESETS).filter(({ embedding }) => embedding.kind === "masked").map(({ name }) =>
  name
)
  .join(", ");

const help = `NAME
    drift - where two runs part ways, and how near they came to it

SYNOPSIS
    dialab drift A [B] [OPTION]...
    bun run scripts/drift.ts A [B] [OPTION]...
    deno run -A scripts/drift.ts A [B] [OPTION]...
    npm run drift -- A [B] [OPTION]...

DESCRIPTION
    Compares two runs of one recording stage by stage: the largest error of
    each artefact, what 99.9 % of its values do not exceed, how many decisions
    came out differently, and where in time; then the turns, A being the
    reference. Names of clusters, and signs of PLDA columns, mean nothing: B's
    are put as A's first. What is beyond what rounding explains is red.

    A run is NAME[@BACKEND[:PRECISION]][?SECTION.OPTION=NUMBER&...]:

    01_dialogue          a capture by name, or its folder, as it was recorded
    01_dialogue@wasm     replayed on scalar, wasm or webgpu
    01_dialogue@webgpu:f32
                         in another precision than df64
    01_dialogue?vbx.fa=0.1&ahc.threshold=0.5
                         replayed with other options (on scalar)
    talk.wav@wasm        a recording, from decoding on, with the networks of
                         --preset
    @wasm, ?vbx.fa=0.1   as B: the recording of A

    A clustering's own options are set as clustering.NAME. Settings in which A
    and B differ are told first.

    What "diarize --dump all" wrote is a capture, too. Without B, A is held
    against its replay on scalar.

OPTIONS
    --bisect
        Which stage makes the difference: each in turn is run as B on what A
        fed its own, the rest as A; B is handed over to A after each; and the
        least of the guilty stage's result that is enough is looked for. Of a
        B that is a recording, what it recorded is handed over.
    --margins
        How far every decision was from falling otherwise, in A and B.
    --sensitivity STAGE
        Noise of growing size on what a stage of A gives ("inputs" for what
        the first are given): how it grows, and at which size turns change.
    --seed N
        Of that noise. Default: 0.
    --preset NAME|FILE.json
        Networks for recordings: ${masked}, or a file with masked
        embeddings (docs/presets.md). Default: the best whose weights are here;
        a line says which.
${importHelp}    --captures DIR
        A folder of captures. Default: the project's fixtures,
        DIALAB_FIXTURES, ../shared/fixtures and the cache.
    --models DIR
        Where PLDA weights are looked for first.
    --adapter NAME
        Part of a GPU adapter's name.
    --json [FILE]
        Print the full report instead of the text, or write it to a FILE that
        ends in .json.
    --html FILE
        Write the report as one page that needs no network: all of it in
        tables and figures, and the recording to listen to where it, or the
        capture's clip, is at hand.
${commonHelp}
EXAMPLES
    dialab drift a_two_speakers @wasm
    dialab drift b_five_speakers '?vbx.fa=0.2' --bisect --margins
    dialab drift a_two_speakers --sensitivity plda
    dialab drift a_two_speakers @wasm --json | head -20

EXIT STATUS
    0  the same turns, line for line
    1  other turns, or a file is not as it should be
    2  the command line is wrong
    3  something is missing: a capture, weights, a backend

ENVIRONMENT
    DIALAB_FIXTURES, DIALAB_MODELS  more places to look in
    NO_COLOR                        if set, no colours
`;

const text = { type: "string" } as const, flag = { type: "boolean" } as const;
const options = {
  bisect: flag,
  margins: flag,
  sensitivity: text,
  seed: text,
  preset: { ...text, words: masked.split(", ") },
  import: importOption,
  captures: text,
  models: text,
  adapter: text,
  json: { type: "output" },
  html: { type: "string", writes: "page" },
} as const;

const progress = (message: string) =>
  void (process.stderr.isTTY &&
    process.stderr.write(`\r\x1b[K${message.slice(0, (process.stderr.columns || 80) - 1)}`));

async function run(line: CommandLine): Promise<number> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort(new DOMException("Interrupted", "AbortError"));
  process.once("SIGINT", stop);
  const html = line.values.get("html");
  let report: DriftReport;
  let runs: { a: DriftRun; b: DriftRun } | undefined;
  try {
    await importModules(line);
    const preset = line.values.get("preset");
    report = await gather(driftRequest(line, preset === undefined ? undefined : await presetGiven(preset)), {
      progress,
      signal: interrupt.signal,
      opened: (a, b) => html !== undefined && (runs = { a, b }),
    });
    if (html !== undefined && runs) await writeDriftPage(html, report, runs);
  } finally {
    process.off("SIGINT", stop);
    progress("");
  }
  for (const note of report.notes ?? []) say("note", note);
  for (const warning of report.warnings ?? []) say("warning", warning);
  await printReport(line.values.get("json"), {
    json: () => JSON.stringify(report, null, 2),
    text: () => reportLines(report, layoutOf(process.stdout, styleOf(process.stdout))).join("\n"),
  });
  return report.difference.identical ? EXIT.fine : EXIT.failed;
}

function statusOf(error: Error): number | undefined {
  return error.name === "AbortError" ? 130 : captureErrorStatus(error);
}

/** The command. */
export const command: Command = { help, options, run, statusOf };

if (import.meta.main) await main(command);
