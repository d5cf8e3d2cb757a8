import { binarize } from "#lib/timeline/binarize.ts";
import { speakerNames } from "#lib/timeline/speaker_names.ts";
import { defineStage } from "../stage.ts";

/** Turns with names; the exclusive ones under the same names. */
export const annotation = defineStage({
  name: "annotation",
  needs: ["discreteDiarization", "discreteExclusive"],
  gives: ["diarization", "exclusive"],
  run({ discreteDiarization, discreteExclusive }, { options, uri }) {
    const settings = { frames: options.grid.frames, ...options.annotation, uri };
    const diarization = binarize(discreteDiarization, settings);
    const exclusive = binarize(discreteExclusive, settings);
    const names = speakerNames(diarization);
    return { diarization: diarization.renameLabels(names), exclusive: exclusive.renameLabels(names) };
  },
});
