import { ndArray } from "#lib/arrays/nd_array.ts";
import { gatherEmbeddings } from "#lib/clustering/gather_embeddings.ts";
import { pldaTransform } from "#lib/clustering/plda_transform.ts";
import { MissingWeightsError } from "../missing_weights_error.ts";
import { defineStage } from "../stage.ts";

/** Training embeddings into the PLDA space. */
export const plda = defineStage({
  name: "plda",
  needs: ["embeddings", "training"],
  gives: ["postXvec", "postPlda", "phi"],
  async run({ embeddings, training }, { models, compute }) {
    if (!models.plda) throw new MissingWeightsError("plda", "the PLDA (plda.npz and xvec_transform.npz)");
    const { psi } = models.plda;
    return {
      ...await pldaTransform(gatherEmbeddings(embeddings, training), models.plda, { compute }),
      phi: ndArray("f8", [psi.length], Float64Array.from(psi)),
    };
  },
});
