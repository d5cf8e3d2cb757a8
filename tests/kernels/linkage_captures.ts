/** The unit vectors that the pipeline clusters in a capture, and the labels that pyannote gave them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { readNpy } from "#lib/arrays/read_npy.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { gatherEmbeddings } from "#lib/clustering/gather_embeddings.ts";
import { normalizeEmbeddings } from "#lib/clustering/normalize_embeddings.ts";
import { trainingFilter } from "#lib/clustering/training_filter.ts";
import { projectRoot } from "#lib/places/places.ts";
import { fixture } from "#tests/harness/shared_data.ts";
import type { Points } from "./linkage_data.ts";

/** Captures with AHC labels: the project's own, which are always there, and pyannote's, where the shared data is. */
export function capturesWithLabels(): string[] {
  const own = ["a_two_speakers", "b_five_speakers", "d_twelve_speakers"].map((name) =>
    join(projectRoot(), "fixtures/captures", name)
  );
  const shared = [
    "01_dialogue",
    "02_pyannote_sample",
    "03_dual_speaker",
    "04_three_speaker",
    "05_four_speaker",
    "06_long_recording",
  ].flatMap((name) => fixture(`captures/${name}`) ?? []);
  return [...own, ...shared].filter((path) => existsSync(join(path, "ahc_init_labels.npy")));
}

/** What a capture's AHC is given, and its labels. */
export async function readLabelledPoints(path: string): Promise<Points & { labels: Float64Array }> {
  const { segmentations } = await readNpz(join(path, "segmentations.npz"));
  const { embeddings } = await readNpz(join(path, "raw_embeddings.npz"));
  if (segmentations.dtype !== "f4" || embeddings.dtype !== "f4") throw new TypeError("captures hold float32");
  const training = gatherEmbeddings(embeddings, trainingFilter(segmentations, embeddings));
  const [rows, columns] = training.shape;
  return {
    rows,
    columns,
    x: new Float64Array(normalizeEmbeddings(training.data, { rows, columns })),
    labels: asFloat64(await readNpy(join(path, "ahc_init_labels.npy"))),
  };
}
