import { ndArray } from "#lib/arrays/nd_array.ts";
import { constrainedArgmax, plainArgmax } from "#lib/clustering/assign_clusters.ts";
import { defineStage } from "../stage.ts";

/**
 * A speaker for every slot. Slots of one chunk compete, except where KMeans made the speakers. With fewer than two training
 * embeddings all slots are speaker 0.
 */
export const assignment = defineStage({
  name: "assignment",
  needs: ["training", "softClusters", "kmeansLabels"],
  gives: ["hardClusters"],
  run({ training, softClusters, kmeansLabels }) {
    const [chunks, slots] = softClusters.shape;
    if (training.chunkIndex.length < 2) {
      return { hardClusters: ndArray("i4", [chunks, slots], new Int32Array(chunks * slots)) };
    }
    return {
      hardClusters: kmeansLabels === undefined ? constrainedArgmax(softClusters) : plainArgmax(softClusters),
    };
  },
});
