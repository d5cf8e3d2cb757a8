/** `diarize`: who speaks when in recordings. See `--help`. */
import { mkdir } from "node:fs/promises";
import process from "node:process";
import { recordingName } from "#lib/diarization/diarize.ts";
import { Diarizer, type DiarizerOptions } from "#lib/diarization/diarizer.ts";
import { presetNamed, PRESETS } from "#lib/diarization/presets.ts";
import { ModelNotFoundError } from "#lib/networks/find_model.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import { openBackend } from "./cli/backends.ts";
import { choice, type Command, type CommandLine, EXIT, main, UsageError } from "./cli/command_line.ts";
import { checkFolder } from "./cli/check_destination.ts";
import { writeJson } from "./cli/print_report.ts";
import { findRecordings } from "./diarize/find_recordings.ts";
import { Interruption } from "./diarize/interruption.ts";
import { oneRecording, type Outcome } from "./diarize/one_recording.ts";
import { DUMP_CHOICES, FORMATS, type OutputRequest } from "./diarize/outputs.ts";
import { networkProviders } from "./diarize/network_providers.ts";
import { isPrinted, PrintedResults } from "./diarize/printed_results.ts";
import { Progress } from "./diarize/progress.ts";
import { help, options } from "./diarize/usage.ts";

type Values = CommandLine["values"];

function whole(values: Values, name: string, least: number): number | undefined {
  const given = values.get(name);
  if (given === undefined) return undefined;
  if (!/^\d+$/.test(given) || Number(given) < least) {
    throw new UsageError(`--${name} is a whole number from ${least}, not ${given}.`);
  }
  return Number(given);
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

function pipelineOptions(values: Values): CommunityOptionsInput {
  const hints = {
    numSpeakers: whole(values, "num-speakers", 1),
    minSpeakers: whole(values, "min-speakers", 1),
    maxSpeakers: whole(values, "max-speakers", 1),
  };
  const { minSpeakers = 1, maxSpeakers = Infinity } = hints;
  if (hints.numSpeakers === undefined && minSpeakers > maxSpeakers) {
    throw new UsageError("--min-speakers must not exceed --max-speakers.");
  }
  return { hints };
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

async function run({ values, positionals }: CommandLine): Promise<number> {
  if (positionals.length === 0) throw new UsageError("Name recordings, folders or patterns.");
  const prints = isPrinted({ values });
  list(values, "format", FORMATS, []);
  const settings = { options: pipelineOptions(values), channel: whole(values, "channel", 0) };
  let preset = values.get("preset") ?? "community-1";
  if (!Object.hasOwn(PRESETS, preset)) {
    throw new UsageError(`--preset is ${Object.keys(PRESETS).join(" or ")}, not ${preset}.`);
  }
  const backend = choice(values, "backend", ["scalar", "wasm", "webgpu"], "wasm");
  const provider = networkProviders(values.get("provider"));
  const jobs = whole(values, "jobs", 1) ?? 2;
  const batchSize = whole(values, "batch-size", 1);

  const warnings: string[] = [];
  const files = await findRecordings(positionals, { warn: (warning) => warnings.push(warning) });
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  const names = files.map(recordingName), found = warnings.length;

  using printed = prints
    ? new PrintedResults(process.stdout, {
      format: values.get("format"),
      asJson: values.get("json") === "-",
      count: files.length,
    })
    : undefined;
  const request = outputRequest(values, printed?.folder ?? values.get("out")!);
  if (!prints) checkFolder(request.out, "--out");
  using interruption = new Interruption();
  const compute = await openBackend(backend, {
    name: backend,
    backends: [backend],
    adapter: undefined,
    precision: undefined,
  });
  const outcomes: Outcome[] = [];
  const progress = new Progress(process.stderr);
  try {
    await using diarizer = await openDiarizer(values, { preset, provider, batchSize, compute }, warnings);
    preset = diarizer.preset.name;
    for (const warning of warnings.slice(found)) progress.line(`warning: ${warning}`);
    await mkdir(request.out, { recursive: true });
    const facts = [
      ["preset", preset],
      ["backend", backend],
      ["networks on", Object.values(provider).join(", ")],
    ] as const;
    const { signal } = interruption;
    const shared = { diarizer, settings, request, resume: values.has("resume"), facts, progress, signal };
    const queue = files.entries();
    const worker = async () => {
      for (const [i, file] of queue) {
        if (signal.aborted) return;
        const uri = names[i], first = names.indexOf(uri);
        const outcome = first === i
          ? await oneRecording({ file, uri }, shared)
          : namesake({ file, uri, other: files[first] }, progress);
        outcomes[i] = printed === undefined ? outcome : progress.aside(() => printed.done(i, outcome));
      }
    };
    await Promise.all(Array.from({ length: Math.min(jobs, files.length) }, worker));
  } finally {
    progress.end();
    if (interruption.signal.aborted) progress.line("Interrupted. What is finished stays.");
    await compute[Symbol.asyncDispose]();
  }
  const json = values.get("json");
  if (json !== undefined) {
    const done = outcomes.filter((outcome) => outcome !== undefined);
    await writeJson(json, JSON.stringify({ preset, backend, provider, warnings, files: done }, null, 2));
  }
  if (interruption.exitCode !== undefined) return interruption.exitCode;
  return outcomes.some(({ status }) => status === "failed") ? EXIT.failed : EXIT.fine;
}

/** Opens the networks: of the preset, or of `own` where none was named and the weights of the default are not here. */
async function openDiarizer(
  values: Values,
  options: DiarizerOptions & { readonly preset: string },
  warnings: string[],
): Promise<Diarizer> {
  const isOpen = ["preset", "models", "embedding-model"].every((name) => !values.has(name));
  const open = (preset: string) =>
    Diarizer.open({
      ...options,
      preset: presetNamed(preset),
      models: values.get("models"),
      embeddingModel: values.get("embedding-model"),
    });
  const diarizer = await open(options.preset).catch((error) => {
    if (!isOpen || !(error instanceof ModelNotFoundError)) throw error;
    warnings.push(
      `The weights of ${options.preset} are not here; preset own is taken, whose small networks come with dialab ` +
        `and make more errors (models/own/CARD.md). "dialab fetch models" brings those of ${options.preset}.`,
    );
    return open("own");
  });
  warnings.push(...diarizer.warnings);
  return diarizer;
}

/** What becomes of a recording whose results would take the place of another's. */
function namesake(
  { file, uri, other }: { readonly file: string; readonly uri: string; readonly other: string },
  progress: Progress,
): Outcome {
  const error =
    `${file} is called as ${other} is, and their results would be one; rename it, or give it another --out`;
  progress.line(`${uri}: failed: ${error}`);
  return { uri, file, status: "failed", error };
}

/** The command. */
export const command: Command = { help, options, run };

if (import.meta.main) await main(command);
