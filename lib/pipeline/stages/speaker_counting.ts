import { ndArray } from "#lib/arrays/nd_array.ts";
import { speakerBounds } from "#lib/clustering/speaker_hints.ts";
import { speakerCount } from "#lib/timeline/speaker_count.ts";
import { defineStage } from "../stage.ts";

/** How many speak at once in every frame, capped by the hint on the number of speakers. */
export const speakerCounting = defineStage({
  name: "speaker_counting",
  needs: ["segmentations"],
  gives: ["count"],
  run({ segmentations }, { options }) {
    const { max } = speakerBounds(options.hints);
    const count = speakerCount(segmentations, options.grid);
    return { count: ndArray("u1", count.shape, count.data.map((n) => Math.min(n, max))) };
  },
});
