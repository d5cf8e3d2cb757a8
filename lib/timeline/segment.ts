import { INSPECT } from "./inspected.ts";

/** A stretch of time shorter than or as short as this many seconds counts as empty. */
export const SEGMENT_PRECISION = 1e-6;

/** A segment as it stands in JSON. */
export interface SegmentJson {
  startSec: number;
  endSec: number;
}

/**
 * A stretch of time from `start` to `end`, in seconds; immutable.
 *
 * A segment of at most {@link SEGMENT_PRECISION} is *empty*: its duration is 0 and no timeline takes it.
 * Infinite bounds are allowed ("from here on"), NaN is a `RangeError`.
 * After pyannote.core, segment.py.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const turn = new Segment(1, 4);
 * strictEqual(turn.duration, 3);
 * strictEqual(String(turn.intersection(new Segment(3, 9))), "[ 00:00:03.000 -->  00:00:04.000]");
 * ```
 */
export class Segment {
  readonly start: number;
  readonly end: number;

  constructor(start = 0, end = 0) {
    if (Number.isNaN(start) || Number.isNaN(end)) {
      throw new RangeError(`A segment needs two times in seconds, got start ${start} and end ${end}`);
    }
    // Adding 0 turns -0 into 0, which would otherwise be written as "-0.000".
    this.start = start + 0;
    this.end = end + 0;
    Object.freeze(this);
  }

  /** Whether the segment lasts at most {@link SEGMENT_PRECISION}, or ends before it starts. */
  get empty(): boolean {
    return !(this.end - this.start > SEGMENT_PRECISION);
  }

  /** Seconds from start to end, 0 for an empty segment. */
  get duration(): number {
    return this.empty ? 0 : this.end - this.start;
  }

  /** The time halfway, in seconds. */
  get middle(): number {
    return 0.5 * (this.start + this.end);
  }

  /** Whether all of `other` lies within, common bounds included (pyannote's `other in segment`). */
  contains(other: Segment): boolean {
    return this.start <= other.start && this.end >= other.end;
  }

  /** Whether the time `t` lies within, both bounds included. */
  overlaps(t: number): boolean {
    return this.start <= t && t <= this.end;
  }

  /** Whether both share more than {@link SEGMENT_PRECISION}; two that start together always do. */
  intersects(other: Segment): boolean {
    if (this.start === other.start) return true;
    return this.start < other.start
      ? other.start < this.end - SEGMENT_PRECISION
      : this.start < other.end - SEGMENT_PRECISION;
  }

  /** The shared part, pyannote's `&`. Apart from each other: an empty segment that ends before it starts. */
  intersection(other: Segment): Segment {
    return new Segment(Math.max(this.start, other.start), Math.min(this.end, other.end));
  }

  /** The shortest segment holding both and what lies between, pyannote's `|`. An empty one adds nothing. */
  union(other: Segment): Segment {
    if (this.empty) return other;
    if (other.empty) return this;
    return new Segment(Math.min(this.start, other.start), Math.max(this.end, other.end));
  }

  /** What lies between the two, pyannote's `^`; empty when they touch. A `RangeError` if either is empty. */
  gap(other: Segment): Segment {
    if (this.empty || other.empty) {
      const given = `${this.start} to ${this.end} and ${other.start} to ${other.end}`;
      throw new RangeError(`The gap between two segments needs both to be non-empty, got ${given}`);
    }
    return new Segment(Math.min(this.end, other.end), Math.max(this.start, other.start));
  }

  /** Negative, 0 or positive: order by start, then by end. */
  compareTo(other: Segment): number {
    return compareSegments(this, other);
  }

  /** Whether both bounds are the same. */
  equals(other: Segment): boolean {
    return this.start === other.start && this.end === other.end;
  }

  /** `[ 00:00:01.000 -->  00:00:02.000]`, whole milliseconds, cut not rounded; `[]` when empty. */
  toString(): string {
    return this.empty ? "[]" : `[${clock(this.start)} --> ${clock(this.end)}]`;
  }

  /** What a terminal shows of it. */
  [INSPECT](): string {
    return `Segment ${this}`;
  }

  toJSON(): SegmentJson {
    return { startSec: this.start, endSec: this.end };
  }

  /** `const [start, end] = segment`. */
  *[Symbol.iterator](): Generator<number> {
    yield this.start;
    yield this.end;
  }
}

/**
 * Order of segments by start, then by end; for `Array.prototype.sort`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { compareSegments, Segment } from "#lib/timeline/segment.ts";
 *
 * const sorted = [new Segment(1, 3), new Segment(1, 2)].sort(compareSegments);
 * deepStrictEqual(sorted.map((segment) => segment.end), [2, 3]);
 * ```
 */
export function compareSegments(a: Segment, b: Segment): number {
  // Written with < so that two infinite bounds compare as equal, where a difference would be NaN.
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  if (a.end !== b.end) return a.end < b.end ? -1 : 1;
  return 0;
}

/** ` 00:00:01.250`, a minus in front of negative times, rounded to microseconds before milliseconds are cut. */
function clock(time: number): string {
  const sign = time < 0 ? "-" : " ";
  const seconds = Math.abs(time);
  if (seconds === Infinity) return `${sign}inf`;
  let whole = Math.trunc(seconds);
  let micros = Math.round((seconds - whole) * 1e6);
  if (micros === 1_000_000) {
    whole += 1;
    micros = 0;
  }
  const two = (value: number) => String(value).padStart(2, "0");
  const millis = String(Math.trunc(micros / 1000)).padStart(3, "0");
  return `${sign}${two(Math.trunc(whole / 3600))}:${two(Math.trunc(whole / 60) % 60)}:${
    two(whole % 60)
  }.${millis}`;
}
