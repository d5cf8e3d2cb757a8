import { ndArray } from "#lib/arrays/nd_array.ts";
import { ahc as cluster } from "#lib/clustering/ahc.ts";
import { gatherEmbeddings } from "#lib/clustering/gather_embeddings.ts";
import { defineStage } from "../stage.ts";

/** First clusters, by centroid linkage. */
export const ahc = defineStage({
  name: "ahc",
  needs: ["embeddings", "training"],
  gives: ["tree", "ahcLabels"],
  async run({ embeddings, training }, { options, compute }) {
    const { tree, labels } = await cluster(gatherEmbeddings(embeddings, training), {
      ...options.ahc,
      compute,
    });
    return {
      tree: ndArray("f8", [tree.length / 4, 4], Float64Array.from(tree)),
      ahcLabels: ndArray("i4", [labels.length], Int32Array.from(labels)),
    };
  },
});
