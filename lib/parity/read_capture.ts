import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ArrayFileError } from "#lib/arrays/array_file_error.ts";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { asIntegers } from "#lib/arrays/as_integers.ts";
import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { readNpy } from "#lib/arrays/read_npy.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { parseRttm } from "#lib/timeline/rttm.ts";
import { CHUNKS, FRAMES } from "#lib/timeline/sliding_window.ts";
import type { Capture } from "./capture.ts";
import { checkShapes } from "./check_shapes.ts";

/** The files that no capture can do without. */
export const REQUIRED_FILES = ["segmentations.npz", "raw_embeddings.npz", "reference.rttm"] as const;

/** A folder that is no capture. */
export class CaptureError extends Error {
  override name = "CaptureError";
}

/**
 * Read a capture. Any file may be missing but `segmentations.npz`, `raw_embeddings.npz` and `reference.rttm`; what is there must be
 * sound.
 *
 * @throws {CaptureError} when one of the three is missing or shapes do not fit each other.
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
export async function readCapture(folder: string): Promise<Capture> {
  const files = REQUIRED_FILES.filter((file) => !existsSync(join(folder, file)));
  if (files.length > 0) throw new CaptureError(`${folder} is no capture: ${files.join(", ")} not found.`);
  const name = basename(resolve(folder));

  const segmentations = float32(await only(folder, "segmentations.npz", "segmentations"));
  const embeddings = float32(await only(folder, "raw_embeddings.npz", "embeddings"));
  const artefacts: Capture["artefacts"] = { segmentations, embeddings };
  const options: CommunityOptionsInput = {};
  await addPlda(folder, artefacts);
  await addAhc(folder, artefacts, options);
  await addVbx(folder, artefacts, options);
  await addClustering(folder, artefacts);
  await addReconstruction(folder, artefacts, options);
  try {
    checkShapes({ artefacts, options });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CaptureError(`${folder}: ${error.message}.`, { cause: error });
  }
  return { name, folder, artefacts, options, ...await reference(folder, name) };
}

async function reference(folder: string, name: string) {
  const file = join(folder, "reference.rttm");
  const text = await readFile(file, "utf8");
  const annotations = [...parseRttm(text, { file })];
  if (annotations.length > 1) {
    throw new CaptureError(`${file} holds ${annotations.length} recordings; a capture is of one.`);
  }
  const [uri, annotation] = annotations[0] ?? [name, new Annotation({ uri: name })];
  const times = text.split("\n").map((line) => line.trim().split(/\s+/))
    .flatMap(([type, , , start, duration]) => type === "SPEAKER" ? [start, duration] : []);
  const decimals = times.reduce((most, time) => Math.max(most, time.split(".")[1]?.length ?? 0), 0);
  return { uri, reference: annotation, decimals: annotations.length === 0 ? 3 : Math.min(decimals, 20) };
}

async function addPlda(folder: string, artefacts: Partial<Artefacts>): Promise<void> {
  const plda = await optional(folder, "plda_embeddings.npz");
  if (!plda) return;
  artefacts.postXvec = float64(plda("post_xvec"));
  artefacts.postPlda = float64(plda("post_plda"));
  artefacts.phi = float64(plda("phi"));
  artefacts.training = {
    chunkIndex: asIntegers(plda("train_chunk_idx"), { name: "train_chunk_idx" }),
    speakerIndex: asIntegers(plda("train_speaker_idx"), { name: "train_speaker_idx" }),
  };
}

async function addAhc(
  folder: string,
  artefacts: Partial<Artefacts>,
  options: CommunityOptionsInput,
): Promise<void> {
  const labels = join(folder, "ahc_init_labels.npy");
  if (existsSync(labels)) artefacts.ahcLabels = int32(await readNpy(labels), "ahc_init_labels");
  const state = await optional(folder, "ahc_state.npz");
  if (state) options.ahc = { threshold: scalar(state("threshold")) };
}

async function addVbx(
  folder: string,
  artefacts: Partial<Artefacts>,
  options: CommunityOptionsInput,
): Promise<void> {
  const vbx = await optional(folder, "vbx_state.npz");
  if (!vbx) return;
  artefacts.q = float64(vbx("q_final"));
  artefacts.pi = float64(vbx("sp_final"));
  artefacts.elbo = float64(vbx("elbo_trajectory"));
  options.vbx = { fa: scalar(vbx("fa")), fb: scalar(vbx("fb")), maxIterations: scalar(vbx("max_iters")) };
}

async function addClustering(folder: string, artefacts: Partial<Artefacts>): Promise<void> {
  const clustering = await optional(folder, "clustering.npz");
  if (!clustering) return;
  artefacts.softClusters = float64(clustering("soft_clusters"));
  artefacts.hardClusters = int32(clustering("hard_clusters"), "hard_clusters");
  artefacts.centroids = float64(clustering("centroids"));
}

async function addReconstruction(
  folder: string,
  artefacts: Partial<Artefacts>,
  options: CommunityOptionsInput,
): Promise<void> {
  const stored = await optional(folder, "reconstruction.npz");
  if (!stored) return;
  const count = stored("count");
  artefacts.count = ndArray("u1", count.shape, Uint8Array.from(asIntegers(count, { name: "count" })));
  artefacts.discreteDiarization = float32(stored("discrete_diarization"));
  const window = (kind: "chunk" | "frame") => ({
    startSec: scalar(stored(`${kind}_start`)),
    durationSec: scalar(stored(`${kind}_duration`)),
    stepSec: scalar(stored(`${kind}_step`)),
  });
  options.grid = { chunks: { ...CHUNKS, ...window("chunk") }, frames: { ...FRAMES, ...window("frame") } };
  options.annotation = { minDurationOff: scalar(stored("min_duration_off")) };
}

async function only(folder: string, file: string, name: string): Promise<NdArray> {
  return (await optional(folder, file))!(name);
}

/** A lookup of a file's arrays that refuses a missing one; undefined when there is no such file. */
async function optional(folder: string, file: string): Promise<((name: string) => NdArray) | undefined> {
  const path = join(folder, file);
  if (!existsSync(path)) return undefined;
  const arrays = await readNpz(path);
  return (name) => {
    if (!(name in arrays)) {
      throw new ArrayFileError(`it is missing (there are ${Object.keys(arrays).join(", ")})`, {
        file: path,
        array: name,
      });
    }
    return arrays[name];
  };
}

function float32(array: NdArray): ArrayOf<"f4"> {
  return array.dtype === "f4" ? array : ndArray("f4", array.shape, Float32Array.from(asFloat64(array)));
}

function float64(array: NdArray): ArrayOf<"f8"> {
  return ndArray("f8", array.shape, asFloat64(array));
}

function int32(array: NdArray, name: string): ArrayOf<"i4"> {
  return ndArray("i4", array.shape, asIntegers(array, { name }));
}

function scalar(array: NdArray): number {
  return asFloat64(array)[0];
}
