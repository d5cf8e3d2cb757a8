import { hintWarnings } from "#lib/clustering/speaker_hints.ts";
import { binarize } from "#lib/timeline/binarize.ts";
import { speakerNames } from "#lib/timeline/speaker_names.ts";
import { defineStage } from "../stage.ts";

/**
 * Turns with names; the exclusive ones under the same names. Tracks are renamed A, B, ... as pyannote does: the order of turns with the
 * same bounds hangs on it. Hints that the turns do not meet are warned of.
 */
export const annotation = defineStage({
  name: "annotation",
  needs: ["discreteDiarization", "discreteExclusive"],
  gives: ["diarization", "exclusive"],
  run({ discreteDiarization, discreteExclusive }, { options, uri, warn }) {
    // As pyannote's `aggregate` does: the first frame starts where the first chunk does.
    const frames = { ...options.grid.frames, startSec: options.grid.chunks.startSec };
    const settings = { frames, ...options.annotation, uri };
    const diarization = binarize(discreteDiarization, settings).renameTracks();
    const exclusive = binarize(discreteExclusive, settings).renameTracks();
    const names = speakerNames(diarization);
    for (const warning of hintWarnings(options.hints, diarization.labels().length)) warn(warning);
    return { diarization: diarization.renameLabels(names), exclusive: exclusive.renameLabels(names) };
  },
});
