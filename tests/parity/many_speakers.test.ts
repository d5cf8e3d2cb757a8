/** More speakers than an int8 holds: pyannote's hard clusters wrap there, these must not. Expected turns by hand. */
import { describe, expect, test } from "bun:test";
import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import type { PldaModel } from "#lib/clustering/plda_model.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { formatRttm } from "#lib/timeline/rttm.ts";
import { FRAMES } from "#lib/timeline/sliding_window.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const SPEAKERS = 140, FRAMES_IN_CHUNK = 60;
// Chunks of 1.1 s one after the other do not overlap, so each is a turn.
const grid = { chunks: { startSec: 0, durationSec: 1.1, stepSec: 1.1 } };
const ROUNDS = 3;

/** Chunk c is speaker c mod 140 alone, in frames 10 to 40. */
function inputs(): { segmentations: ArrayOf<"f4">; embeddings: ArrayOf<"f4"> } {
  const chunks = SPEAKERS * ROUNDS;
  const segmentations = new Float32Array(chunks * FRAMES_IN_CHUNK * 3);
  const embeddings = new Float32Array(chunks * 3 * SPEAKERS);
  for (let c = 0; c < chunks; c++) {
    const slot = c % 3;
    for (let f = 10; f < 40; f++) segmentations[(c * FRAMES_IN_CHUNK + f) * 3 + slot] = 1;
    embeddings[(c * 3 + slot) * SPEAKERS + c % SPEAKERS] = 1;
    for (let s = 0; s < 3; s++) {
      if (s !== slot) embeddings.fill(NaN, (c * 3 + s) * SPEAKERS, (c * 3 + s + 1) * SPEAKERS);
    }
  }
  return {
    segmentations: ndArray("f4", [chunks, FRAMES_IN_CHUNK, 3], segmentations),
    embeddings: ndArray("f4", [chunks, 3, SPEAKERS], embeddings),
  };
}

/** The identity, with speakers so far apart that VBx keeps them all. */
function identity(dimension: number): PldaModel {
  const eye = new Float64Array(dimension ** 2);
  for (let i = 0; i < dimension; i++) eye[i * dimension + i] = 1;
  const zero = new Float64Array(dimension);
  return {
    ...{ dimension, ldaDimension: dimension, mean1: zero, lda: eye, mean2: zero, mu: zero, tr: eye },
    psi: new Float64Array(dimension).fill(100),
  };
}

/** What the RTTM must be, when cluster k is the k-th speaker to be numbered by the tree. */
function expectedRttm(clusterOfSpeaker: (speaker: number) => number): string {
  const sorted = Array.from({ length: SPEAKERS }, (_, k) => `${k}`).sort();
  return Array.from({ length: SPEAKERS * ROUNDS }, (_, c) => {
    const first = Math.round(1.1 * c / FRAMES.stepSec);
    const middle = (i: number) => 0.5 * (i * FRAMES.stepSec + (i * FRAMES.stepSec + FRAMES.durationSec));
    const [start, end] = [middle(first + 10), middle(first + 40)];
    const rank = sorted.indexOf(`${clusterOfSpeaker(c % SPEAKERS)}`);
    const label = `SPEAKER_${`${rank}`.padStart(2, "0")}`;
    const times = `${formatFixed(start, 3)} ${formatFixed(end - start, 3)}`;
    return `SPEAKER many 1 ${times} <NA> <NA> ${label} <NA> <NA>\n`;
  }).join("");
}

describe.each([["VBx keeps all 140", {}], ["KMeans makes 140", { numSpeakers: 140 }]])(
  "140 speakers: %s",
  (what, hints) => {
    let made: Promise<Partial<Artefacts>> | undefined;
    const diarize = () => made ??= run();

    async function run(): Promise<Partial<Artefacts>> {
      // Without its threshold AHC makes one cluster, VBx finds one speaker, and KMeans must make the 140.
      const options = { hints, grid, ...(what.startsWith("KMeans") ? { ahc: { threshold: 10 } } : {}) };
      const settings = { options, models: { plda: identity(SPEAKERS) }, uri: "many" };
      return (await runStages(COMMUNITY_1, inputs(), settings)).artefacts;
    }

    test("hard clusters go past 127 and do not wrap", async () => {
      const { hardClusters, centroids, kmeansLabels } = await diarize();
      expect(centroids!.shape[0]).toBe(SPEAKERS);
      expect(kmeansLabels !== undefined).toBe(what.startsWith("KMeans"));
      const spoken = Array.from({ length: SPEAKERS * ROUNDS }, (_, c) => hardClusters!.data[c * 3 + c % 3]);
      expect([...new Set(spoken)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: SPEAKERS }, (_, k) => k),
      );
      spoken.forEach((cluster, c) => expect(cluster).toBe(spoken[c % SPEAKERS]));
    }, SLOW);

    test("and every speaker keeps one label of its own, sorted as strings", async () => {
      const { hardClusters, diarization, discreteDiarization } = await diarize();
      expect(discreteDiarization!.shape[1]).toBe(SPEAKERS);
      expect(formatRttm(diarization!)).toBe(
        expectedRttm((speaker) => hardClusters!.data[speaker * 3 + speaker % 3]),
      );
      expect(diarization!.labels().length).toBe(SPEAKERS);
    }, SLOW);
  },
);
