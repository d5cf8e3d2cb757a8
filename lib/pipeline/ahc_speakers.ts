import { ndArray } from "#lib/arrays/nd_array.ts";
import { COMMUNITY_1 } from "./community_1.ts";
import { type AnyStage, defineStage } from "./stage.ts";

/** In VBx's place where there is no PLDA: every cluster of the AHC is a speaker, every embedding wholly its own cluster's. */
const hardResponsibilities = defineStage({
  name: "vbx",
  needs: ["ahcLabels"],
  gives: ["q", "pi", "elbo"],
  run({ ahcLabels }) {
    const labels = ahcLabels.data;
    const rows = labels.length;
    const speakers = labels.reduce((top, label) => Math.max(top, label), 0) + 1;
    const q = new Float64Array(rows * speakers);
    const pi = new Float64Array(speakers);
    labels.forEach((label, n) => {
      q[n * speakers + label] = 1;
      pi[label] += 1 / rows;
    });
    return {
      q: ndArray("f8", [rows, speakers], q),
      pi: ndArray("f8", [speakers], rows === 0 ? new Float64Array([1]) : pi),
      elbo: ndArray("f8", [0], new Float64Array(0)),
    };
  },
});

/**
 * The stages of community-1 without PLDA and VBx: the clusters of the AHC are the speakers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ahcSpeakers } from "#lib/pipeline/ahc_speakers.ts";
 * assert(!ahcSpeakers().some(({ name }) => name === "plda"));
 * ```
 */
export function ahcSpeakers(): AnyStage[] {
  return COMMUNITY_1.filter(({ name }) => name !== "plda")
    .map((stage) => stage.name === "vbx" ? hardResponsibilities : stage);
}
