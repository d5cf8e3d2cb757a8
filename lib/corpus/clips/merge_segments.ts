import { groupBy } from "#lib/language/group_by.ts";
import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";
import type { WavId } from "../ids/wav_id.ts";

/** A stretch of a recording in which somebody, or somebody of a label, is heard. */
export interface LabelledSegmentInput {
  readonly wavId: WavId;
  /** Seconds. */
  readonly onset: number;
  /** Seconds. */
  readonly offset: number;
  readonly label?: string;
}

/** Options of {@linkcode mergeSegments}. */
export interface MergeSegmentsOptions {
  /** Gaps up to this are closed, in seconds. Default 0.3, as VTC has it; its VAD has 0.1. */
  readonly mostGapSec?: number;
  /** Segments shorter than this are dropped when gaps are closed, in seconds. Default 0.1. */
  readonly leastSec?: number;
}

/** What is lost to arithmetic is not counted as a difference, in seconds. */
const NOTHING_SEC = 1e-9;

/**
 * Closes small gaps between segments of one recording and one label, which may overlap, and drops what is then still too short.
 *
 * @returns By recording, label (in the order of their bytes) and onset.
 * @throws {RangeError} A segment ends before it begins, or a time is not finite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mergeSegments } from "#lib/corpus/clips/merge_segments.ts";
 * const segments = [{ wavId: "a", onset: 0, offset: 1 }, { wavId: "a", onset: 1.2, offset: 2 }, { wavId: "a", onset: 5, offset: 5.05 }];
 * assert.deepEqual(mergeSegments(segments), [{ wavId: "a", onset: 0, offset: 2 }]);
 * ```
 */
export function mergeSegments<Segment extends LabelledSegmentInput>(
  segments: readonly Segment[],
  options: MergeSegmentsOptions = {},
): Segment[] {
  const { mostGapSec = 0.3, leastSec = 0.1 } = options;
  for (const { wavId, onset, offset } of segments) {
    if (!Number.isFinite(onset) || !Number.isFinite(offset) || offset < onset) {
      throw new RangeError(
        `A segment of ${
          JSON.stringify(wavId)
        } runs from ${onset} to ${offset}; finite times in order are needed.`,
      );
    }
  }
  const groups = [...groupBy(segments, ({ wavId, label }) => JSON.stringify([wavId, label ?? ""])).values()]
    .sort(
      ([a], [b]) => compareCodePoints(a.wavId, b.wavId) || compareCodePoints(a.label ?? "", b.label ?? ""),
    );
  return groups.flatMap((group) => {
    const merged: Segment[] = [];
    for (const segment of [...group].sort((a, b) => a.onset - b.onset || a.offset - b.offset)) {
      const last = merged.at(-1);
      if (last !== undefined && segment.onset <= last.offset + mostGapSec + NOTHING_SEC) {
        merged[merged.length - 1] = { ...last, offset: Math.max(last.offset, segment.offset) };
      } else merged.push(segment);
    }
    return merged.filter(({ onset, offset }) => offset - onset >= leastSec - NOTHING_SEC);
  });
}
