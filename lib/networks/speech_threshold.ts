/** What {@linkcode thresholdSpeech} needs to know. */
export interface SpeechThresholdOptions {
  /** Powerset classes of a frame; the first is silence. */
  readonly classes: number;
  /** Probability from which on a frame is speech, over 0 and under 1. */
  readonly threshold: number;
}

/**
 * Scores whose largest is silence's exactly where speech as a whole has less than a given probability, and otherwise the likeliest set of
 * speakers'.
 *
 * Silence is one class of a powerset network, and speech is divided among all others. The largest of them all, which is what pyannote takes,
 * is therefore silence in a frame of 40 % silence and 30 % each of two speakers: the network is sure enough that somebody speaks, not who.
 * Who it is can be left to the clustering.
 *
 * @param scores Row-major (frames, classes) log-probabilities of all chunks.
 * @returns The same with silence's score at an infinity where it decides otherwise than the largest score does. NaN stays.
 * @throws {RangeError} The threshold is not over 0 and under 1, or the scores are not whole frames.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { thresholdSpeech } from "#lib/networks/speech_threshold.ts";
 * const scores = Float32Array.of(0.4, 0.3, 0.3).map(Math.log);
 * assert.equal(thresholdSpeech(scores, { classes: 3, threshold: 0.5 })[0], -Infinity);
 * assert.equal(thresholdSpeech(scores, { classes: 3, threshold: 0.7 })[0], Infinity);
 * ```
 */
export function thresholdSpeech(
  scores: Float32Array<ArrayBuffer>,
  options: SpeechThresholdOptions,
): Float32Array<ArrayBuffer> {
  const { classes, threshold } = options;
  if (!(threshold > 0 && threshold < 1)) {
    throw new RangeError(
      `The probability of speech is compared with ${threshold}; over 0 and under 1 is needed.`,
    );
  }
  if (scores.length % classes !== 0) {
    throw new RangeError(`${scores.length} scores are no whole frames of ${classes} classes.`);
  }
  // In float32, as the scores are: engines may differ in the last bit of a logarithm, and must not in a decision.
  const silence = Math.fround(Math.log1p(-threshold));
  const decided = scores.slice();
  for (let at = 0; at < scores.length; at += classes) {
    if (scores[at] <= silence) decided[at] = -Infinity;
    else if (scores[at] > silence) decided[at] = Infinity;
  }
  return decided;
}
