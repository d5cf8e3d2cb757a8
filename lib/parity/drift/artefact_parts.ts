import type { TrainingSet } from "#lib/clustering/training_filter.ts";
import type { ArtefactName, Artefacts } from "#lib/pipeline/artefacts.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import type { LabelledTrack } from "#lib/timeline/track_set.ts";
import { DRIFT_QUANTITIES } from "./drift_quantities.ts";
import { locateValue, type TimeScale } from "./locate_value.ts";
import { matchLabels, renameLabels } from "./match_labels.ts";
import type { DriftAxis, DriftSpot } from "./run_difference.ts";

/** An artefact taken apart into what differs between A and B. */
export interface ArtefactParts {
  /** What one part is. */
  readonly unit: string;
  readonly count: number;
  /** Where a part lies. */
  readonly spot: (part: number) => DriftSpot;
  /** A's artefact with these parts of B's. */
  readonly splice: (parts: readonly number[]) => Partial<Artefacts>;
}

/**
 * Take an artefact apart.
 *
 * @param detail How finely: 0 by the first axis, 1 by chunk and slot where there are both.
 * @returns Undefined where it cannot be: other sizes, or no finer than before.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { artefactParts } from "#lib/parity/drift/artefact_parts.ts";
 * import { CHUNKS, FRAMES } from "#lib/timeline/sliding_window.ts";
 * const hard = (...values: number[]) => ({ hardClusters: ndArray("i4", [2, 2], Int32Array.from(values)) });
 * const scale = { chunks: CHUNKS, frames: FRAMES };
 * const parts = artefactParts("hardClusters", hard(0, 1, 0, 1), hard(0, 1, 2, 1), { scale, detail: 1 })!;
 * assert.deepEqual([parts.count, parts.spot(0).at], [1, { chunk: 1, slot: 0 }]);
 * assert.deepEqual([...parts.splice([0]).hardClusters!.data], [0, 1, 2, 1]);
 * ```
 */
export function artefactParts(
  name: ArtefactName,
  a: Partial<Artefacts>,
  b: Partial<Artefacts>,
  options: { readonly scale: TimeScale; readonly detail: 0 | 1 },
): ArtefactParts | undefined {
  const { scale, detail } = options;
  if (name === "training") return detail === 0 ? trainingParts(a.training, b.training, scale) : undefined;
  if (name === "diarization") return detail === 0 ? turnParts(a.diarization, b.diarization) : undefined;
  const axes = axesOf(name);
  const [left, right] = [a[name], b[name]];
  if (axes === undefined || !isArray(left) || !isArray(right) || `${left.shape}` !== `${right.shape}`) {
    return undefined;
  }
  const named = right.dtype === "i4" && left.dtype === "i4"
    ? underNamesOf(left.data, right.data)
    : right.data;
  const slot = axes.indexOf("slot");
  if (detail === 1 && slot < 0) return undefined;
  const groups = grouping(axes, left.shape, detail);
  const differing = new Set<number>();
  for (let at = 0; at < left.data.length; at++) {
    if (left.data[at] !== named[at] && !(left.data[at] !== left.data[at] && named[at] !== named[at])) {
      differing.add(groups.of(at));
    }
  }
  const units = inRuns([...differing].sort((x, y) => x - y), groups.joins);
  return {
    unit: groups.unit,
    count: units.length,
    spot: (part) => groups.spot(units[part], scale),
    splice(parts) {
      const chosen = new Set(parts.flatMap((part) => units[part]));
      const data = left.data.slice();
      for (let at = 0; at < data.length; at++) if (chosen.has(groups.of(at))) data[at] = named[at];
      return { [name]: { ...left, data } };
    },
  };
}

interface FlatArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

function isArray(value: unknown): value is FlatArray {
  return typeof value === "object" && value !== null && "data" in value && "shape" in value;
}

function axesOf(name: ArtefactName): readonly DriftAxis[] | undefined {
  if (name === "count") return ["frame", "speaker"]; // (T, 1)
  return DRIFT_QUANTITIES.find(({ artefact }) => artefact === name && name !== "tree")?.axes;
}

/** Labels of clusters mean nothing by themselves: part of B's can only stand among A's under A's names. */
function underNamesOf(a: FlatArray["data"], b: FlatArray["data"]): FlatArray["data"] {
  const taken = Int32Array.from(a).reduce((top, label) => Math.max(top, label), -1) + 1;
  return renameLabels(Int32Array.from(b), matchLabels(a, b), taken);
}

/** Which values make a part together. */
function grouping(axes: readonly DriftAxis[], shape: readonly number[], detail: 0 | 1) {
  const inner = shape.slice(1).reduce((product, size) => product * size, 1);
  const first = axes[0];
  if (first === "sample") {
    const second = 16000;
    return {
      unit: "second",
      joins: false,
      of: (at: number) => Math.floor(at / second),
      spot: ([group]: readonly number[]): DriftSpot => ({
        at: { second: group },
        startSec: group,
        endSec: group + 1,
      }),
    };
  }
  if (first === "frame") {
    return {
      unit: "stretch of frames",
      joins: true,
      of: (at: number) => Math.floor(at / inner),
      spot: (frames: readonly number[], scale: TimeScale): DriftSpot => {
        const { endSec } = locateValue(["frame"], [frames[frames.length - 1]], scale);
        return { ...locateValue(["frame"], [frames[0]], scale), endSec };
      },
    };
  }
  if (detail === 0) {
    return {
      unit: first,
      joins: false,
      of: (at: number) => Math.floor(at / inner),
      spot: ([group]: readonly number[], scale: TimeScale) => locateValue([first], [group], scale),
    };
  }
  const slot = axes.indexOf("slot"), slots = shape[slot];
  const after = shape.slice(slot + 1).reduce((product, size) => product * size, 1);
  return {
    unit: "chunk and slot",
    joins: false,
    of: (at: number) => Math.floor(at / inner) * slots + Math.floor(at / after) % slots,
    spot: ([group]: readonly number[], scale: TimeScale) =>
      locateValue(["chunk", "slot"], [Math.floor(group / slots), group % slots], scale),
  };
}

/** Numbers that follow one another, together; each by itself where they are not joined. */
function inRuns(sorted: readonly number[], joins: boolean): number[][] {
  const runs: number[][] = [];
  for (const number of sorted) {
    const last = runs.at(-1);
    if (joins && last !== undefined && last[last.length - 1] === number - 1) last.push(number);
    else runs.push([number]);
  }
  return runs;
}

/** One part for each slot that only one of two training sets has. */
function trainingParts(
  a: TrainingSet | undefined,
  b: TrainingSet | undefined,
  scale: TimeScale,
): ArtefactParts | undefined {
  if (a === undefined || b === undefined) return undefined;
  const most = 1 +
    [a, b].reduce((top, { speakerIndex }) => speakerIndex.reduce((x, y) => Math.max(x, y), top), 0);
  const keys = ({ chunkIndex, speakerIndex }: TrainingSet) =>
    new Set(Array.from(chunkIndex, (c, n) => c * most + speakerIndex[n]));
  const own = keys(a);
  const differing = inOne(own, keys(b)).sort((x, y) => x - y);
  return {
    unit: "chunk and slot",
    count: differing.length,
    spot: (part) =>
      locateValue(["chunk", "slot"], [Math.floor(differing[part] / most), differing[part] % most], scale),
    splice(parts) {
      const chosen = new Set(parts.map((part) => differing[part]));
      const kept = Int32Array.from(inOne(own, chosen)).sort();
      return {
        training: {
          chunkIndex: kept.map((key) => Math.floor(key / most)),
          speakerIndex: kept.map((key) => key % most),
        },
      };
    },
  };
}

/** One part for each turn, where there are as many on both sides. */
function turnParts(a: Annotation | undefined, b: Annotation | undefined): ArtefactParts | undefined {
  if (a === undefined || b === undefined) return undefined;
  const [left, right] = [a, b].map((turns) => [...turns.itertracks({ yieldLabel: true })]);
  if (left.length !== right.length) return undefined;
  const same = ([x, , p]: LabelledTrack, [y, , q]: LabelledTrack) => x.equals(y) && p === q;
  const differing = [...left.keys()].filter((i) => !same(left[i], right[i]));
  return {
    unit: "turn",
    count: differing.length,
    spot: (part) => {
      const [{ start, end }] = left[differing[part]];
      return { at: { turn: differing[part] }, startSec: start, endSec: end };
    },
    splice(parts) {
      const chosen = new Set(parts.map((part) => differing[part]));
      const tracks = left.map((track, i) => chosen.has(i) ? right[i] : track);
      return { diarization: Annotation.fromTracks(tracks, { uri: a.uri }) };
    },
  };
}

/** What is in one of two sets, but not in both. */
function inOne<Item>(a: ReadonlySet<Item>, b: ReadonlySet<Item>): Item[] {
  return [...[...a].filter((item) => !b.has(item)), ...[...b].filter((item) => !a.has(item))];
}
