import { compareCodePoints } from "./compare_code_points.ts";
import { compareSegments, Segment } from "./segment.ts";
import { Timeline, type TimelineOptions } from "./timeline.ts";
import type { NumberedTurns, TurnColumns } from "./turn_columns.ts";

/** The tracks of one segment, sorted by name: pairs of track name and label. */
export interface SegmentTracks {
  segment: Segment;
  tracks: readonly (readonly [track: string, label: string])[];
}

/** One labelled track. */
export type LabelledTrack = [segment: Segment, track: string, label: string];

/** The track name where none is given. */
export const DEFAULT_TRACK = "_";

/**
 * A sorted set of labelled tracks: the store and the questions of an `Annotation`, which adds the operations
 * that make new annotations. Segments are looked up by the value of their bounds; what is sorted or grouped
 * is worked out when asked for and kept until the next change.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { TrackSet } from "#lib/timeline/track_set.ts";
 *
 * const tracks = new TrackSet();
 * tracks.set(new Segment(1, 2), "2", "B").set(new Segment(1, 2), "10", "A");
 * deepStrictEqual(tracks.rows()[0].tracks, [["10", "A"], ["2", "B"]]);
 * deepStrictEqual(tracks.chart(), [["A", 1], ["B", 1]]);
 * ```
 */
export class TrackSet {
  /** Name of the recording. */
  readonly uri: string | undefined;
  readonly #byStart = new Map<number, Map<number, { segment: Segment; labels: Map<string, string> }>>();
  /** Tracks as a file gave them, until `#byStart` is needed. */
  #unindexed: NumberedTurns | undefined;
  #columns: TurnColumns | undefined;
  #sorted: readonly SegmentTracks[] | undefined;
  /** Segments by label, in label order. */
  #timelines: ReadonlyMap<string, Timeline> | undefined;

  constructor(options: TimelineOptions = {}, turns?: NumberedTurns) {
    this.uri = options.uri;
    this.#unindexed = this.#columns = turns;
  }

  /** Number of different segments. */
  get size(): number {
    return this.rows().length;
  }

  /** Labels `track` of `segment`, replacing its label if it has one. An empty segment changes nothing. */
  set(segment: Segment, track: string, label: string): this {
    if (segment.empty) return this;
    this.#index();
    this.#changed();
    let byEnd = this.#byStart.get(segment.start);
    if (byEnd === undefined) this.#byStart.set(segment.start, byEnd = new Map());
    const row = byEnd.get(segment.end);
    if (row === undefined) byEnd.set(segment.end, { segment, labels: new Map([[track, label]]) });
    else row.labels.set(track, label);
    return this;
  }

  /** Labels `segment` beside the tracks it has: the new one is called "_", or the first free of "0", "1", ... */
  add(segment: Segment, label: string): this {
    return this.set(segment, this.newTrack(segment, DEFAULT_TRACK), label);
  }

  /** The label of a track, if there is one. */
  get(segment: Segment, track = DEFAULT_TRACK): string | undefined {
    return this.#labelsOf(segment)?.get(track);
  }

  /** Removes a track, or all tracks of a segment; whether there was one. */
  delete(segment: Segment, track?: string): boolean {
    this.#index();
    const byEnd = this.#byStart.get(segment.start);
    const row = byEnd?.get(segment.end);
    if (byEnd === undefined || row === undefined) return false;
    if (track !== undefined && !row.labels.delete(track)) return false;
    this.#changed();
    if (track === undefined || row.labels.size === 0) byEnd.delete(segment.end);
    if (byEnd.size === 0) this.#byStart.delete(segment.start);
    return true;
  }

  /** `candidate` if no track of the segment has that name, else the first free of "0", "1", ... */
  newTrack(segment: Segment, candidate?: string): string {
    const taken = this.#labelsOf(segment);
    if (candidate !== undefined && !taken?.has(candidate)) return candidate;
    let count = 0;
    while (taken?.has(String(count))) count++;
    return String(count);
  }

  /** Segments by (start, end), each with its tracks sorted by name. Do not change it. */
  rows(): readonly SegmentTracks[] {
    if (this.#sorted !== undefined) return this.#sorted;
    if (this.#unindexed !== undefined) return this.#sorted = rowsOf(this.#unindexed);
    const rows: SegmentTracks[] = [];
    for (const byEnd of this.#byStart.values()) {
      for (const { segment, labels } of byEnd.values()) {
        const tracks = [...labels];
        if (tracks.length > 1) tracks.sort(([a], [b]) => compareCodePoints(a, b));
        rows.push({ segment, tracks });
      }
    }
    return this.#sorted = rows.sort((a, b) => compareSegments(a.segment, b.segment));
  }

  /** The turns as columns of numbers, kept until the next change. Do not change them. */
  columns(): TurnColumns {
    return this.#columns ??= columnsOf(this.rows(), this.labels());
  }

  itertracks(options: { yieldLabel: true }): Generator<LabelledTrack>;
  itertracks(options?: { yieldLabel?: false }): Generator<[segment: Segment, track: string]>;
  /** Tracks by segment (start, end), then track name as Python sorts strings. */
  *itertracks(options: { yieldLabel?: boolean } = {}): Generator<[Segment, string, string?]> {
    for (const { segment, tracks } of this.rows()) {
      for (const [track, label] of tracks) {
        yield options.yieldLabel ? [segment, track, label] : [segment, track];
      }
    }
  }

  /** The labels, sorted as Python sorts strings. */
  labels(): string[] {
    return this.#columns === undefined ? [...this.labelTimelines().keys()] : [...this.#columns.labels];
  }

  /** All segments. */
  getTimeline(): Timeline {
    return new Timeline(this.rows().map((row) => row.segment), { uri: this.uri });
  }

  /** The segments of one label; an empty timeline for an unknown one. */
  labelTimeline(label: string): Timeline {
    return this.labelTimelines().get(label)?.copy() ?? new Timeline([], { uri: this.uri });
  }

  /** The span of one label, without overlap. */
  labelSupport(label: string): Timeline {
    return this.labelTimeline(label).support();
  }

  /** Seconds of one label, each moment counted once. */
  labelDuration(label: string): number {
    return this.labelTimelines().get(label)?.duration() ?? 0;
  }

  /** Labels with their seconds, longest first; with `percent` as fractions of the sum over labels (0 to 1, as pyannote). */
  chart(options: { percent?: boolean } = {}): [label: string, amount: number][] {
    const chart = this.labels().map((label): [string, number] => [label, this.labelDuration(label)]);
    chart.sort(([, a], [, b]) => b - a);
    const total = options.percent ? chart.reduce((sum, [, duration]) => sum + duration, 0) : 1;
    return chart.map(([label, duration]) => [label, duration / total]);
  }

  /** The shortest segment that holds all; `Segment(0, 0)` when empty. */
  extent(): Segment {
    return this.getTimeline().extent();
  }

  /** One line per track: segment, track name, label. */
  toString(): string {
    return [...this.itertracks({ yieldLabel: true })].map((track) => track.join(" ")).join("\n");
  }

  #changed(): void {
    this.#columns = undefined;
    this.#sorted = undefined;
    this.#timelines = undefined;
  }

  /** Sets what a file gave, so that segments can be looked up. */
  #index(): void {
    const turns = this.#unindexed;
    if (turns === undefined) return;
    this.#unindexed = undefined;
    for (const { segment, tracks } of rowsOf(turns)) {
      for (const [track, label] of tracks) this.set(segment, track, label);
    }
  }

  #labelsOf(segment: Segment): ReadonlyMap<string, string> | undefined {
    this.#index();
    return this.#byStart.get(segment.start)?.get(segment.end)?.labels;
  }

  /** The segments of each label, in label order. Do not change them. */
  protected labelTimelines(): ReadonlyMap<string, Timeline> {
    if (this.#timelines !== undefined) return this.#timelines;
    const byLabel = new Map<string, Timeline>();
    for (const { segment, tracks } of this.rows()) {
      for (const [, label] of tracks) {
        let timeline = byLabel.get(label);
        if (timeline === undefined) byLabel.set(label, timeline = new Timeline([], { uri: this.uri }));
        timeline.add(segment);
      }
    }
    const labels = [...byLabel.keys()].sort(compareCodePoints);
    return this.#timelines = new Map(labels.map((label) => [label, byLabel.get(label)!]));
  }
}

function rowsOf({ labels, startSec, endSec, speaker, track }: NumberedTurns): SegmentTracks[] {
  const rows: { segment: Segment; tracks: [string, string][] }[] = [];
  for (let i = 0; i < startSec.length; i++) {
    const row: [string, string] = [String(track[i]), labels[speaker[i]]];
    if (i > 0 && startSec[i] === startSec[i - 1] && endSec[i] === endSec[i - 1]) {
      rows.at(-1)!.tracks.push(row);
    } else rows.push({ segment: new Segment(startSec[i], endSec[i]), tracks: [row] });
  }
  return rows;
}

function columnsOf(rows: readonly SegmentTracks[], labels: readonly string[]): TurnColumns {
  const indexOf = new Map(labels.map((label, i) => [label, i]));
  const size = rows.reduce((sum, { tracks }) => sum + tracks.length, 0);
  const [startSec, endSec, speaker] = [new Float64Array(size), new Float64Array(size), new Int32Array(size)];
  let i = 0;
  for (const { segment, tracks } of rows) {
    for (const [, label] of tracks) {
      startSec[i] = segment.start;
      endSec[i] = segment.end;
      speaker[i++] = indexOf.get(label)!;
    }
  }
  return { labels, startSec, endSec, speaker };
}
