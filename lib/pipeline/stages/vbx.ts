import { ndArray } from "#lib/arrays/nd_array.ts";
import { initialResponsibilities } from "#lib/clustering/initial_responsibilities.ts";
import { vbx as cluster } from "#kernels/vbx/mod.ts";
import { defineStage } from "../stage.ts";

/** Responsibilities of speakers for training embeddings. With fewer than two embeddings there is one speaker and no iteration. */
export const vbx = defineStage({
  name: "vbx",
  needs: ["postPlda", "phi", "ahcLabels"],
  gives: ["q", "pi", "elbo"],
  async run({ postPlda, phi, ahcLabels }, { options, compute }) {
    const [rows, columns] = postPlda.shape;
    if (rows < 2) {
      return {
        q: ndArray("f8", [rows, 1], new Float64Array(rows).fill(1)),
        pi: ndArray("f8", [1], new Float64Array([1])),
        elbo: ndArray("f8", [0], new Float64Array(0)),
      };
    }
    const { initSmoothing, ...settings } = options.vbx;
    const { q0, speakers } = initialResponsibilities(ahcLabels.data, { smoothing: initSmoothing });
    const { q, pi, elbo } = await cluster(compute, postPlda.data, phi.data, q0, {
      rows,
      columns,
      speakers,
      ...settings,
    });
    return {
      q: ndArray("f8", [rows, speakers], Float64Array.from(q)),
      pi: ndArray("f8", [speakers], Float64Array.from(pi)),
      elbo: ndArray("f8", [elbo.length], Float64Array.from(elbo)),
    };
  },
});
