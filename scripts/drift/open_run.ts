/** From what was asked for to a run: read, or computed. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Compute } from "#lib/compute/compute.ts";
import { assertHeardGrid } from "#lib/diarization/assert_heard_grid.ts";
import { bestPreset } from "#lib/diarization/best_preset.ts";
import { recordingName } from "#lib/diarization/diarize.ts";
import { FrontStages } from "#lib/diarization/front_stages.ts";
import type { Preset } from "#lib/diarization/presets.ts";
import type { DriftRunDescription } from "#lib/parity/drift/drift_report.ts";
import { type DriftRecipe, type DriftRun, recordedRun, runRecipe } from "#lib/parity/drift/drift_run.ts";
import type { Capture } from "#lib/parity/capture.ts";
import { captureModels } from "#lib/parity/capture_models.ts";
import { findCaptures } from "#lib/parity/find_captures.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import { AssignmentError } from "#lib/numerics/linear_sum_assignment.ts";
import { clusteringNamed, unreadSections } from "#lib/pipeline/clusterings.ts";
import { mergeOptions } from "#lib/pipeline/merge_options.ts";
import { type CommunityOptionsInput, parseOptions } from "#lib/pipeline/options.ts";
import { PROVENANCE_VERSION, type RunProvenance, stagesOf } from "#lib/pipeline/run_provenance.ts";
import type { Hook } from "#lib/pipeline/run_stages.ts";
import { fixturePlaces } from "#lib/places/places.ts";
import type { Warn } from "#lib/warnings/warn.ts";
import { openBackend } from "../cli/backends.ts";
import { MissingError, UsageError } from "../cli/command_line.ts";
import { noBackend, type RunSpec, specOptions } from "./run_spec.ts";

/** Settings of `openRun`. */
export interface OpenRunOptions {
  /** Folder of captures. */
  readonly captures: string | undefined;
  /** Folder with weights, looked into first. */
  readonly models: string | undefined;
  /** Part of a GPU adapter's name. */
  readonly adapter: string | undefined;
  /** Networks for recordings; undefined where none were named: those that "diarize" takes. */
  readonly preset: Preset | undefined;
  /** Whether a recorded run must be able to run its stages again. */
  readonly rerunnable: boolean;
  readonly progress: (text: string) => void;
  /** Told what was guessed or passed over. */
  readonly warn: Warn;
  /** Told which networks were taken where none were named. */
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A run, and how it came about. */
export interface OpenedRun {
  readonly run: DriftRun;
  readonly description: DriftRunDescription;
  /** What it was made with, as far as that is told. */
  readonly provenance: RunProvenance;
}

/** Opens runs, each capture read and each backend opened once; closes the backends. */
export class RunOpener implements AsyncDisposable {
  readonly #options: OpenRunOptions;
  readonly #captures = new Map<string, Promise<Capture>>();
  readonly #backends = new Map<string, Promise<Compute>>();
  readonly #fronts = new Map<string, Promise<FrontStages>>();

  constructor(options: OpenRunOptions) {
    this.#options = options;
  }

  /** Reads a run, or computes it. */
  async open(spec: RunSpec): Promise<OpenedRun> {
    try {
      return await this.#open(spec);
    } catch (error) {
      // What a stage refuses is told without a name.
      if (
        (error instanceof RangeError || error instanceof AssignmentError) &&
        !error.message.startsWith(spec.text)
      ) {
        throw new RangeError(`${spec.text}: ${error.message}`, { cause: error });
      }
      throw error;
    }
  }

  async #open(spec: RunSpec): Promise<OpenedRun> {
    const { rerunnable, progress } = this.#options;
    if (existsSync(spec.name) && statSync(spec.name).isFile()) return await this.#hear(spec);
    const folder = captureFolder(spec.name, this.#options.captures);
    progress(`reading ${spec.name}`);
    const capture = await this.#capture(folder);
    const { replay } = spec;
    if (replay === undefined) {
      const recipe = rerunnable
        ? await this.#recipe(capture, spec, await this.#compute("scalar"))
        : undefined;
      const run = { ...recordedRun(capture, recipe), name: spec.text };
      return {
        run,
        description: { name: spec.text, computed: "recorded", source: folder },
        provenance: capture.run ?? told("vbx", capture.options),
      };
    }
    const compute = await this.#compute(replay.backend, replay.precision);
    const recipe = await this.#recipe(capture, spec, compute);
    const { run, description } = await this.#run(spec, recipe, folder);
    const provenance = { ...capture.run, ...told(capture.run?.clustering ?? "vbx", recipe.options) };
    return { run: { ...run, decimals: capture.decimals }, description, provenance };
  }

  /** Runs a recording from its samples on. */
  async #hear(spec: RunSpec): Promise<OpenedRun> {
    const { backend, precision } = spec.replay ?? { backend: "wasm" };
    const compute = await this.#compute(backend, precision);
    const { models } = this.#options;
    const preset = this.#preset();
    const options = specOptions(spec, preset.clustering);
    // What decides on frames belongs to the network: another threshold is another front.
    const { segmentation } = options;
    const key = `${backend}:${precision ?? ""} ${JSON.stringify(segmentation ?? {})}`;
    let front = this.#fronts.get(key);
    if (front === undefined) {
      front = FrontStages.open({ preset, models, compute, options: { segmentation } });
      this.#fronts.set(key, front);
    }
    const opened = await front;
    const all = mergeOptions(opened.options, options);
    assertHeardGrid(all);
    this.#warnOfUnread(spec.text, preset.clustering, options);
    const recipe = {
      stages: opened.stages(spec.name, { options }),
      given: {},
      options: all,
      models: opened.models,
      compute,
      uri: recordingName(spec.name),
    };
    const provenance = { ...told(preset.clustering, all), preset: preset.name };
    return { ...await this.#run(spec, recipe, spec.name), provenance };
  }

  /** What was asked for, or what "diarize" takes. */
  #preset(): Preset {
    const { preset, models, note } = this.#options;
    if (preset !== undefined) return preset;
    const best = bestPreset({ models });
    if (best.note !== undefined) note(best.note);
    return best.preset;
  }

  async #run(
    spec: RunSpec,
    recipe: DriftRecipe,
    source: string,
  ): Promise<Pick<OpenedRun, "run" | "description">> {
    const { progress, signal } = this.#options;
    const hook: Hook = (stage, _, { completed, total }) =>
      progress(`${spec.text}: ${stage}${total > 1 ? ` ${completed}/${total}` : ""}`);
    const run = await runRecipe(spec.text, recipe, { hook, signal });
    const { backend, precision, adapter } = recipe.compute!;
    const computed = `${backend}, ${precision}`;
    return {
      run,
      description: { name: spec.text, computed, source, ...(adapter !== undefined && { adapter }) },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // One that could not be opened has been told of already.
    for (const opening of [...this.#fronts.values(), ...this.#backends.values()]) {
      const opened = await opening.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    }
  }

  #warnOfUnread(text: string, clustering: string, options: CommunityOptionsInput): void {
    for (const section of unreadSections(clustering, options)) {
      this.#options.warn(
        `${text}: what is set in "${section}" has no effect; the clustering "${clustering}" does not read it.`,
      );
    }
  }

  #capture(folder: string): Promise<Capture> {
    const { warn } = this.#options;
    const named = (warning: string) => warn(`${folder}: ${warning}`);
    const capture = this.#captures.get(folder) ?? readCapture(folder, { warn: named });
    this.#captures.set(folder, capture);
    return capture;
  }

  async #compute(backend: Compute["backend"], precision?: Compute["precision"]): Promise<Compute> {
    const key = `${backend}:${precision ?? ""}`;
    let compute = this.#backends.get(key);
    if (compute === undefined) {
      const request = { name: backend, backends: [backend], adapter: this.#options.adapter, precision };
      compute = openBackend(backend, request).catch((error: unknown) => {
        this.#backends.delete(key);
        throw new MissingError(error instanceof Error ? error.message : String(error));
      });
      this.#backends.set(key, compute);
    }
    return await compute;
  }

  async #recipe(capture: Capture, spec: RunSpec, compute: Compute): Promise<DriftRecipe> {
    const { segmentations, embeddings } = capture.artefacts;
    const { models, warn } = this.#options;
    const clustering = capture.run?.clustering ?? "vbx";
    const set = specOptions(spec, clustering);
    if (set.segmentation !== undefined) {
      throw new RangeError(
        "segmentation.speechThreshold is for recordings; a capture has its segmentations.",
      );
    }
    this.#warnOfUnread(spec.text, clustering, set);
    const options = mergeOptions(capture.options, set);
    return {
      stages: stagesOf(capture.run && { clustering, options }),
      given: { segmentations, embeddings },
      options,
      models: await captureModels(capture, { models, warn }),
      compute,
      uri: capture.uri,
    };
  }
}

/** What little is told of a run where its capture tells no more. */
function told(clustering: string, options: CommunityOptionsInput | undefined): RunProvenance {
  const all = parseOptions(options);
  const own = clusteringNamed(clustering).parse(all.clustering);
  return { version: PROVENANCE_VERSION, clustering, options: { ...all, clustering: own } };
}

/** A folder, or the capture of that name. */
function captureFolder(name: string, captures: string | undefined): string {
  if (existsSync(name) && statSync(name).isDirectory()) return name;
  if (captures !== undefined && !existsSync(captures)) {
    throw new MissingError(`Folder ${captures} does not exist.`);
  }
  const found = findCaptures(captures);
  const capture = found.find((candidate) => candidate.name === name);
  if (capture !== undefined) return capture.folder;
  const before = name.slice(0, Math.max(0, name.lastIndexOf("@")));
  if (before !== "" && (existsSync(before) || found.some((candidate) => candidate.name === before))) {
    throw new UsageError(noBackend(name, name));
  }
  const places = captures ?? fixturePlaces().map(({ path }) => join(path, "captures")).join(", ");
  throw new MissingError(
    `There is no file, no folder and no capture ${name}; in ${places} there are ${
      found.map((candidate) => candidate.name).join(", ") || "none"
    }.`,
  );
}
