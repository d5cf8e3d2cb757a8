import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { ahc as cluster } from "#lib/clustering/ahc.ts";
import { gatherEmbeddings } from "#lib/clustering/gather_embeddings.ts";
import type { TrainingSet } from "#lib/clustering/training_filter.ts";
import { defineStage } from "../stage.ts";

/** First clusters, by centroid linkage. */
export const ahc = defineStage({
  name: "ahc",
  needs: ["embeddings", "training"],
  gives: ["tree", "ahcLabels"],
  async run({ embeddings, training }, { options, compute }) {
    const rows = gatherEmbeddings(embeddings, training);
    refuseDirectionless(rows, training);
    const { tree, labels } = await cluster(rows, { ...options.ahc, compute });
    return {
      tree: ndArray("f8", [tree.length / 4, 4], Float64Array.from(tree)),
      ahcLabels: ndArray("i4", [labels.length], Int32Array.from(labels)),
    };
  },
});

/** What is clustered is the embeddings' direction; the one that has none is told by its chunk and slot, as nobody after this stage can. */
function refuseDirectionless({ shape: [rows, dimension], data }: ArrayOf<"f4">, training: TrainingSet): void {
  if (rows < 2) return; // nothing is clustered
  for (let n = 0; n < rows; n++) {
    const row = data.subarray(n * dimension, (n + 1) * dimension);
    const odd = row.find((value) => !Number.isFinite(value));
    if (odd === undefined && row.some((value) => value !== 0)) continue;
    const fault = odd === undefined ? "is all zero" : `holds ${odd}`;
    const at = `chunk ${training.chunkIndex[n]}, slot ${training.speakerIndex[n]}`;
    throw new RangeError(`the embedding of ${at} ${fault}: it has no direction to cluster by`);
  }
}
