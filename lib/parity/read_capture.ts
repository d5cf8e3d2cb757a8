import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ArrayFileError, type ArrayPlace } from "#lib/arrays/array_file_error.ts";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { asIntegers } from "#lib/arrays/as_integers.ts";
import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { readNpy } from "#lib/arrays/read_npy.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { parseRttm } from "#lib/timeline/rttm.ts";
import { CHUNKS, FRAMES } from "#lib/timeline/sliding_window.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import type { Capture } from "./capture.ts";
import { CaptureError } from "./capture_error.ts";
import { checkRecorded } from "./check_recorded.ts";
import { checkShapes } from "./check_shapes.ts";
import { readManifest } from "./read_manifest.ts";

/** The files that no capture can do without. */
export const REQUIRED_FILES = ["segmentations.npz", "raw_embeddings.npz", "reference.rttm"] as const;

export { CaptureError };

/** Settings of `readCapture`. */
export interface ReadCaptureOptions {
  /** Told what was passed over in a file. @default {warnOnProcess} */
  readonly warn?: Warn;
}

/** Where a capture's files are read from. */
interface Source {
  readonly folder: string;
  readonly warn: Warn;
  /** Looks once all is read for what nobody asked for and cannot be read. */
  readonly leftOver: (() => void)[];
}

/** An array of a file, by name. */
type Lookup = (<D extends "f4" | "f8" | "i4">(name: string, dtype: D) => ArrayOf<D>) & {
  readonly has: (name: string) => boolean;
};

/**
 * Read a capture. Any file may be missing but `segmentations.npz`, `raw_embeddings.npz` and `reference.rttm`; what is there must be
 * sound.
 *
 * @throws {CaptureError} when one of the three is missing, arrays do not fit each other, or `manifest.json` is not valid.
 * @throws {ArrayFileError} when an array file is damaged.
 * @throws {TimelineFileError} when the reference is damaged, or holds several recordings.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * const capture = await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`);
 * assert.equal(capture.reference.labels().length, 2);
 * ```
 */
export async function readCapture(folder: string, options: ReadCaptureOptions = {}): Promise<Capture> {
  const files = REQUIRED_FILES.filter((file) => !existsSync(join(folder, file)));
  if (files.length > 0) throw new CaptureError(`${folder} is no capture: ${files.join(", ")} not found.`);
  const name = basename(resolve(folder));
  const source: Source = { folder, warn: options.warn ?? warnOnProcess, leftOver: [] };

  const { run } = await readManifest(folder);
  const artefacts: Capture["artefacts"] = {
    segmentations: (await arraysOf(source, "segmentations.npz"))!("segmentations", "f4"),
    embeddings: (await arraysOf(source, "raw_embeddings.npz"))!("embeddings", "f4"),
  };
  const stored: CommunityOptionsInput = {};
  await addPlda(source, artefacts);
  await addAhc(source, artefacts, stored);
  const initialQ = await addVbx(source, artefacts, stored);
  await addClustering(source, artefacts, run);
  await addReconstruction(source, artefacts, stored);
  try {
    if (run !== undefined) checkRecorded(stored, run.options);
    checkShapes({ artefacts, options: run?.options ?? stored });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CaptureError(`${folder}: ${error.message.replace(/\.$/, "")}.`, { cause: error });
  }
  for (const look of source.leftOver) look();
  return {
    name,
    folder,
    artefacts,
    ...(initialQ && { initialQ }),
    options: run?.options ?? stored,
    ...(run && { run }),
    ...await reference(source, name),
  };
}

async function reference({ folder, warn }: Source, name: string) {
  const file = join(folder, "reference.rttm");
  const text = await readText(file);
  const annotations = [...parseRttm(text, { file, ...{ warn } })];
  if (annotations.length > 1) {
    throw new CaptureError(`${file} holds ${annotations.length} recordings; a capture is of one.`);
  }
  const [uri, annotation] = annotations[0] ?? [name, new Annotation({ uri: name })];
  const times = text.split("\n").map((line) => line.trim().split(/\s+/))
    .flatMap(([type, , , start, duration]) => type === "SPEAKER" ? [start, duration] : []);
  const decimals = times.reduce((most, time) => Math.max(most, time?.split(".")[1]?.length ?? 0), 0);
  return { uri, reference: annotation, decimals: annotations.length === 0 ? 3 : Math.min(decimals, 20) };
}

async function addPlda(source: Source, artefacts: Partial<Artefacts>): Promise<void> {
  const plda = await arraysOf(source, "plda_embeddings.npz");
  if (!plda) return;
  artefacts.postXvec = plda("post_xvec", "f8");
  artefacts.postPlda = plda("post_plda", "f8");
  artefacts.phi = plda("phi", "f8");
  artefacts.training = {
    chunkIndex: plda("train_chunk_idx", "i4").data,
    speakerIndex: plda("train_speaker_idx", "i4").data,
  };
}

async function addAhc(
  source: Source,
  artefacts: Partial<Artefacts>,
  options: CommunityOptionsInput,
): Promise<void> {
  const labels = await labelsOf(source, "ahc_init_labels.npy");
  if (labels) artefacts.ahcLabels = labels;
  const state = await arraysOf(source, "ahc_state.npz");
  if (state) options.ahc = { threshold: scalar(state, "threshold") };
}

async function addVbx(
  source: Source,
  artefacts: Partial<Artefacts>,
  options: CommunityOptionsInput,
): Promise<ArrayOf<"f8"> | undefined> {
  const vbx = await arraysOf(source, "vbx_state.npz");
  if (!vbx) return undefined;
  artefacts.q = vbx("q_final", "f8");
  artefacts.pi = vbx("sp_final", "f8");
  artefacts.elbo = vbx("elbo_trajectory", "f8");
  const [fa, fb, maxIterations] = ["fa", "fb", "max_iters"].map((name) => scalar(vbx, name));
  options.vbx = { fa, fb, maxIterations };
  return vbx.has("qinit") ? vbx("qinit", "f8") : undefined;
}

async function addClustering(
  source: Source,
  artefacts: Partial<Artefacts>,
  run: RunProvenance | undefined,
): Promise<void> {
  // pyannote's captures were made without hints, so that KMeans did not step in.
  if (run === undefined) artefacts.kmeansLabels = undefined;
  const clustering = await arraysOf(source, "clustering.npz");
  if (!clustering) return;
  artefacts.kmeansLabels = await labelsOf(source, "kmeans_labels.npy");
  artefacts.softClusters = clustering("soft_clusters", "f8");
  artefacts.hardClusters = clustering("hard_clusters", "i4");
  artefacts.centroids = clustering("centroids", "f8");
}

async function addReconstruction(
  source: Source,
  artefacts: Partial<Artefacts>,
  options: CommunityOptionsInput,
): Promise<void> {
  const stored = await arraysOf(source, "reconstruction.npz");
  if (!stored) return;
  const count = stored("count", "i4");
  artefacts.count = ndArray("u1", count.shape, Uint8Array.from(count.data));
  artefacts.discreteDiarization = stored("discrete_diarization", "f4");
  const window = (kind: "chunk" | "frame") => ({
    startSec: scalar(stored, `${kind}_start`),
    durationSec: scalar(stored, `${kind}_duration`),
    stepSec: scalar(stored, `${kind}_step`),
  });
  options.grid = { chunks: { ...CHUNKS, ...window("chunk") }, frames: { ...FRAMES, ...window("frame") } };
  options.annotation = { minDurationOff: scalar(stored, "min_duration_off") };
}

/** A lookup of a file's arrays that refuses a missing one; undefined when there is no such file. */
async function arraysOf({ folder, warn, leftOver }: Source, file: string): Promise<Lookup | undefined> {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  const arrays = await readNpz(path, { warn });
  const asked = new Set<string>();
  leftOver.push(() => {
    for (const name of Object.keys(arrays).filter((name) => !asked.has(name))) {
      try {
        void arrays[name];
      } catch (error) {
        if (!(error instanceof ArrayFileError)) throw error;
        warn(`${error.message}; it is not needed and was passed over`);
      }
    }
  });
  const lookup = <D extends "f4" | "f8" | "i4">(name: string, dtype: D) => {
    asked.add(name);
    if (!(name in arrays)) {
      throw new ArrayFileError(`it is missing (there are ${Object.keys(arrays).join(", ")})`, {
        file: path,
        array: name,
      });
    }
    return converted(arrays[name], dtype, { file: path, array: name });
  };
  return Object.assign(lookup, { has: (name: string) => name in arrays });
}

async function labelsOf(
  { folder }: Pick<Source, "folder">,
  file: string,
): Promise<ArrayOf<"i4"> | undefined> {
  const path = join(folder, file);
  return existsSync(path) ? converted(await readNpy(path), "i4", { file: path }) : undefined;
}

function converted<D extends "f4" | "f8" | "i4">(array: NdArray, dtype: D, place: ArrayPlace): ArrayOf<D> {
  try {
    const data = array.dtype === dtype
      ? array.data
      : dtype === "i4"
      ? asIntegers(array, { name: "it" })
      : dtype === "f4"
      ? Float32Array.from(asFloat64(array, { name: "it" }))
      : asFloat64(array, { name: "it" });
    return ndArray(dtype, array.shape, data as ArrayOf<D>["data"]);
  } catch (cause) {
    if (!(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
    throw new ArrayFileError(cause.message, place, { cause });
  }
}

function scalar(arrays: Lookup, name: string): number {
  const { data, shape } = arrays(name, "f8");
  if (data.length !== 1) {
    throw new CaptureError(`${name} has shape [${shape.join(", ")}]; one number is needed.`);
  }
  return data[0];
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const fault = cause instanceof Error ? cause.message : `${cause}`;
    throw new CaptureError(`${file} cannot be read: ${fault}.`, { cause });
  }
}
