/** What a heat map shows, before anything is drawn. */
import { clockTime } from "#lib/timeline/clock_time.ts";
import { decades } from "./decades.ts";
import { formatCount, formatNumber, formatPower } from "./format_number.ts";
import { poolMatrix } from "./pool_matrix.ts";

/** How values become colours: by their power of ten, or as they are from 0 to 1. */
export type HeatScale = "log" | "share";

/** What one axis of a matrix stands for. */
export interface MatrixAxis {
  /** In the singular: "chunk", "slot", "bin". */
  readonly axis: string;
  /** Set both where the axis is time: when its first entry begins, and how long each lasts. */
  readonly startSec?: number;
  readonly stepSec?: number;
  /** Names of the entries. @default their numbers, from 0 */
  readonly labels?: readonly string[];
}

/** A matrix with named axes; `DriftMap` is one. Rows run along the figure from left to right, columns from top to bottom. */
export interface HeatMapData {
  readonly rows: MatrixAxis;
  readonly columns: MatrixAxis;
  /** `values[row][column]`, not negative; null is infinite, NaN is nothing. */
  readonly values: readonly (readonly (number | null)[] | Float64Array | Float32Array)[];
  /** How many chunks (or whatever rows are) each row stands for, where several have been put together before. @default 1 */
  readonly chunksPerRow?: number;
}

/** What both drawings of a heat map need. */
export interface PreparedHeatMap {
  readonly data: HeatMapData;
  /** `cells[column][row]`: largest of each block of rows and columns. */
  readonly cells: readonly (readonly number[])[];
  readonly rowStep: number;
  readonly columnStep: number;
  /** 0 to 1 on the scale of colours; NaN for zero on a logarithmic one, and for nothing. */
  readonly share: (value: number) => number;
  /** What the ends of the scale stand for. */
  readonly from: string;
  readonly to: string;
  readonly quantity: string;
  readonly scale: HeatScale;
}

/** So many cells fit; beyond, several share one. */
export const ALONG = 360, DOWN = 128;

/**
 * Make a matrix small enough to be drawn and choose its scale.
 *
 * @throws {RangeError} when rows differ in length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { prepareHeatMap } from "#lib/plots/heat_map_data.ts";
 * const values = Array.from({ length: 1000 }, (_, row) => [row / 1000]);
 * const data = { rows: { axis: "chunk" }, columns: { axis: "slot" }, values };
 * const { cells, rowStep } = prepareHeatMap(data, { scale: "share", quantity: "share" });
 * assert.deepEqual([cells.length, cells[0].length, rowStep, cells[0][0]], [1, 334, 3, 0.002]);
 * ```
 */
export function prepareHeatMap(
  data: HeatMapData,
  options: { readonly scale: HeatScale; readonly quantity: string },
): PreparedHeatMap {
  const { scale, quantity } = options;
  const count = data.values.length, breadth = data.values[0]?.length ?? 0;
  const odd = data.values.findIndex((row) => row.length !== breadth);
  if (odd >= 0) {
    throw new RangeError(`Row 0 has ${breadth} values and row ${odd} has ${data.values[odd].length}`);
  }
  const at = (column: number, row: number) => data.values[row][column] ?? Infinity;
  const pooled = poolMatrix({ rows: breadth, columns: count, at }, { rows: DOWN, columns: ALONG });
  const scaled = decades(pooled.values.flat());
  const shared = { data, quantity, scale, cells: pooled.values };
  const steps = { rowStep: pooled.columnStep, columnStep: pooled.rowStep };
  if (scale === "share") return { ...shared, ...steps, share: (value) => value, from: "0", to: "1" };
  return {
    ...shared,
    ...steps,
    share: (value) => value > 0 ? scaled.place(value) : NaN,
    from: formatPower(Number(`1e${scaled.from}`)),
    to: formatPower(Number(`1e${scaled.to}`)),
  };
}

/**
 * The main facts of a heat map: its size, its largest value and where that is, and what was put together.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { describeHeatMap, prepareHeatMap } from "#lib/plots/heat_map_data.ts";
 * const data = { rows: { axis: "chunk" }, columns: { axis: "slot" }, values: [[0, 0], [0, 0.25]] };
 * const prepared = prepareHeatMap(data, { scale: "log", quantity: "largest error" });
 * assert.match(describeHeatMap(prepared), /largest error is 0.25, at chunk 1, slot 1/);
 * ```
 */
export function describeHeatMap({ data, rowStep, columnStep, quantity, scale }: PreparedHeatMap): string {
  const { rows, columns, values, chunksPerRow = 1 } = data;
  let largest = -Infinity, where = [0, 0], some = 0;
  for (const [row, entries] of values.entries()) {
    for (let column = 0; column < entries.length; column++) {
      const value = entries[column] ?? Infinity;
      if (value > 0) some++;
      if (value > largest) {
        largest = value;
        where = [row, column];
      }
    }
  }
  const steps = chunksPerRow > 1 ? ` steps of ${chunksPerRow}` : "";
  const size = `${formatCount(values.length)}${steps} ${rows.axis}s by ${
    formatCount(values[0]?.length ?? 0)
  } ${columns.axis}s.`;
  const sentences = [size];
  const time = rows.stepSec === undefined
    ? ""
    : ` (${clockTime((rows.startSec ?? 0) + where[0] * rows.stepSec)})`;
  if (scale === "log" && some === 0) sentences.push("There is no error anywhere.");
  else if (scale === "log") {
    const column = columns.labels?.[where[1]] ?? `${columns.axis} ${where[1]}`;
    sentences.push(
      `The ${quantity} is ${formatNumber(largest)}, at ${rows.axis} ${
        where[0] * chunksPerRow
      }${time}, ${column}; ` +
        `${formatCount(some)} of the cells have one.`,
    );
  }
  const together = [
    ...(rowStep > 1 ? [`${rowStep * chunksPerRow} ${rows.axis}s`] : []),
    ...(columnStep > 1 ? [`${columnStep} ${columns.axis}s`] : []),
  ];
  if (together.length > 0) sentences.push(`Each cell shows the largest of ${together.join(" by ")}.`);
  return sentences.join(" ");
}
