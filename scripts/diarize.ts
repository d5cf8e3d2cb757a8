/** `diarize`: who speaks when in recordings. See `--help`. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import process from "node:process";
import { AudioFileError } from "#lib/audio/audio_file_error.ts";
import { diarize, recordingName } from "#lib/diarization/diarize.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { gatherProvenance } from "#lib/diarization/gather_provenance.ts";
import { presetNamed, PRESETS } from "#lib/diarization/presets.ts";
import { ModelNotFoundError } from "#lib/networks/find_model.ts";
import { ModelFileError } from "#lib/networks/onnx/model_file_error.ts";
import { ProviderError } from "#lib/networks/provider.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import { openBackend } from "./cli/backends.ts";
import { choice, type CommandLine, EXIT, main, MissingError, UsageError } from "./cli/command_line.ts";
import { writeJson } from "./cli/print_report.ts";
import { findRecordings } from "./diarize/find_recordings.ts";
import { Interruption } from "./diarize/interruption.ts";
import {
  DUMP_CHOICES,
  FORMATS,
  outputPaths,
  type OutputRequest,
  pagePath,
  writeOutputs,
} from "./diarize/outputs.ts";
import { networkProviders } from "./diarize/network_providers.ts";
import { Progress } from "./diarize/progress.ts";
import { help, options } from "./diarize/usage.ts";
import { writeDiarizationPage } from "./diarize/write_page.ts";

type Values = CommandLine["values"];

/** What became of one recording. */
interface Outcome {
  readonly uri: string;
  readonly file: string;
  readonly status: "done" | "skipped" | "failed";
  readonly error?: string;
  readonly speakers?: number;
  readonly turns?: number;
  readonly durationSec?: number;
  /** Time taken over the recording's length. */
  readonly realTimeFactor?: number;
  readonly seconds?: Readonly<Record<string, number>>;
  readonly outputs?: readonly string[];
  readonly warnings?: readonly string[];
}

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
  if (minSpeakers > maxSpeakers) throw new UsageError("--min-speakers must not exceed --max-speakers.");
  return { hints };
}

function outputRequest(values: Values): OutputRequest {
  const out = values.get("out");
  if (out === undefined) throw new UsageError("Say where results go: --out DIR.");
  return {
    out,
    formats: list(values, "format", FORMATS, ["rttm"]),
    exclusive: values.has("exclusive"),
    html: values.has("html"),
    embeddings: values.has("embeddings"),
    dump: values.has("dump") ? list(values, "dump", DUMP_CHOICES, []) : undefined,
  };
}

async function run({ values, positionals }: CommandLine): Promise<number> {
  if (positionals.length === 0) throw new UsageError("Name recordings, folders or patterns.");
  const request = outputRequest(values);
  const settings = { options: pipelineOptions(values), channel: whole(values, "channel", 0) };
  const preset = values.get("preset") ?? "community-1";
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
  const names = files.map(recordingName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new UsageError(`Two recordings are called ${twice}; their results would be one.`);
  }

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
    await using diarizer = await Diarizer.open({
      preset: presetNamed(preset),
      models: values.get("models"),
      embeddingModel: values.get("embedding-model"),
      provider,
      batchSize,
      compute,
    });
    await mkdir(request.out, { recursive: true });
    const queue = files.entries();
    const worker = async () => {
      for (const [i, file] of queue) {
        if (interruption.signal.aborted) return;
        outcomes[i] = await one(file, names[i]);
      }
    };
    const one = async (file: string, uri: string): Promise<Outcome> => {
      const outputs = outputPaths(uri, request);
      if (values.has("resume") && outputs.every((path) => existsSync(path))) {
        progress.line(`${uri}: there already`);
        return { uri, file, status: "skipped", outputs };
      }
      try {
        const result = await diarize(file, {
          ...settings,
          diarizer,
          uri,
          signal: interruption.signal,
          hook: (stage, _, { completed, total }) => progress.at(uri, stage, completed, total),
        });
        const options = { ...diarizer.preset.options, ...settings.options };
        await writeOutputs(
          uri,
          result,
          request,
          () => gatherProvenance(file, { diarizer, settings, made: describeEnvironment() }),
        );
        if (request.html) {
          const facts = [["preset", preset], ["backend", backend], [
            "networks on",
            Object.values(provider).join(", "),
          ]] as const;
          const page = { file, name: uri, channel: settings.channel, options, facts };
          await writeDiarizationPage(pagePath(uri, request), result, page);
        }
        const { durationSec, seconds, annotation, warnings } = result;
        const turns = [...annotation.itertracks()].length, speakers = annotation.labels().length;
        const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
        const realTimeFactor = seconds.total / durationSec;
        progress.done(
          uri,
          `${count(speakers, "speaker")}, ${count(turns, "turn")}, ${
            (1 / realTimeFactor).toFixed(1)
          } x real time`,
        );
        for (const warning of warnings) progress.line(`${uri}: warning: ${warning}`);
        return {
          uri,
          file,
          status: "done",
          speakers,
          turns,
          durationSec,
          realTimeFactor,
          seconds,
          outputs,
          warnings,
        };
      } catch (error) {
        if (interruption.signal.aborted) return { uri, file, status: "failed", error: "interrupted" };
        const known = error instanceof AudioFileError || error instanceof RangeError ||
          (error instanceof Error && "code" in error);
        if (!known) throw error;
        progress.done(uri, `failed: ${error.message}`);
        return { uri, file, status: "failed", error: error.message };
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

await main({
  help,
  options,
  run,
  statusOf: (error) =>
    error instanceof ModelNotFoundError || error instanceof ProviderError || error instanceof MissingError
      ? EXIT.missing
      : error instanceof ModelFileError
      ? EXIT.failed
      : undefined,
});
