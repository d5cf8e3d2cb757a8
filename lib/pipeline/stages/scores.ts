import { ndArray } from "#lib/arrays/nd_array.ts";
import { silentSlots } from "#lib/clustering/assign_clusters.ts";
import { speakerScores } from "#lib/clustering/speaker_scores.ts";
import { defineStage } from "../stage.ts";

/**
 * How well every slot fits every speaker. Where slots compete for speakers, silent ones get less than any other: the lowest score
 * less one, which is NaN when a score is NaN. With fewer than two training embeddings every score is 1.
 */
export const scores = defineStage({
  name: "scores",
  needs: ["segmentations", "embeddings", "training", "centroids", "kmeansLabels"],
  gives: ["softClusters"],
  async run({ segmentations, embeddings, training, centroids, kmeansLabels }, { compute }) {
    const [chunks, slots] = embeddings.shape;
    if (training.chunkIndex.length < 2) {
      return { softClusters: ndArray("f8", [chunks, slots, 1], new Float64Array(chunks * slots).fill(1)) };
    }
    const softClusters = await speakerScores(embeddings, centroids, { compute });
    if (kmeansLabels === undefined) {
      const speakers = softClusters.shape[2];
      const below = softClusters.data.reduce((low, score) => Math.min(low, score), Infinity) - 1;
      silentSlots(segmentations).forEach((silent, at) => {
        if (silent) softClusters.data.fill(below, at * speakers, (at + 1) * speakers);
      });
    }
    return { softClusters };
  },
});
