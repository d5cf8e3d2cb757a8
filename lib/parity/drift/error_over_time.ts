import type { AlignedTensors } from "./align_tensors.ts";
import type { TimeScale } from "./locate_value.ts";
import type { DriftAxis, DriftMap, DriftSeries } from "./run_difference.ts";

/** How much of a long recording goes into a series or a map. */
export interface ThinningOptions {
  /** Steps of a series, and rows of a map, at most. @default {1500} */
  readonly maxSteps?: number;
}

/** Settings of `errorOverTime` and `errorMap`. */
export interface ErrorOverTimeOptions extends ThinningOptions {
  /** Values are names: any two that differ are 1 apart. @default {false} */
  readonly names?: boolean;
}

/**
 * The largest difference of each chunk, or of each second's frames; several are put together in a long recording.
 *
 * @returns Undefined for an array without a time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { errorOverTime } from "#lib/parity/drift/error_over_time.ts";
 * import { CHUNKS, FRAMES } from "#lib/timeline/sliding_window.ts";
 * const pair = { a: Float64Array.of(1, 2, 3, 4), b: Float64Array.of(1, 2, 5, 4), shape: [2, 2], indexOfA: [], notes: [] };
 * const series = errorOverTime(["chunk", "slot"], pair, { chunks: CHUNKS, frames: FRAMES });
 * assert.deepEqual(series, { startSec: 0, stepSec: 1, values: [0, 2] });
 * ```
 */
export function errorOverTime(
  axes: readonly DriftAxis[],
  pair: AlignedTensors,
  scale: TimeScale,
  options: ErrorOverTimeOptions = {},
): DriftSeries | undefined {
  const steps = stepsOf(axes, pair, scale);
  if (steps === undefined) return undefined;
  const { maxSteps = 1500, names } = options;
  const thinning = Math.max(1, Math.ceil(steps.count / maxSteps));
  const { chunks } = scale;
  const values = worst(pair, {
    rows: Math.ceil(steps.count / thinning),
    columns: 1,
    cell: (outer) => Math.floor(steps.of(outer) / thinning),
    inner: pair.shape.slice(1).reduce((product, size) => product * size, 1),
    names,
  });
  return { startSec: chunks.startSec, stepSec: chunks.stepSec * thinning, values };
}

/**
 * The largest difference by chunk and slot, or by chunk and the axis that comes second.
 *
 * @returns Undefined for an array without chunks.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { errorMap } from "#lib/parity/drift/error_over_time.ts";
 * import { CHUNKS, FRAMES } from "#lib/timeline/sliding_window.ts";
 * const pair = { a: Float64Array.of(1, 2, 3, 4), b: Float64Array.of(1, 2, 5, 4), shape: [2, 2], indexOfA: [], notes: [] };
 * const map = errorMap(["chunk", "slot"], pair, { chunks: CHUNKS, frames: FRAMES });
 * assert.deepEqual(map!.values, [[0, 0], [2, 0]]);
 * ```
 */
export function errorMap(
  axes: readonly DriftAxis[],
  pair: AlignedTensors,
  scale: TimeScale,
  options: ErrorOverTimeOptions = {},
): DriftMap | undefined {
  const { chunks, training } = scale;
  const steps = stepsOf(axes, pair, scale);
  const slots = training?.speakerIndex.reduce((top, s) => Math.max(top, s + 1), 0) ?? 0;
  const columnAxis: DriftAxis | undefined = axes[0] === "embedding"
    ? "slot"
    : axes.includes("slot")
    ? "slot"
    : axes[0] === "chunk"
    ? axes[axes.length - 1]
    : undefined;
  if (steps === undefined || columnAxis === undefined || axes[0] === "frame") return undefined;
  const thinning = Math.max(1, Math.ceil(steps.count / (options.maxSteps ?? 1500)));
  const axis = axes.indexOf(columnAxis);
  const columns = axis < 0 ? slots : pair.shape[axis];
  const inner = pair.shape.slice(1).reduce((product, size) => product * size, 1);
  const after = pair.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const rows = Math.ceil(steps.count / thinning);
  const flat = worst(pair, {
    rows,
    columns,
    inner,
    names: options.names,
    cell: (outer, rest) => {
      const column = axis < 0
        ? training!.speakerIndex[pair.indexOfA[0]?.[outer] ?? outer]
        : Math.floor(rest / after) % columns;
      return Math.floor(steps.of(outer) / thinning) * columns + column;
    },
  });
  return {
    rows: { axis: "chunk", startSec: chunks.startSec, stepSec: chunks.stepSec * thinning },
    columns: { axis: columnAxis },
    chunksPerRow: thinning,
    values: Array.from({ length: rows }, (_, row) => flat.slice(row * columns, (row + 1) * columns)),
  };
}

/** In which step of time an index of the first axis lies. */
function stepsOf(axes: readonly DriftAxis[], { shape, indexOfA }: AlignedTensors, scale: TimeScale) {
  const { chunks, frames, training } = scale;
  const own = (outer: number) => indexOfA[0]?.[outer] ?? outer;
  if (axes[0] === "chunk") return { count: shape[0], of: own };
  if (axes[0] === "frame") {
    const step = (outer: number) => Math.floor(own(outer) * frames.stepSec / chunks.stepSec);
    return { count: shape[0] === 0 ? 0 : step(shape[0] - 1) + 1, of: step };
  }
  if (axes[0] === "sample") {
    const step = (outer: number) => Math.floor(outer / (16000 * chunks.stepSec));
    return { count: shape[0] === 0 ? 0 : step(shape[0] - 1) + 1, of: step };
  }
  if (axes[0] !== "embedding" || training === undefined) return undefined;
  const { chunkIndex } = training;
  return { count: (chunkIndex.at(-1) ?? -1) + 1, of: (outer: number) => chunkIndex[own(outer)] };
}

function worst(
  { a, b }: AlignedTensors,
  grid: {
    readonly rows: number;
    readonly columns: number;
    readonly inner: number;
    readonly names: boolean | undefined;
    readonly cell: (outer: number, rest: number) => number;
  },
): (number | null)[] {
  const { rows, columns, inner, cell, names } = grid;
  const most = new Float64Array(rows * columns);
  for (let at = 0; at < a.length; at++) {
    const x = a[at], y = b[at];
    if (x === y || (x !== x && y !== y)) continue;
    const outer = Math.floor(at / inner);
    const to = cell(outer, at - outer * inner);
    const distance = names ? 1 : Math.abs(x - y);
    if (!(distance <= most[to])) most[to] = distance === distance ? distance : Infinity;
  }
  return Array.from(most, (value) => Number.isFinite(value) ? value : null);
}
