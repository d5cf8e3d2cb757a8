import { counted } from "#lib/language/counted.ts";
import { gapsOf } from "./gaps.ts";
import { INSPECT, inspectedLines } from "./inspected.ts";
import { forEachIntersection } from "./intersections.ts";
import { compareSegments, Segment } from "./segment.ts";
import { overlapOf, supportDuration, supportOf } from "./support.ts";

/**
 * What `crop` keeps: the shared part of each segment ("intersection"), every segment that shares something
 * ("loose"), or only segments that lie fully within ("strict").
 */
export type CropMode = "intersection" | "loose" | "strict";

/** A stretch of time, or several; of a timeline only its support matters. */
export type Support = Segment | Timeline;

/** Options of a {@link Timeline}. */
export interface TimelineOptions {
  /** Name of the recording. Default: none. */
  uri?: string;
}

/**
 * The disjoint, sorted, non-empty segments that a support spans: none for an empty segment or timeline.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { segmentsOfSupport, Timeline } from "#lib/timeline/timeline.ts";
 *
 * const overlapping = new Timeline([new Segment(6, 8), new Segment(1, 5), new Segment(7, 20)]);
 * const spans = segmentsOfSupport(overlapping).map(({ start, end }) => [start, end]);
 * assert.deepEqual(spans, [[1, 5], [6, 20]]);
 * assert.deepEqual(segmentsOfSupport(new Segment(2, 2)), []);
 * ```
 */
export function segmentsOfSupport(support: Support): Segment[] {
  if (support instanceof Segment) return support.empty ? [] : [support];
  return supportOf(support.segments);
}

/**
 * A sorted set of non-empty segments, by start, then end; they may overlap. After pyannote.core, timeline.py.
 *
 * Every operation takes time about proportional to the number of segments (and of what it returns).
 *
 * @example
 * ```ts
 * import { deepStrictEqual, strictEqual } from "node:assert";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { Timeline } from "#lib/timeline/timeline.ts";
 *
 * const timeline = new Timeline([new Segment(6, 8), new Segment(1, 5), new Segment(7, 20)]);
 * strictEqual(timeline.duration(), 18);
 * deepStrictEqual([...timeline.gaps()].map(String), ["[ 00:00:05.000 -->  00:00:06.000]"]);
 * deepStrictEqual([...timeline.crop(new Segment(4, 7))].map(({ start, end }) => [start, end]), [[4, 5], [6, 7]]);
 * ```
 */
export class Timeline {
  readonly uri: string | undefined;
  #sorted: Segment[] = [];
  /** Segments added out of order, sorted in when the timeline is next read. */
  #pending: Segment[] = [];

  constructor(segments: Iterable<Segment> = [], options: TimelineOptions = {}) {
    this.uri = options.uri;
    for (const segment of segments) this.add(segment);
  }

  /** The segments in order. The array changes with the timeline: copy it to keep it. */
  get segments(): readonly Segment[] {
    if (this.#pending.length > 0) {
      const all = this.#sorted.concat(this.#pending).sort(compareSegments);
      this.#sorted = all.filter((segment, i) => i === 0 || !segment.equals(all[i - 1]));
      this.#pending = [];
    }
    return this.#sorted;
  }

  /** Number of segments. */
  get size(): number {
    return this.segments.length;
  }

  [Symbol.iterator](): IterableIterator<Segment> {
    return this.segments[Symbol.iterator]();
  }

  /** Adds a segment in place; an empty one, or one already there, changes nothing. */
  add(segment: Segment): this {
    if (segment.empty) return this;
    const last = this.#sorted.at(-1);
    const order = last === undefined ? -1 : compareSegments(last, segment);
    if (order > 0) this.#pending.push(segment);
    else if (order < 0) this.#sorted.push(segment);
    return this;
  }

  /** Adds every segment of another timeline in place. */
  update(other: Timeline): this {
    for (const segment of [...other.segments]) this.add(segment);
    return this;
  }

  /** Removes a segment in place, if it is there. */
  remove(segment: Segment): this {
    const at = this.#indexOf(segment);
    if (at >= 0) this.#sorted.splice(at, 1);
    return this;
  }

  /** Whether exactly this segment, or every segment of this timeline, is among the segments. */
  has(included: Segment | Timeline): boolean {
    if (included instanceof Segment) return this.#indexOf(included) >= 0;
    return included.segments.every((segment) => this.#indexOf(segment) >= 0);
  }

  /** A timeline with the segments of both. */
  union(other: Timeline): Timeline {
    return this.copy().update(other);
  }

  copy(): Timeline {
    return this.#like(this.segments);
  }

  equals(other: Timeline): boolean {
    const [mine, theirs] = [this.segments, other.segments];
    return mine.length === theirs.length && mine.every((segment, i) => segment.equals(theirs[i]));
  }

  /** The shortest segment that holds all; `Segment(0, 0)` for an empty timeline. */
  extent(): Segment {
    const segments = this.segments;
    if (segments.length === 0) return new Segment(0, 0);
    return new Segment(
      segments[0].start,
      segments.reduce((end, segment) => Math.max(end, segment.end), -Infinity),
    );
  }

  /** The fewest segments that span the same time, joining those less than `collarSec` (default 0) apart. */
  support(collarSec = 0): Timeline {
    return this.#like(supportOf(this.segments, collarSec));
  }

  /** Seconds spanned, each moment counted once. */
  duration(): number {
    return supportDuration(this.segments);
  }

  /** What is not covered within `support`, by default the extent. */
  gaps(support: Support = this.extent()): Timeline {
    return this.#like(gapsOf(this.segments, segmentsOfSupport(support)));
  }

  /** Whether `other` is covered in full by this timeline's segments together. */
  covers(other: Timeline): boolean {
    return this.gaps(other.extent()).coIter(other).length === 0;
  }

  /** The timeline within `support`; see {@link CropMode}. */
  crop(support: Support, mode: CropMode = "intersection"): Timeline {
    const segments = this.segments;
    const focus = segmentsOfSupport(support);
    const kept: Segment[] = [];
    forEachIntersection(segments, focus, (i, j) => {
      if (mode === "intersection") kept.push(segments[i].intersection(focus[j]));
      else if (mode === "loose" || focus[j].contains(segments[i])) kept.push(segments[i]);
    });
    return this.#like(kept);
  }

  /** The timeline outside `removed`: only overlapping parts go, or all ("loose"), or only fully covered segments ("strict"). */
  extrude(removed: Support, mode: CropMode = "intersection"): Timeline {
    const kept = outside(removed, this.extent(), mode);
    return this.crop(kept.support, kept.mode);
  }

  /** Every pair of intersecting segments, by this timeline's order, then the other's. */
  coIter(other: Timeline): [Segment, Segment][] {
    const [mine, theirs] = [this.segments, other.segments];
    const pairs: [Segment, Segment][] = [];
    forEachIntersection(mine, theirs, (i, j) => pairs.push([mine[i], theirs[j]]));
    return pairs;
  }

  /**
   * The segments that hold time `t`, bounds included. (pyannote.core leaves out those that start exactly at
   * `t`, though its `Segment.overlaps` says they do hold it.)
   */
  overlapping(t: number): Segment[] {
    return this.segments.filter((segment) => segment.overlaps(t));
  }

  /** The parts that lie in two segments or more. */
  getOverlap(): Timeline {
    return this.#like(overlapOf(this.segments));
  }

  /** The same span cut at every bound of a segment, without overlap. */
  segmentation(): Timeline {
    const times = [...new Set(this.segments.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
    const support = supportOf(this.segments);
    const pieces: Segment[] = [];
    let at = 0;
    for (let i = 1; i < times.length; i++) {
      const piece = new Segment(times[i - 1], times[i]);
      while (at < support.length && support[at].end < piece.middle) at++;
      if (at < support.length && support[at].overlaps(piece.middle)) pieces.push(piece);
    }
    return this.#like(pieces);
  }

  /** One segment per line within brackets. */
  toString(): string {
    return `[${this.segments.join("\n ")}]`;
  }

  /** What a terminal shows of it: the first segments, and how many there are. */
  [INSPECT](): string {
    const name = this.uri === undefined ? "" : ` ${this.uri}`;
    return inspectedLines(`Timeline${name}: ${counted(this.size, "segment")}`, this.segments.map(String));
  }

  #like(segments: Iterable<Segment>): Timeline {
    return new Timeline(segments, { uri: this.uri });
  }

  #indexOf(segment: Segment): number {
    const segments = this.segments;
    let [low, high] = [0, segments.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareSegments(segments[middle], segment) < 0) low = middle + 1;
      else high = middle;
    }
    return low < segments.length && segments[low].equals(segment) ? low : -1;
  }
}

/**
 * What `extrude` keeps, as the support and the mode of a crop: to drop all that is touched is to keep what
 * lies strictly outside, and the reverse.
 *
 * @param extent The span of what is cropped; nothing beyond it is kept.
 * @param mode The mode of `extrude`, see {@link CropMode}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { outside } from "#lib/timeline/timeline.ts";
 *
 * const { support, mode } = outside(new Segment(2, 3), new Segment(0, 10), "loose");
 * assert.deepEqual(support.segments.map(({ start, end }) => [start, end]), [[0, 2], [3, 10]]);
 * assert.equal(mode, "strict");
 * ```
 */
export function outside(
  removed: Support,
  extent: Segment,
  mode: CropMode,
): { support: Timeline; mode: CropMode } {
  const opposite = { intersection: "intersection", loose: "strict", strict: "loose" } as const;
  return {
    support: new Timeline(gapsOf(segmentsOfSupport(removed), segmentsOfSupport(extent))),
    mode: opposite[mode],
  };
}
