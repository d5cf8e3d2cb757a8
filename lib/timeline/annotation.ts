import { counted } from "#lib/language/counted.ts";
import {
  ANNOTATION_FORMAT,
  ANNOTATION_VERSION,
  type AnnotationJson,
  annotationSchema,
} from "./annotation_schema.ts";
import { type Cooccurrence, cooccurrenceOf } from "./cooccurrence.ts";
import { type DiscretizedAnnotation, type DiscretizeOptions, discretizeSegments } from "./discretize.ts";
import { generatedNames, type NameSource } from "./generated_names.ts";
import { INSPECT, inspectedLines } from "./inspected.ts";
import { forEachIntersection } from "./intersections.ts";
import { asLabelMapping, type LabelMapping } from "./label_mapping.ts";
import { mappingOf } from "./optimal_mapping.ts";
import { Segment } from "./segment.ts";
import { overlapOf } from "./support.ts";
import {
  type CropMode,
  outside,
  segmentsOfSupport,
  type Support,
  Timeline,
  type TimelineOptions,
} from "./timeline.ts";
import { DEFAULT_TRACK, type LabelledTrack, TrackSet } from "./track_set.ts";
import type { NumberedTurns } from "./turn_columns.ts";

/**
 * Who speaks when: labels by segment and track, where tracks tell apart several labels of one segment.
 * Nothing is merged: a label may overlap itself. An empty segment is never added.
 * After pyannote.core, annotation.py.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, strictEqual } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const annotation = new Annotation({ uri: "meeting" });
 * annotation.set(new Segment(1, 5), "_", "Carol");
 * annotation.set(new Segment(6, 8), "_", "Bob");
 * annotation.set(new Segment(7, 20), "_", "Carol");
 * deepStrictEqual(annotation.labels(), ["Bob", "Carol"]);
 * deepStrictEqual(annotation.chart(), [["Carol", 17], ["Bob", 2]]);
 * strictEqual(annotation.getOverlap().duration(), 1);
 * ```
 */
export class Annotation extends TrackSet {
  /** An annotation of these tracks; a later one with the same segment and track name replaces the earlier. */
  static fromTracks(tracks: Iterable<LabelledTrack>, options: TimelineOptions = {}): Annotation {
    const annotation = new Annotation(options);
    for (const [segment, track, label] of tracks) annotation.set(segment, track, label);
    return annotation;
  }

  /** An annotation of turns that a file gave as columns; takes them over. */
  static fromColumns(turns: NumberedTurns, options: TimelineOptions = {}): Annotation {
    return new Annotation(options, turns);
  }

  /** Each segment of a timeline under a label of its own; pyannote's `Timeline.to_annotation`. */
  static fromTimeline(timeline: Timeline, labels: NameSource = "string"): Annotation {
    const next = generatedNames(labels);
    const tracks = timeline.segments.map((segment): LabelledTrack => [segment, DEFAULT_TRACK, next()]);
    return Annotation.fromTracks(tracks, { uri: timeline.uri });
  }

  /** The label with the most seconds within `support` (default: all), the first by name on a tie; none if empty. */
  argmax(support?: Support): string | undefined {
    return (support === undefined ? this : this.crop(support)).chart()[0]?.[0];
  }

  /** The parts in which two different labels (of `labels`, default all) overlap. */
  getOverlap(labels?: Iterable<string>): Timeline {
    const tracks = [...(labels === undefined ? this : this.subset(labels)).itertracks({ yieldLabel: true })];
    return new Timeline(overlapOf(tracks.map(([segment]) => segment), (i) => tracks[i][2]), {
      uri: this.uri,
    });
  }

  /**
   * The annotation within `support`; see {@link CropMode}. In mode "intersection" two tracks of one name may
   * be cut to the same segment: the second then gets the first free of the names "0", "1", ...
   */
  crop(support: Support, mode: CropMode = "intersection"): Annotation {
    const cropped = this.#empty();
    const rows = this.rows();
    const focus = segmentsOfSupport(support);
    forEachIntersection(rows.map((row) => row.segment), focus, (i, j) => {
      const { segment, tracks } = rows[i];
      if (mode === "strict" && !focus[j].contains(segment)) return;
      const kept = mode === "intersection" ? segment.intersection(focus[j]) : segment;
      for (const [track, label] of tracks) {
        cropped.set(kept, mode === "intersection" ? cropped.newTrack(kept, track) : track, label);
      }
    });
    return cropped;
  }

  /** The annotation outside `removed`; see `Timeline.extrude`. */
  extrude(removed: Support, mode: CropMode = "intersection"): Annotation {
    const kept = outside(removed, this.extent(), mode);
    return this.crop(kept.support, kept.mode);
  }

  /** Tracks of a label joined where they overlap, touch or lie less than `collarSec` apart; new track names "A", "B", ... */
  support(collarSec = 0): Annotation {
    const next = generatedNames("string");
    const support = this.#empty();
    for (const [label, timeline] of this.labelTimelines()) {
      for (const segment of timeline.support(collarSec)) support.set(segment, next(), label);
    }
    return support;
  }

  /** Only the tracks with one of `labels`, or, inverted, with none of them. */
  subset(labels: Iterable<string>, options: { invert?: boolean } = {}): Annotation {
    const wanted = new Set(labels);
    return this.#map(([segment, track, label]) =>
      wanted.has(label) !== (options.invert ?? false) ? [segment, track, label] : undefined
    );
  }

  /** Adds every track of another annotation in place; tracks with the same segment and name get its labels. */
  update(other: Annotation): this {
    for (const { segment, tracks } of other.rows()) {
      for (const [track, label] of tracks) this.set(segment, track, label);
    }
    return this;
  }

  /** A copy, under another `uri` if given. */
  copy(options: TimelineOptions = {}): Annotation {
    return new Annotation({ uri: options.uri ?? this.uri }).update(this);
  }

  /** A copy with other labels: by a mapping, in which absent labels stay, or newly generated in label order. */
  renameLabels(mapping: LabelMapping | NameSource = "string"): Annotation {
    const names = asLabelMapping(mapping, this.labels());
    return this.#map(([segment, track, label]) => [segment, track, names.get(label) ?? label]);
  }

  /** A copy with track names that are all different. */
  renameTracks(names: NameSource = "string"): Annotation {
    const next = generatedNames(names);
    return this.#map(([segment, , label]) => [segment, next(), label]);
  }

  /** A copy in which every track has a label of its own. */
  relabelTracks(names: NameSource = "string"): Annotation {
    const next = generatedNames(names);
    return this.#map(([segment, track]) => [segment, track, next()]);
  }

  /** Seconds shared by each label of this annotation (rows) with each of `other` (columns); pyannote's `*`. */
  cooccurrence(other: Annotation): Cooccurrence {
    return cooccurrenceOf({ labels: this.labels(), rows: this.rows() }, {
      labels: other.labels(),
      rows: other.rows(),
    });
  }

  /** The one-to-one mapping from this annotation's labels to the reference's that shares the most seconds. */
  optimalMapping(reference: Annotation): Map<string, string> {
    return mappingOf(this.cooccurrence(reference));
  }

  /** Frames of 0 and 1 by label. */
  discretize(options: DiscretizeOptions = {}): DiscretizedAnnotation {
    const support = options.support ?? this.extent();
    const cropped = this.crop(support);
    const labels = options.labels ?? cropped.labels();
    return discretizeSegments((label) => cropped.labelSupport(label), { ...options, support, labels });
  }

  /** Whether both have the same segments, track names and labels; the uri does not count. */
  equals(other: Annotation): boolean {
    const [mine, theirs] = [this.rows(), other.rows()];
    return mine.length === theirs.length &&
      mine.every(({ segment, tracks }, i) =>
        segment.equals(theirs[i].segment) && tracks.length === theirs[i].tracks.length &&
        tracks.every(([track, label], t) =>
          track === theirs[i].tracks[t][0] && label === theirs[i].tracks[t][1]
        )
      );
  }

  /** The JSON form described in annotation_schema.ts. */
  toJSON(): AnnotationJson {
    const tracks = [...this.itertracks({ yieldLabel: true })]
      .map(([segment, track, label]) => ({ ...segment.toJSON(), track, label }));
    const uri = this.uri === undefined ? {} : { uri: this.uri };
    return { format: ANNOTATION_FORMAT, version: ANNOTATION_VERSION, ...uri, tracks };
  }

  /** An annotation from its JSON form; a `ZodError` if `value` is not one. */
  static fromJSON(value: unknown): Annotation {
    const { uri, tracks } = annotationSchema.parse(value);
    const annotation = new Annotation({ uri });
    for (const { startSec, endSec, track, label } of tracks) {
      annotation.set(new Segment(startSec, endSec), track, label);
    }
    return annotation;
  }

  /** What a terminal shows of it: the first turns, and how many there are. */
  [INSPECT](): string {
    const turns = [...this.itertracks({ yieldLabel: true })];
    const name = this.uri === undefined ? "" : ` ${this.uri}`;
    const heading = `Annotation${name}: ${counted(this.labels().length, "speaker")}, ${
      counted(turns.length, "turn")
    }`;
    return inspectedLines(heading, turns.map(([segment, , label]) => `${segment} ${label}`));
  }

  #empty(): Annotation {
    return new Annotation({ uri: this.uri });
  }

  /** A copy with every track replaced, or left out. */
  #map(change: (track: LabelledTrack) => LabelledTrack | undefined): Annotation {
    const changed = this.#empty();
    for (const track of this.itertracks({ yieldLabel: true })) {
      const kept = change(track);
      if (kept !== undefined) changed.set(...kept);
    }
    return changed;
  }
}
