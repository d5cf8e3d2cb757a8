import { someOf } from "#lib/language/some_of.ts";
import { mkdir } from "node:fs/promises";
import { counted, nounOf } from "#lib/language/counted.ts";
import { fileSha256 } from "#lib/networks/file_sha256.ts";
import type { DiarizerOptions } from "#lib/diarization/diarizer.ts";
import { cpuCompute } from "#lib/networks/cpu_compute.ts";
import { programVersion } from "#lib/places/program_version.ts";
import type { ListedRecording } from "../recordings/recording_list.ts";
import type { StoredFeature } from "./feature.ts";
import type { FeatureProcessor } from "./feature_processor.ts";
import { FeatureStore } from "./feature_store.ts";
import { openHearing } from "./hearing.ts";
import { readPipelineFile, writePipelineFile } from "./pipeline_file.ts";
import { ProcessError } from "./process_error.ts";
import { lockFolder } from "./lock_folder.ts";
import { processRecording } from "./process_recording.ts";
import { sweepFolder } from "./sweep_folder.ts";
import { changedField, processorFields, unreadOptions } from "./processor_fields.ts";

/** What becomes of a recording, told as it happens. */
export type ProcessEvent =
  /** Something is worth telling: which preset was taken, what runs again and why. */
  | { readonly kind: "note"; readonly text: string }
  /** A setting is read by none of the processors; results of recordings that are not among those given are there, and stay. */
  | { readonly kind: "warning"; readonly text: string }
  /** A network has come so far with a recording; `total` is 0 where nobody knows. */
  | {
    readonly kind: "progress";
    readonly wavId: string;
    readonly stage: string;
    readonly completed: number;
    readonly total: number;
  }
  /** A recording is finished: what was made of it just now, and what was there. */
  | {
    readonly kind: "done";
    readonly recording: ListedRecording;
    readonly made: readonly ProcessedRow[];
    readonly kept: number;
  };

/** Which processor made what of a recording. */
export interface ProcessedRow {
  readonly processor: string;
  readonly feature: StoredFeature;
}

/** How recordings are processed. */
export interface ProcessOptions extends DiarizerOptions {
  /** Folder of the results. */
  readonly out: string;
  readonly processors: readonly FeatureProcessor[];
  /** Whether results that are there are gone on with. @default {false}: they are refused */
  readonly resume?: boolean;
  /** Recordings at a time; their chunks share the networks' batches. @default {2} */
  readonly jobs?: number;
  /** Ends it: what is finished stays, and can be resumed. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ProcessEvent) => void;
}

/** What became of all recordings. */
export interface ProcessReport {
  readonly out: string;
  readonly processors: readonly string[];
  readonly recordings: number;
  /** Features: made now, there before, failed now. */
  readonly made: number;
  readonly kept: number;
  readonly failed: number;
  /** Of those that failed. */
  readonly failures: readonly {
    readonly wavId: string;
    readonly processor: string;
    readonly error: string;
  }[];
}

/**
 * Runs processors over recordings and keeps what they make, as `defineProcessor` says. Each recording is decoded once, all share the
 * networks and their batches, and one that fails is a row with its error. Rows are kept as they come; tables are written at the end, in
 * the list's order, so that a run that was killed or ended and gone on with leaves the bytes of one that was not.
 *
 * With `resume`, what is there and whole is left: a recording that failed, that has changed, or whose arrays are gone is processed again,
 * and so is everything of a processor when a field that it depends on has changed (`processorFields`), with a note that names it.
 *
 * Rows of recordings that are not among those given are never deleted: they stay behind the others, with a warning. Where a field has
 * changed they could neither stay beside new rows nor be made again, and the run is refused before anything is changed.
 *
 * @throws {ProcessError} when the folder has results and `resume` is not given, or has them of other recordings and a field has changed;
 * when another process is at work there, or its pipeline.json is damaged.
 * @throws What `Diarizer.open` throws, and what `signal` was aborted with.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeWav } from "#lib/audio/write_wav.ts";
 * import { processorNamed } from "#lib/corpus/processors/registry.ts";
 * import { processRecordings } from "#lib/corpus/processors/process_recordings.ts";
 * import { listRecordings } from "#lib/corpus/recordings/list_recordings.ts";
 * const folder = await mkdtemp(join(tmpdir(), "dialab-")), out = join(folder, "out");
 * const tone = Float32Array.from({ length: 16000 }, (_, n) => 0.1 * Math.sin(n / 3));
 * await writeWav(join(folder, "a.wav"), tone, { sampleRate: 16000 });
 * const { recordings } = await listRecordings(folder);
 * const loudness = processorNamed("loudness");
 * const report = await processRecordings(recordings, { out, processors: [loudness] });
 * assert.deepEqual([report.made, report.failed], [1, 0]);
 * assert((await loudness.load("a", out)).scalars.loudness_lufs! < -20);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function processRecordings(
  recordings: readonly ListedRecording[],
  options: ProcessOptions,
): Promise<ProcessReport> {
  const { out, processors, resume = false, jobs = 2, signal, onEvent, ...opening } = options;
  const names = processors.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`Processor ${twice} is given twice.`);
  if (names.length === 0) throw new RangeError("No processor is given.");
  await mkdir(out, { recursive: true });
  await using _lock = await lockFolder(out);
  await sweepFolder(out);
  const stores = new Map(processors.map((one) => [one, new FeatureStore(out, one)]));
  const pipeline = await readPipelineFile(out);
  for (const [{ name }, store] of stores) {
    if (resume || !await store.isThere()) continue;
    throw new ProcessError(
      `${out} has results of ${name} already: ${GO_ON}, or choose another folder.`,
      "occupied",
    );
  }
  const compute = options.compute ?? await cpuCompute();
  const needs = [...new Set(processors.flatMap((one) => one.needs))];
  await using hearing = await openHearing(needs, { ...opening, compute });
  const note = (text: string) => onEvent?.({ kind: "note", text });
  const unread = unreadOptions(needs, opening.options ?? {});
  if (unread.length > 0) {
    const text = `${unread.join(", ")} ${nounOf(unread.length, "is", "are")} set, and ${
      names.length === 1 ? `${names[0]} does not read` : `none of ${names.join(", ")} reads`
    } ${nounOf(unread.length, "it", "them")}.`;
    onEvent?.({ kind: "warning", text });
  }
  for (const text of [hearing?.note, ...hearing?.warnings ?? []]) if (text !== undefined) note(text);

  const kept = new Map<FeatureProcessor, Map<string, StoredFeature>>();
  const given = new Set(recordings.map(({ wavId }) => wavId));
  const changes: StageChange[] = [];
  const told = { ...pipeline.processors };
  for (const [processor, store] of stores) {
    const { name, title } = processor;
    const fields = processorFields(processor, hearing);
    const before = told[name]?.fields;
    changes.push({
      processor,
      store,
      // Without a word on what it was made with nothing can be gone on with.
      changed: before === undefined
        ? "nothing tells what its rows were made with"
        : changedField(before, fields),
      isKnown: before !== undefined,
      others: [...await store.wavIds()].filter((wavId) => !given.has(wavId)),
    });
    const preset = processor.needs.length > 0 ? hearing?.preset.name : undefined;
    told[name] = { title, ...(preset !== undefined && { preset }), dialab: programVersion().version, fields };
  }
  refuseLosses(out, changes);
  for (const { processor, store, changed, isKnown } of changes) {
    if (changed !== undefined && isKnown) note(`${processor.name} runs again for all: ${changed}.`);
    if (changed !== undefined) await store.clear();
    await store.sweep();
    kept.set(processor, await store.read());
  }
  const others = new Set(changes.flatMap((one) => one.others));
  if (others.size > 0) onEvent?.({ kind: "warning", text: othersStay(out, [...others]) });
  await writePipelineFile(out, { ...pipeline, processors: told });

  let made = 0, left = 0;
  const failures: { wavId: string; processor: string; error: string }[] = [];
  const queue = recordings.values();
  // A disk that is full ends all of them.
  const fault = new AbortController();
  const ended = signal === undefined ? fault.signal : AbortSignal.any([signal, fault.signal]);
  const worker = async () => {
    for (const recording of queue) {
      ended.throwIfAborted();
      const { wavId } = recording;
      const todo: FeatureProcessor[] = [];
      for (const [processor, store] of stores) {
        const feature = kept.get(processor)!.get(wavId);
        const isThere = feature !== undefined && await store.isWhole(feature) &&
          feature.audioSha256 === await fileSha256(recording.file).catch(() => undefined);
        if (!isThere) todo.push(processor);
      }
      const features = todo.length === 0 ? [] : await processRecording(recording, {
        ...{ processors: todo, compute, signal: ended },
        hearing: hearing && todo.some((one) => one.needs.length > 0) ? hearing : undefined,
        hook: (stage, _, { completed, total }) =>
          onEvent?.({ kind: "progress", wavId, stage, completed, total }),
      });
      for (const [i, feature] of features.entries()) await stores.get(todo[i])!.save(feature);
      const rows = features.map((feature, i) => ({ processor: todo[i].name, feature }));
      for (const { processor, feature: { success, error } } of rows) {
        if (success) made++;
        else failures.push({ wavId, processor, error });
      }
      left += processors.length - todo.length;
      onEvent?.({ kind: "done", recording, made: rows, kept: processors.length - todo.length });
    }
  };
  const workers = Array.from({ length: Math.max(1, jobs) }, () =>
    worker().catch((error) => {
      fault.abort(error);
      throw error;
    }));
  await Promise.allSettled(workers);
  await Promise.all(workers);
  const paths = new Map(recordings.map(({ wavId, path }) => [wavId, path]));
  for (const store of stores.values()) await store.settle([...paths.keys()], paths);
  const counts = { made, kept: left, failed: failures.length };
  return { out, processors: names, recordings: recordings.length, ...counts, failures };
}

/** How results are gone on with, in the words of whoever asks: an option of the command, too. */
const GO_ON = "go on with them (--resume, in code resume: true)";

/** What is to become of the rows that a processor has. */
interface StageChange {
  readonly processor: FeatureProcessor;
  readonly store: FeatureStore;
  /** Why they cannot stay, in words; undefined where they can. */
  readonly changed: string | undefined;
  /** Whether it is known what they were made with. */
  readonly isKnown: boolean;
  /** Recordings that have a row and are not to be processed. */
  readonly others: readonly string[];
}

/** No row is deleted that this run does not make again. */
function refuseLosses(out: string, changes: readonly StageChange[]): void {
  const lost = changes.find(({ changed, others }) => changed !== undefined && others.length > 0);
  if (lost === undefined) return;
  const { processor: { name }, changed, others } = lost;
  throw new ProcessError(
    `${out} has rows of ${name} for ${
      named(others)
    }, not among the recordings given, and they cannot stay beside new ` +
      `ones: ${changed}. Give all recordings, or choose another folder; nothing was changed.`,
    "occupied",
  );
}

function othersStay(out: string, others: readonly string[]): string {
  const whose = others.length === 1 ? "its" : "their";
  return `${out} has ${named(others)}, not among the recordings given; ${whose} rows stay as they are.`;
}

function named(ids: readonly string[]): string {
  return `${counted(ids.length, "recording")} (${someOf(ids.map((id) => JSON.stringify(id)))})`;
}
