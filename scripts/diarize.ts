/** `diarize`: who speaks when in recordings. See `--help`. */
import { mkdir } from "node:fs/promises";
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import process from "node:process";
import { plainNumber } from "#lib/language/plain_number.ts";
import { recordingName } from "#lib/diarization/diarize.ts";
import type { PassedOver } from "#lib/corpus/recordings/walk_recordings.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import type { Preset } from "#lib/diarization/presets.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import { openBackend } from "./cli/backends.ts";
import { choice, type Command, type CommandLine, EXIT, main, UsageError } from "./cli/command_line.ts";
import { embeddingModelGiven, pipelineSettings } from "./cli/pipeline_settings.ts";
import { checkFolder } from "./cli/check_destination.ts";
import { writeJson } from "./cli/print_report.ts";
import { say } from "./cli/say.ts";
import { wrapped } from "./cli/wrapped.ts";
import { findRecordings } from "./diarize/find_recordings.ts";
import { Interruption } from "./diarize/interruption.ts";
import { oneRecording, type Outcome } from "./diarize/one_recording.ts";
import { DUMP_CHOICES, FORMATS, type OutputRequest } from "./diarize/outputs.ts";
import { isScored, References } from "./diarize/reference.ts";
import { spareReferences } from "./diarize/spare_references.ts";
import { networkProviders } from "./diarize/network_providers.ts";
import { isPrinted, PrintedResults } from "./diarize/printed_results.ts";
import { placeFaults } from "./diarize/place_faults.ts";
import { Progress } from "./diarize/progress.ts";
import { scoresAsJson } from "./score/as_text.ts";
import { scoringSettings } from "./score/scoring_settings.ts";
import { help, options } from "./diarize/usage.ts";

type Values = CommandLine["values"];

function whole(values: Values, name: string, least: number): number | undefined {
  const given = values.get(name);
  if (given === undefined) return undefined;
  const value = plainNumber(given);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new UsageError(`--${name} is a whole number from ${least}, not ${given}.`);
  }
  return value;
}

function list<Word extends string>(
  values: Values,
  name: string,
  words: readonly Word[],
  preset: readonly Word[],
): Word[] {
  const given = values.get(name)?.split(",") ?? preset;
  const unknown = given.find((word) => !words.some((known) => known === word));
  if (unknown !== undefined) throw new UsageError(`--${name} takes ${words.join(", ")}, not ${unknown}.`);
  return words.filter((word) => given.includes(word));
}

function pipelineOptions(
  values: Values,
  { options: set, preset }: { readonly options: CommunityOptionsInput; readonly preset?: Preset },
): CommunityOptionsInput {
  const hints = {
    numSpeakers: whole(values, "num-speakers", 1),
    minSpeakers: whole(values, "min-speakers", 1),
    maxSpeakers: whole(values, "max-speakers", 1),
  };
  for (const [name, option] of HINTS) {
    const given = hints[option], other = set.hints?.[option];
    if (given !== undefined && other !== undefined && given !== other) {
      throw new UsageError(`--${name} is ${given}, and hints.${option} is set to ${other}; one is needed.`);
    }
  }
  const below = preset?.options.hints ?? {};
  const all = {
    ...below,
    ...set.hints,
    ...Object.fromEntries(Object.entries(hints).filter(([, value]) => value)),
  };
  const { minSpeakers = 1, maxSpeakers = Infinity } = all;
  if (all.numSpeakers === undefined && minSpeakers > maxSpeakers) {
    const from = (option: "minSpeakers" | "maxSpeakers", name: string) =>
      hints[option] !== undefined
        ? `--${name}`
        : set.hints?.[option] !== undefined
        ? `--set hints.${option}`
        : `hints.${option} of the preset ${preset?.name}`;
    throw new UsageError(
      `${from("minSpeakers", "min-speakers")} must not exceed ${
        from("maxSpeakers", "max-speakers")
      }: ${minSpeakers} at least, and ${maxSpeakers} at most.`,
    );
  }
  return { hints };
}

const HINTS = [["num-speakers", "numSpeakers"], ["min-speakers", "minSpeakers"], [
  "max-speakers",
  "maxSpeakers",
]] as const;

function referenceSettings(values: Values) {
  const reference = values.get("reference");
  if (reference !== undefined) return { ...scoringSettings(values), reference };
  const alone = ["uem", "collar", "skip-overlap", "nist"].find((name) => values.has(name));
  if (alone !== undefined) throw new UsageError(`--${alone} is for --reference, which is not given.`);
}

function outputRequest(values: Values, out: string): OutputRequest {
  const formats = list(values, "format", FORMATS, ["rttm"]);
  return {
    out,
    // What is printed is read from RTTM, beside the format that was asked for.
    formats: values.has("out") ? formats : [...new Set(["rttm", ...formats])],
    exclusive: values.has("exclusive"),
    html: values.has("html"),
    embeddings: values.has("embeddings"),
    provenance: values.has("provenance"),
    dump: values.has("dump") ? list(values, "dump", DUMP_CHOICES, []) : undefined,
  };
}

async function run(line: CommandLine): Promise<number> {
  const { values, positionals } = line;
  const wanted = await pipelineSettings(line);
  if (wanted === undefined) return EXIT.fine;
  if (positionals.length === 0) throw new UsageError("Name recordings, folders or patterns.");
  const prints = isPrinted({ values });
  list(values, "format", FORMATS, []);
  const settings = { options: pipelineOptions(values, wanted), channel: whole(values, "channel", 0) };
  const backend = choice(values, "backend", ["scalar", "wasm", "webgpu"], "wasm");
  const provider = networkProviders(values.get("provider"));
  const jobs = whole(values, "jobs", 1) ?? 2;
  const batchSize = whole(values, "batch-size", 1);
  const scoring = referenceSettings(values);

  const warnings: string[] = [], passedOver: PassedOver[] = [];
  const files = await findRecordings(positionals, {
    warn: (warning) => warnings.push(warning),
    onPassedOver: (passed) => passedOver.push(passed),
  });
  for (const warning of warnings) say("warning", warning);
  const names = files.map(recordingName);
  const references = scoring && await References.open(scoring, files.length);
  for (const warning of references?.warnings ?? []) say("warning", warning);
  for (const fault of references?.faults ?? []) say("error", fault);
  warnings.push(...references?.warnings ?? []);
  if (references?.emptiness !== undefined) {
    say("error", references.emptiness);
    return EXIT.failed;
  }

  using printed = prints
    ? new PrintedResults(process.stdout, {
      formats: values.has("format") ? list(values, "format", FORMATS, []) : undefined,
      asJson: values.get("json") === "-",
      count: files.length,
    })
    : undefined;
  const request = outputRequest(values, printed?.folder ?? values.get("out")!);
  if (!prints) checkFolder(request.out, "--out");
  const summary = values.get("json");
  if (summary !== undefined && isSameFolder(dirname(summary), request.out)) {
    const taken = names.find((name) =>
      [`${name}.json`, `${name}.provenance.json`].includes(basename(summary))
    );
    if (taken !== undefined) {
      throw new UsageError(
        `--json ${summary} would be one of the results of ${taken} in --out; name another file.`,
      );
    }
  }
  spareReferences(references?.files ?? [], names, request);
  using interruption = new Interruption();
  const compute = await openBackend(backend, {
    name: backend,
    backends: [backend],
    adapter: undefined,
    precision: undefined,
  });
  const outcomes: Outcome[] = [];
  const faults = placeFaults(files.map((file, i) => ({ file, uri: names[i] })), request);
  let preset = wanted.preset?.name, note: string | undefined;
  const progress = new Progress(process.stderr);
  try {
    await using diarizer = await Diarizer.open({
      preset: wanted.preset,
      options: wanted.options,
      models: values.get("models"),
      embeddingModel: embeddingModelGiven(values),
      provider,
      batchSize,
      compute,
      imports: wanted.imports,
    });
    if (diarizer.note !== undefined) progress.line(`note: ${diarizer.note}`);
    [preset, note] = [diarizer.preset.name, diarizer.note];
    for (const warning of diarizer.warnings) progress.line(`warning: ${warning}`);
    warnings.push(...diarizer.warnings);
    await mkdir(request.out, { recursive: true });
    const facts = [
      ["preset", diarizer.preset.name],
      ["backend", backend],
      ["networks on", Object.values(provider).join(", ")],
    ] as const;
    const { signal } = interruption;
    const shared = {
      ...{ diarizer, settings, facts, references, progress, signal },
      request: { ...request, ...(references && { against: references.key }) },
      resume: values.has("resume"),
    };
    const queue = files.entries();
    const worker = async () => {
      for (const [i, file] of queue) {
        if (signal.aborted) return;
        const uri = names[i], fault = faults[i];
        const outcome = fault === undefined
          ? await oneRecording({ file, uri }, shared)
          : unnameable({ file, uri, fault }, progress);
        outcomes[i] = printed === undefined ? outcome : progress.aside(() => printed.done(i, outcome));
      }
    };
    await Promise.all(Array.from({ length: Math.min(jobs, files.length) }, worker));
  } finally {
    progress.end();
    if (interruption.signal.aborted) progress.line("Interrupted. What is finished stays.");
    await compute[Symbol.asyncDispose]();
  }
  const done = outcomes.filter((outcome) => outcome !== undefined);
  const scored = references?.inAll(done.map(({ scores = [] }) => scores));
  const score = references && scored && { settings: references.settings, overall: scored.overall };
  const report = {
    preset,
    note,
    backend,
    provider,
    warnings,
    passedOver,
    files: done,
    ...(score && { score }),
  };
  const json = values.get("json");
  if (json !== undefined) await writeJson(json, scoresAsJson(report));
  if (scored && json !== "-") {
    // Turns that another program reads are not mixed with a table.
    const stream = prints && !process.stdout.isTTY ? process.stderr : process.stdout;
    stream.write(`${wrapped(references!.asText(scored), stream.columns)}\n`);
  }
  // Scores that were asked for and are not there are no success.
  const isUnscored = references &&
    (references.faults.length > 0 || scored!.files.length === 0 || !scored!.files.every(isScored));
  if (isUnscored) return interruption.exitCode ?? EXIT.failed;
  if (interruption.exitCode !== undefined) return interruption.exitCode;
  return outcomes.some(({ status }) => status === "failed") ? EXIT.failed : EXIT.fine;
}

/** Also by a link. */
function isSameFolder(a: string, b: string): boolean {
  const real = (path: string) => existsSync(path) ? realpathSync(path) : resolve(path);
  return real(a) === real(b);
}

/** What becomes of a recording whose results would have no place of their own. */
function unnameable(
  { file, uri, fault }: { readonly file: string; readonly uri: string; readonly fault: string },
  progress: Progress,
): Outcome {
  progress.line(`${uri}: failed: ${fault}`);
  return { uri, file, status: "failed", error: fault };
}

/** The command. */
export const command: Command = { help, options, run };

if (import.meta.main) await main(command);
