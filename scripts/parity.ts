/** `parity`: replay captured runs of pyannote and compare every stage. See `--help`. */
import { counted } from "#lib/language/counted.ts";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { Compute } from "#lib/compute/compute.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { captureModels } from "#lib/parity/capture_models.ts";
import { besideCaptures, findCaptures, type FoundCapture, strayFolders } from "#lib/parity/find_captures.ts";
import { fixturePlaces } from "#lib/places/places.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { replayHints } from "#lib/parity/replay_hints.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import type { ParityItem } from "#lib/report/parity_report.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import type { Warn } from "#lib/warnings/warn.ts";
import { captureErrorStatus } from "./cli/capture_errors.ts";
import {
  type Command,
  type CommandLine,
  commonHelp,
  EXIT,
  main,
  MissingError,
  UsageError,
} from "./cli/command_line.ts";
import { backendHelp, backendOptions, backendRequest, onEachBackend } from "./cli/backends.ts";
import { printReport } from "./cli/print_report.ts";
import { embeddingModelGiven, importHelp, importModules, importOption } from "./cli/pipeline_settings.ts";
import { notComparedLines } from "#lib/parity/parity_columns.ts";
import { verifyManifest } from "#lib/parity/verify_manifest.ts";
import { wrapped } from "./cli/wrapped.ts";
import { say } from "./cli/say.ts";
import { styleOf } from "./cli/style.ts";
import { clipOf, endToEnd, type EndToEndReport, endToEndTable, MOST_DER } from "./parity/end_to_end.ts";
import { CaptureFaults, perCapture } from "./parity/faults.ts";
import { failures, hintTable, parityTable, parityVerdict } from "./parity/table.ts";
import { writeParityPage } from "./parity/write_page.ts";

const help = `NAME
    parity - replay captured pyannote runs and compare every stage

SYNOPSIS
    dialab parity [NAME]... [OPTION]...
    bun run scripts/parity.ts [NAME]... [OPTION]...
    deno run -A scripts/parity.ts [NAME]... [OPTION]...
    npm run parity -- [NAME]... [OPTION]...

DESCRIPTION
    Replays each capture twice, chained (from segmentations and embeddings
    alone) and isolated (every stage fed what pyannote fed it), and compares
    each stage with what pyannote computed, and the turns with its RTTM.

    exact   speaker count, training filter, AHC labels, VBx iterations, hard
            clusters and frames: equal or not; "5 of 7" is equal where the
            capture does not hold the others, which are named below
    plda    largest error of the PLDA embeddings (signs are arbitrary)
    q       largest error of VBx's responsibilities and priors
    elbo    largest error of its evidence lower bound
    score   largest error of centroids and scores
    RTTM    same turns, order, labels and times as the reference, or not
    DER     diarization error rate against the reference; 0.0000 is parity
    ms      time of the chained run, from arrays to turns, as it comes: cold

    On a terminal of less than 79 columns the table goes without turns,
    speakers (spk) and ms.

    Files that are not as the sha256 in manifest.json says get a warning, and
    are compared all the same.

    A capture that cannot be replayed is named with what is wrong with it, and
    the others go on. What "diarize --dump" wrote is replayed by the stages,
    options, hints and weights that it was made with.

    Errors are absolute, the worse of both runs, rounded up to one digit; "-"
    where the capture holds nothing to compare with. --json has all of them.

    With --end-to-end, captures that hold their clip_16k.wav are diarized from
    it with community-1 instead. Frames % are those of the segmentation that
    are as captured; max, RMS, cosine and least cosine compare embeddings of
    the very same frames (--json has those of all); then the turns, and
    seconds. As it should be: as many speakers, and a DER of at most ${100 * MOST_DER} %.

OPTIONS
    NAME
        Only these captures.
    --captures DIR
        A folder of captures, or one capture. Default: the project's fixtures,
        DIALAB_FIXTURES, ../shared/fixtures and the cache, as far as they exist.
    --models DIR
        Where PLDA weights are looked for first: DIR or DIR/plda. Then, and by
        default: models/ beside captures/, DIALAB_MODELS, ../shared/models, the
        cache. A dump tells the sums of its PLDA, and no other is taken; for a
        capture that does not, the first of its dimension is.
${backendHelp}${importHelp}    --hints
        Also replay with hints on the number of speakers, wherever
        reference/hints/NAME beside the captures holds results.
    --end-to-end
        Begin with the audio. Needs the networks, WeSpeaker's among them.
    --embedding-model NAME
        Another embedding network in WeSpeaker's place, for --end-to-end.
    --json [FILE]
        Print the full report instead of the table, or write it to a FILE that
        ends in .json.
    --html FILE
        Write the report as one page that needs no network: the table, every
        quantity, lanes of speakers, and clips to listen to where captures
        hold them. Not with --end-to-end.
${commonHelp}
EXAMPLES
    dialab parity
    dialab parity a_two_speakers --backend wasm --hints
    dialab parity --json | head -20
    dialab parity --captures fixtures/captures --html parity.html

EXIT STATUS
    0  parity
    1  a stage, a turn or a capture is not as it should be
    2  the command line is wrong
    3  something is missing: captures, clips, weights, a backend

ENVIRONMENT
    DIALAB_FIXTURES, DIALAB_MODELS  more places to look in
    NO_COLOR                        if set, no colours
`;

const options = {
  captures: { type: "string" },
  models: { type: "string" },
  ...backendOptions,
  hints: { type: "boolean" },
  "end-to-end": { type: "boolean" },
  "embedding-model": { type: "string" },
  import: importOption,
  json: { type: "output" },
  html: { type: "string", writes: "page" },
} as const;

function chosen(folder: string | undefined, names: readonly string[]): FoundCapture[] {
  if (folder !== undefined && statSync(folder, { throwIfNoEntry: false })?.isFile()) {
    throw new MissingError(`No capture in ${folder}: it is a file, and a folder is needed.`);
  }
  if (folder !== undefined && !existsSync(folder)) throw new MissingError(`Folder ${folder} does not exist.`);
  const found = findCaptures(folder);
  const places = folder ?? fixturePlaces().map(({ path }) => join(path, "captures")).join(", ");
  if (found.length === 0) throw new MissingError(`No capture in ${places}.`);
  const unknown = names.filter((name) => !found.some((capture) => capture.name === name));
  if (unknown.length > 0) {
    throw new MissingError(
      `No capture ${unknown.join(", ")}; there are ${found.map(({ name }) => name).join(", ")}.`,
    );
  }
  return names.length === 0 ? found : found.filter(({ name }) => names.includes(name));
}

async function replay(
  { folder }: FoundCapture,
  values: CommandLine["values"],
  settings: { readonly compute: Compute; readonly warn: Warn },
): Promise<ParityItem> {
  const { compute, warn } = settings;
  const capture = await readCapture(folder, { warn });
  const { reference } = capture;
  for (const file of (await verifyManifest(folder))?.damaged ?? []) {
    warn(
      `${file} is not the file whose sha256 is in manifest.json: the capture was changed since it was made`,
    );
  }
  const models = await captureModels(capture, { models: values.get("models"), warn });
  let result: Annotation | undefined;
  const report = await replayCapture(capture, {
    models,
    compute,
    // The chained run comes first.
    hook: (_, artefacts) => result ??= artefacts?.diarization,
  });
  if (result === undefined) throw new TypeError(`The replay of ${capture.name} gave no diarization.`);
  const hypothesis = asWritten(result, capture);
  if (!values.has("hints")) return { report, reference, hypothesis };
  const hints = await replayHints(capture, {
    models,
    compute,
    folder: join(besideCaptures(folder, "reference"), "hints", capture.name),
  });
  const withHints = { ...report, hints, ok: report.ok && hints.every(({ ok }) => ok) };
  return { report: withHints, reference, hypothesis };
}

const progress = (text: string) => void (process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`));

const tell = (report: Record<string, unknown>, json: string | undefined, lines: () => string[]) =>
  printReport(json, { json: () => JSON.stringify(report, null, 2), text: () => lines().join("\n") });

async function fromAudio({ values, positionals }: CommandLine): Promise<number> {
  if (values.has("hints")) throw new UsageError("--hints are not replayed with --end-to-end.");
  if (values.has("html")) throw new UsageError("--html is not for --end-to-end.");
  const request = backendRequest({ values });
  const found = chosen(values.get("captures"), positionals);
  const withClip = found.filter((capture) => clipOf(capture) !== undefined);
  if (withClip.length === 0) {
    throw new MissingError(`No clip_16k.wav in ${found.map(({ name }) => name).join(", ")}.`);
  }
  const missing = found.filter((capture) => !withClip.includes(capture)).map(({ name }) =>
    `${name} has no clip`
  );
  const endToEndReports: EndToEndReport[] = [];
  const faults = new CaptureFaults();
  await onEachBackend(request, async (compute) => {
    const [models, embeddingModel] = [values.get("models"), embeddingModelGiven(values)];
    endToEndReports.push(...await endToEnd(withClip, { models, embeddingModel, compute, faults, progress }));
  }, (message) => missing.push(message));
  progress("");
  for (const message of missing) say("note", message);
  for (const fault of faults.lines()) say("error", fault);
  const good = endToEndReports.filter((report) => report.ok).length;
  const all = endToEndReports.length + faults.all.length;
  const ok = good === all;
  const environment = describeEnvironment();
  const report = {
    backend: request.name,
    ok,
    environment,
    missing,
    faults: faults.all,
    endToEnd: endToEndReports,
  };
  await tell(report, values.get("json"), () => {
    if (endToEndReports.length === 0) return [];
    const style = styleOf(process.stdout);
    const total = `${good} of ${counted(all, "clip")} as they should be, end to end (${request.name})`;
    return [
      ...endToEndTable(endToEndReports, style, process.stdout.columns),
      "",
      style(ok ? "green" : "red", total),
    ];
  });
  return good < endToEndReports.length ? EXIT.failed : faults.status;
}

async function run(line: CommandLine): Promise<number> {
  const { values, positionals } = line;
  await importModules(line);
  if (values.has("end-to-end")) return await fromAudio(line);
  if (values.has("embedding-model")) throw new UsageError("--embedding-model is for --end-to-end.");
  const request = backendRequest({ values });
  const backend = request.name;
  const items: ParityItem[] = [];
  const missing: string[] = [];
  const said: { name: string; text: string }[] = [];
  const faults = new CaptureFaults();
  const found = chosen(values.get("captures"), positionals);
  await onEachBackend(request, async (compute) => {
    for (const [i, capture] of found.entries()) {
      progress(`${compute.backend} ${i + 1}/${found.length} ${capture.name}`);
      const { name } = capture;
      const prefix = `capture ${name}: `;
      const warn: Warn = (warning) =>
        void said.push({ name, text: warning.startsWith(prefix) ? warning.slice(prefix.length) : warning });
      const item = await faults.guard(capture, () => replay(capture, values, { compute, warn }));
      if (item !== undefined) items.push(item);
    }
  }, (message) => missing.push(message));
  progress("");
  const without = values.has("hints") ? items.filter(({ report }) => !report.hints?.length) : [];
  if (without.length > 0) {
    const names = [...new Set(without.map(({ report }) => report.name))];
    missing.push(
      without.length === items.length
        ? "no hints were replayed: no folder reference/hints/NAME beside the captures holds results"
        : `no hints were replayed for ${names.join(", ")}: reference/hints holds no results of theirs`,
    );
  }
  const warnings = [
    ...(positionals.length === 0 ? strayWarnings(values.get("captures")) : []),
    ...perCapture(said),
  ];
  for (const message of missing) say("note", message);
  for (const warning of warnings) say("warning", warning);
  for (const fault of faults.lines()) say("error", fault);

  const captures = items.map(({ report }) => report);
  const html = values.get("html");
  if (html !== undefined) {
    const shown = found.filter(({ name }) => captures.some((capture) => capture.name === name));
    const notes = [...missing, ...warnings.map((warning) => `Warning: ${warning}`)];
    await writeParityPage(html, { items, captures: shown, missing: notes, faults: faults.all });
  }
  const same = captures.every((capture) => capture.ok);
  const ok = same && faults.status === EXIT.fine;
  const environment = describeEnvironment();
  const report = { backend, ok, environment, missing, warnings, faults: faults.all, captures };
  await tell(report, values.get("json"), () => {
    if (captures.length === 0) return [];
    const style = styleOf(process.stdout);
    const hints = hintTable(captures);
    const lacking = notComparedLines(captures).flatMap((line) =>
      wrapped(line, Math.min(80, process.stdout.columns || 80)).split("\n")
    );
    return [
      ...parityTable(captures, style, process.stdout.columns),
      ...(lacking.length > 0 ? ["", ...lacking.map((line) => style("dim", line))] : []),
      ...(hints.length > 0 ? ["", ...hints] : []),
      ...(same ? [] : ["", ...failures(captures)]),
      "",
      style(ok ? "green" : "red", parityVerdict(captures, faults.all.length)),
    ];
  });
  return same ? faults.status : EXIT.failed;
}

/** What lies beside captures and is none is passed over, which could be what the user was after. */
function strayWarnings(folder: string | undefined): string[] {
  const strays = folder === undefined ? [] : strayFolders(folder);
  if (strays.length === 0) return [];
  if (strays.length === 1) return [`in ${folder}, folder ${strays[0]} holds no capture and was passed over`];
  const some = strays.slice(0, 5).join(", ") + (strays.length > 5 ? ", ..." : "");
  return [`in ${folder}, ${strays.length} folders hold no capture and were passed over: ${some}`];
}

/** The command. */
export const command: Command = { help, options, run, statusOf: captureErrorStatus };

if (import.meta.main) await main(command);
