import { trainingFilter } from "#lib/clustering/training_filter.ts";
import { defineStage } from "../stage.ts";

/** Which embeddings are good enough to cluster. */
export const trainFilter = defineStage({
  name: "train_filter",
  needs: ["segmentations", "embeddings"],
  gives: ["training"],
  run: ({ segmentations, embeddings }, { options }) => ({
    training: trainingFilter(segmentations, embeddings, options.training),
  }),
});
