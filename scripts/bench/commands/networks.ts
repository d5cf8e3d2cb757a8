/** `bench networks`: the networks by provider and batch size, and what running them beside everything else gains. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { findModel, ModelNotFoundError } from "#lib/networks/find_model.ts";
import type { Provider } from "#lib/networks/provider.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { fixturePlaces, modelPlaces } from "#lib/places/places.ts";
import { presetGiven } from "../../cli/pipeline_settings.ts";
import { choice, type CommandLine, EXIT, MissingError, UsageError } from "../../cli/command_line.ts";
import { printReport, writeJson } from "../../cli/print_report.ts";
import { styleOf } from "../../cli/style.ts";
import { findRecordings } from "../../diarize/find_recordings.ts";
import { measureNetwork, type NetworkMeasurement } from "../networks/measure_network.ts";
import { NETWORKS } from "../networks/network_case.ts";
import { measureOverlap } from "../networks/overlap.ts";
import { networkLines, overlapLines } from "../networks/print_networks.ts";
import { progress, runsOf, tell } from "../settings.ts";

const PROVIDERS = ["cpu", "webgpu", "cuda"] as const;
const BATCHES = [1, 4, 8, 16, 32];
/** Recordings of `--overlap`, and how often they are done in each way. */
const FILES = 20, ROUNDS = "3";

/** Runs the command. */
export async function benchNetworks(line: CommandLine): Promise<number> {
  const { values, positionals: [, ...names] } = line;
  for (const foreign of ["backend", "adapter", "precision", "peers", "capture", "captures"]) {
    if (values.has(foreign)) throw new UsageError(`--${foreign} is not for networks.`);
  }
  return values.has("overlap") ? await overlap(values, names) : await networks(values, names);
}

type Values = CommandLine["values"];

async function networks(values: Values, names: readonly string[]): Promise<number> {
  for (const foreign of ["preset", "files"]) {
    if (values.has(foreign)) throw new UsageError(`--${foreign} is for --overlap.`);
  }
  const unknown = names.find((name) => !NETWORKS.some((network) => network.name === name));
  if (unknown !== undefined) {
    const known = NETWORKS.map(({ name }) => name).join(", ");
    throw new UsageError(`There is no network ${unknown} to measure; there are ${known}.`);
  }
  const asked = choice(values, "provider", [...PROVIDERS, "all"], "all");
  const providers: readonly Provider[] = asked === "all" ? PROVIDERS : [asked];
  const batches = batchesOf(values);
  const [style, json, environment] = [styleOf(process.stdout), values.get("json"), describeEnvironment()];
  const write = (lines: readonly string[]) => {
    progress("");
    if (json !== "-") process.stdout.write(lines.map((text) => `${text}\n`).join(""));
  };
  write([`${environment.runtime}, ${environment.cores} cores of ${environment.cpu}`, ""]);
  const results: NetworkMeasurement[] = [];
  for (const network of NETWORKS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    try {
      const { path } = await findModel(network.name, { places: modelPlaces(values.get("models")) });
      const settings = { path, providers, batches, runs: runsOf(values), progress, tell };
      const rows = await measureNetwork(network, settings);
      results.push(...rows);
      if (rows.length > 0) write(networkLines(rows, style));
    } catch (error) {
      if (!(error instanceof ModelNotFoundError)) throw error;
      if (names.length > 0) throw new MissingError(error.message);
      tell(`${network.name} is not measured: ${error.message}`);
    }
  }
  if (results.length === 0) throw new MissingError("None of the networks could be measured.");
  if (json !== undefined) {
    await writeJson(json, JSON.stringify({ environment, bench: "networks", results }, null, 2));
  }
  return EXIT.fine;
}

async function overlap(values: Values, given: readonly string[]): Promise<number> {
  if (values.has("batch-sizes")) throw new UsageError("--batch-sizes is not for --overlap.");
  const preset = await presetGiven(values.get("preset") ?? "compact");
  const provider = choice(values, "provider", PROVIDERS, "cpu");
  const count = Number(values.get("files") ?? FILES);
  if (!Number.isInteger(count) || count < 1) throw new UsageError("--files is a whole number from 1.");
  const found = await findRecordings(given.length > 0 ? given : [excerpts()]);
  const recordings = Array.from({ length: count }, (_, i) => found[i % found.length]);
  const runs = runsOf(new Map([["runs", ROUNDS], ...values]));
  const settings = { preset, provider, models: values.get("models"), runs, progress };
  const report = await measureOverlap(recordings, settings);
  progress("");
  const environment = describeEnvironment();
  await printReport(values.get("json"), {
    json: () => JSON.stringify({ environment, bench: "overlap", ...report }, null, 2),
    text: () => {
      const head = `${environment.runtime}, ${environment.cores} cores of ${environment.cpu}`;
      return [head, "", ...overlapLines(report, styleOf(process.stdout))].join("\n");
    },
  });
  return EXIT.fine;
}

/** The AMI excerpts, where they are. */
function excerpts(): string {
  const folder = fixturePlaces().map(({ path }) => join(path, "ami")).find((path) => existsSync(path));
  if (folder === undefined) throw new MissingError("Name recordings to diarize: no folder ami was found.");
  return folder;
}

function batchesOf(values: Values): number[] {
  const given = values.get("batch-sizes");
  if (given === undefined) return BATCHES;
  const sizes = given.split(",").map(Number);
  if (!sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 1024)) {
    throw new UsageError(`--batch-sizes are whole numbers from 1 to 1024 with commas, not ${given}.`);
  }
  return sizes;
}
