import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { replaceFolder } from "#lib/arrays/replace_folder.ts";
import { type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { writeNpy } from "#lib/arrays/write_npy.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import type { CommunityOptions } from "#lib/pipeline/options.ts";
import { PROVENANCE_VERSION, type RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { writeRttm } from "#lib/timeline/rttm.ts";

/** What can be dumped besides `segmentations`, `raw_embeddings` and `reference.rttm`, which every capture needs. */
export const DUMP_STAGES = ["plda", "ahc", "vbx", "clustering", "reconstruction"] as const;

/** One of them. */
export type DumpStage = typeof DUMP_STAGES[number];

/**
 * Write a run in the layout of a capture (docs/captures.md), with what it depended on in `manifest.json`, so that `parity` can replay it.
 * The folder appears whole or not at all; one that is there already is replaced. Of several that write it at once one stays, whole.
 *
 * @param folder The capture's folder; its name is the capture's.
 * @param artefacts All artefacts of a run.
 * @param settings `run`: what it depended on, as `gatherProvenance` tells it, or its options at least; `stages` to write, all by default.
 * @throws {TypeError} when an artefact that every capture needs is missing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { writeCapture } from "#lib/diarization/write_capture.ts";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * await assert.rejects(writeCapture("never", {}, { run: { options: parseOptions() } }), /segmentations/);
 * ```
 */
export async function writeCapture(
  folder: string,
  artefacts: Partial<Artefacts>,
  settings: {
    readonly run: Partial<RunProvenance> & { readonly options: CommunityOptions };
    readonly stages?: readonly DumpStage[];
  },
): Promise<void> {
  const { stages = DUMP_STAGES } = settings;
  const run: RunProvenance = { version: PROVENANCE_VERSION, clustering: "vbx", ...settings.run };
  const { options } = run;
  for (const name of ["segmentations", "embeddings", "diarization"] as const) {
    if (artefacts[name] === undefined) {
      throw new TypeError(`A capture needs ${name}, which the run did not give.`);
    }
  }
  // A folder of this call alone, out of sight beside the other: two that write at once do not mix.
  const beside = join(dirname(folder), `.${randomUUID()}.partial`);
  await mkdir(beside, { recursive: true });
  try {
    const npz = (file: string, arrays: Record<string, NdArray>) =>
      writeNpz(join(beside, file), arrays, { compress: true });
    await npz("segmentations.npz", { segmentations: artefacts.segmentations! });
    await npz("raw_embeddings.npz", { embeddings: artefacts.embeddings! });
    await writeRttm(join(beside, "reference.rttm"), artefacts.diarization!);
    const {
      training,
      postXvec,
      postPlda,
      phi,
      ahcLabels,
      q,
      pi,
      elbo,
      softClusters,
      hardClusters,
      centroids,
      kmeansLabels,
    } = artefacts;
    if (stages.includes("plda") && training && postXvec && postPlda && phi) {
      await npz("plda_embeddings.npz", {
        post_xvec: postXvec,
        post_plda: postPlda,
        train_chunk_idx: long(training.chunkIndex),
        train_speaker_idx: long(training.speakerIndex),
        phi,
      });
    }
    if (stages.includes("ahc") && ahcLabels) {
      await writeNpy(join(beside, "ahc_init_labels.npy"), long(ahcLabels.data));
      await npz("ahc_state.npz", { threshold: scalar(options.ahc.threshold) });
    }
    if (stages.includes("vbx") && q && pi && elbo && elbo.data.length > 0) {
      await npz("vbx_state.npz", {
        q_final: q,
        sp_final: pi,
        elbo_trajectory: elbo,
        fa: scalar(options.vbx.fa),
        fb: scalar(options.vbx.fb),
        max_iters: long(Int32Array.of(options.vbx.maxIterations), []),
      });
    }
    if (stages.includes("clustering") && softClusters && hardClusters && centroids) {
      await npz("clustering.npz", { soft_clusters: softClusters, hard_clusters: hardClusters, centroids });
      if (kmeansLabels) await writeNpy(join(beside, "kmeans_labels.npy"), long(kmeansLabels.data));
    }
    if (stages.includes("reconstruction") && artefacts.count && artefacts.discreteDiarization) {
      const { chunks, frames } = options.grid;
      await npz("reconstruction.npz", {
        count: artefacts.count,
        discrete_diarization: artefacts.discreteDiarization,
        chunk_start: scalar(chunks.startSec),
        chunk_duration: scalar(chunks.durationSec),
        chunk_step: scalar(chunks.stepSec),
        frame_start: scalar(frames.startSec),
        frame_duration: scalar(frames.durationSec),
        frame_step: scalar(frames.stepSec),
        min_duration_off: scalar(options.annotation.minDurationOff),
      });
    }
    const artifacts: Record<string, string> = {};
    for (const file of (await readdir(beside)).sort()) {
      artifacts[file] = createHash("sha256").update(await readFile(join(beside, file))).digest("hex");
    }
    await writeFile(join(beside, "manifest.json"), `${JSON.stringify({ run, artifacts }, null, 2)}\n`);
    await replaceFolder(beside, folder);
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    throw error;
  }
}

function scalar(value: number) {
  return ndArray("f8", [], Float64Array.of(value));
}

function long(values: Int32Array, shape: readonly number[] = [values.length]) {
  return ndArray("i8", shape, BigInt64Array.from(values, BigInt));
}
