import { ndArray } from "#lib/arrays/nd_array.ts";
import { NO_CLUSTER, silentSlots } from "#lib/clustering/assign_clusters.ts";
import { clusterActivity } from "#lib/timeline/cluster_activity.ts";
import { mostActive } from "#lib/timeline/most_active.ts";
import { defineStage } from "../stage.ts";

/** Who speaks in every frame, with overlap and without. Silent slots are taken out first. */
export const reconstruction = defineStage({
  name: "reconstruction",
  needs: ["segmentations", "hardClusters", "count"],
  gives: ["discreteDiarization", "discreteExclusive"],
  run({ segmentations, hardClusters, count }, { options }) {
    const silent = silentSlots(segmentations);
    const speaking = hardClusters.data.map((k, at) => silent[at] ? NO_CLUSTER : k);
    const heard = ndArray("i4", hardClusters.shape, speaking);
    const one = ndArray("u1", count.shape, count.data.map((n) => Math.min(n, 1)));
    const activity = clusterActivity({ segmentations, hardClusters: heard }, options.grid);
    return {
      discreteDiarization: mostActive(activity, count),
      discreteExclusive: mostActive(activity, one),
    };
  },
});
