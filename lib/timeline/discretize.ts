import { roundHalfEven } from "#lib/numerics/round_half_even.ts";
import type { Segment } from "./segment.ts";

/** Options of `Annotation.discretize`. */
export interface DiscretizeOptions {
  /** Part to discretize. Default: the extent. */
  support?: Segment;
  /** Length and step of a frame in seconds. Default: 0.01. */
  resolutionSec?: number;
  /** Fixes the number of frames to `durationSec / resolutionSec`. Default: what fits the support. */
  durationSec?: number;
  /** Columns wanted, in order. Default: the labels within the support, sorted. */
  labels?: readonly string[];
}

/** Which labels are active in which frame. */
export interface DiscretizedAnnotation {
  labels: readonly string[];
  /** Number of frames. */
  frames: number;
  /** Where the first frame starts, in seconds. */
  startSec: number;
  /** Length and step of a frame, in seconds. */
  frameStepSec: number;
  /** `active[frame * labels.length + label]`, 0 or 1. */
  active: Uint8Array<ArrayBuffer>;
}

/**
 * Marks the frames from the one whose middle is closest to a segment's start to the one closest to its end,
 * that frame too. Frame i lasts from `support.start + i * resolutionSec` for `resolutionSec`; closest rounds
 * half to even. After pyannote.core `Annotation.discretize` with `SlidingWindow.crop(mode="center")`.
 *
 * `segmentsOf(label)` gives the sorted segments of a label within the support. The support must be finite.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { discretizeSegments } from "#lib/timeline/discretize.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const { active } = discretizeSegments(() => [new Segment(1.2, 2.9)], {
 *   support: new Segment(0, 5),
 *   labels: ["A"],
 *   resolutionSec: 1,
 * });
 * deepStrictEqual([...active], [0, 1, 1, 0]);
 * ```
 */
export function discretizeSegments(
  segmentsOf: (label: string) => Iterable<Segment>,
  options: DiscretizeOptions & { support: Segment; labels: readonly string[] },
): DiscretizedAnnotation {
  const { support, labels, resolutionSec = 0.01, durationSec } = options;
  if (!(resolutionSec > 0 && resolutionSec < Infinity)) {
    throw new RangeError(`A frame needs a length above 0 s, got ${resolutionSec}`);
  }
  const startSec = support.start;
  const closest = (time: number) => roundHalfEven((time - startSec - 0.5 * resolutionSec) / resolutionSec);
  const frames = durationSec === undefined
    ? Math.max(0, closest(support.end) - closest(startSec))
    : roundHalfEven(durationSec / resolutionSec);
  if (!Number.isSafeInteger(frames * labels.length) || frames < 0) {
    throw new RangeError(`Discretizing needs a finite, positive time, got ${durationSec ?? support} s`);
  }
  const active = new Uint8Array(frames * labels.length);
  labels.forEach((label, column) => {
    for (const { start, end } of segmentsOf(label)) {
      const last = Math.min(closest(end), frames - 1);
      for (let frame = Math.max(0, closest(start)); frame <= last; frame++) {
        active[frame * labels.length + column] = 1;
      }
    }
  });
  return { labels, frames, startSec, frameStepSec: resolutionSec, active };
}
