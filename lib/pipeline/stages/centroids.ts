import { ndArray } from "#lib/arrays/nd_array.ts";
import { meanCentroids, weightedCentroids } from "#lib/clustering/centroids.ts";
import { gatherEmbeddings } from "#lib/clustering/gather_embeddings.ts";
import { kmeans } from "#lib/clustering/kmeans.ts";
import { normalizeEmbeddings } from "#lib/clustering/normalize_embeddings.ts";
import { forcedClusters, reachableBounds, speakerBounds } from "#lib/clustering/speaker_hints.ts";
import { defineStage } from "../stage.ts";

/**
 * One centroid per speaker: VBx's, or KMeans' where the number that VBx found breaks the hints, as far as there are embeddings for so
 * many; where there are not, it warns. With fewer than two training embeddings there is one, their mean (NaN when there is none).
 */
export const centroids = defineStage({
  name: "centroids",
  needs: ["embeddings", "training", "q", "pi"],
  gives: ["centroids", "kmeansLabels"],
  async run({ embeddings, training, q, pi }, { options, compute, warn }) {
    const x = gatherEmbeddings(embeddings, training);
    const [rows, columns] = x.shape;
    if (rows < 2) {
      const one = meanCentroids(x, { labels: new Int32Array(rows), clusters: 1 });
      return { centroids: one, kmeansLabels: undefined };
    }
    const found = await weightedCentroids(x, { q: q.data, pi: pi.data }, { compute });
    const asked = speakerBounds(options.hints);
    if (asked.min > rows) {
      warn(`There are only ${rows} embeddings to tell speakers apart by, too few for ${asked.min} speakers.`);
    }
    const clusters = forcedClusters(found.shape[0], reachableBounds(asked, rows));
    if (clusters === undefined) return { centroids: found, kmeansLabels: undefined };
    const unit = normalizeEmbeddings(x.data, { rows, columns });
    const labels = kmeans(unit, { rows, columns, clusters, ...options.kmeans });
    return {
      centroids: meanCentroids(x, { labels, clusters }),
      kmeansLabels: ndArray("i4", [rows], Int32Array.from(labels)),
    };
  },
});
