import type { AnyStage } from "./stage.ts";
import { ahc } from "./stages/ahc.ts";
import { annotation } from "./stages/annotation.ts";
import { assignment } from "./stages/assignment.ts";
import { centroids } from "./stages/centroids.ts";
import { plda } from "./stages/plda.ts";
import { reconstruction } from "./stages/reconstruction.ts";
import { scores } from "./stages/scores.ts";
import { speakerCounting } from "./stages/speaker_counting.ts";
import { trainFilter } from "./stages/train_filter.ts";
import { vbx } from "./stages/vbx.ts";

/**
 * The back end of pyannote's community-1, from segmentations and embeddings to turns, stage by stage (pyannote.audio 4.0,
 * pipelines/speaker_diarization.py and pipelines/clustering.py).
 */
export const COMMUNITY_1: readonly AnyStage[] = [
  speakerCounting,
  trainFilter,
  ahc,
  plda,
  vbx,
  centroids,
  scores,
  assignment,
  reconstruction,
  annotation,
];
