/** Which hypothesis is scored against which reference. */
import { Annotation } from "#lib/timeline/annotation.ts";
import { quotable } from "#lib/timeline/timeline_file_error.ts";

/** One recording to score. */
export interface RecordingPair {
  /** The reference's name of the recording. */
  readonly uri: string;
  readonly reference: Annotation;
  readonly hypothesis: Annotation;
}

/** How recordings are matched. */
export interface PairRecordingsOptions {
  /** Never take two recordings of different names for one, as where others could not be read. @default {false} */
  readonly byName?: boolean;
}

/** What is to be scored, and what was odd about it. */
export interface PairedRecordings {
  /** One for each recording of the reference, in its order. */
  readonly pairs: readonly RecordingPair[];
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

/**
 * Match recordings by name. The reference decides what is scored: a recording without hypothesis is scored against silence, a
 * hypothesis without reference is left out, each with a warning. One recording on each side, under two names, is taken for
 * the same recording, with a warning.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pairRecordings } from "#lib/metrics/pair_recordings.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * const reference = new Map([["a", new Annotation()], ["b", new Annotation()]]);
 * const hypothesis = new Map([["b", new Annotation()], ["c", new Annotation()]]);
 * const { pairs, warnings } = pairRecordings(reference, hypothesis);
 * assert.deepEqual(pairs.map(({ uri }) => uri), ["a", "b"]);
 * assert.equal(warnings.length, 2);
 * ```
 */
export function pairRecordings(
  reference: ReadonlyMap<string, Annotation>,
  hypothesis: ReadonlyMap<string, Annotation>,
  options: PairRecordingsOptions = {},
): PairedRecordings {
  const warnings: string[] = [];
  if (!options.byName && reference.size === 1 && hypothesis.size === 1) {
    const [[uri, truth]] = reference;
    const [[other, claim]] = hypothesis;
    if (uri !== other) {
      warnings.push(
        `Recording ${quotable(other)} of the hypothesis is scored against ${quotable(uri)} of the reference.`,
      );
    }
    return { pairs: [{ uri, reference: truth, hypothesis: claim }], warnings };
  }
  const pairs: RecordingPair[] = [];
  for (const [uri, truth] of reference) {
    const claim = hypothesis.get(uri);
    if (claim === undefined) {
      warnings.push(
        `Recording ${quotable(uri)} has no hypothesis; it is scored as if nobody was found to speak.`,
      );
    }
    pairs.push({ uri, reference: truth, hypothesis: claim ?? new Annotation({ uri }) });
  }
  for (const uri of hypothesis.keys()) {
    if (!reference.has(uri)) {
      warnings.push(`Recording ${quotable(uri)} of the hypothesis has no reference; it is not scored.`);
    }
  }
  return { pairs, warnings };
}
