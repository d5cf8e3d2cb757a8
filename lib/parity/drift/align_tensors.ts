import type { Alignment } from "./align_runs.ts";
import type { DriftQuantity, DriftTensor } from "./drift_quantities.ts";
import { type AxisMatch, renameLabels } from "./match_labels.ts";

type Numbers = DriftTensor["data"];

/** Two arrays brought to one shape, value against value. */
export interface AlignedTensors {
  readonly a: Numbers;
  readonly b: Numbers;
  readonly shape: readonly number[];
  /** A's index of each index along each axis; undefined where it is the same. */
  readonly indexOfA: readonly (Int32Array | undefined)[];
  /** What was done, and what has no counterpart, in words. */
  readonly notes: readonly string[];
}

/**
 * Bring an artefact of two runs to one shape: along each axis the counterparts, else the numbers that both have; names of clusters and signs
 * of columns as A has them.
 *
 * @throws {RangeError} when the numbers of axes differ.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { alignTensors } from "#lib/parity/drift/align_tensors.ts";
 * import { DRIFT_QUANTITIES } from "#lib/parity/drift/drift_quantities.ts";
 * const pi = DRIFT_QUANTITIES.find(({ artefact }) => artefact === "pi")!;
 * const a = { dtype: "f8", shape: [2], data: Float64Array.of(0.1, 0.9) } as const;
 * const b = { dtype: "f8", shape: [2], data: Float64Array.of(0.9, 0.1) } as const;
 * const cluster = { a: Int32Array.of(0, 1), b: Int32Array.of(1, 0) };
 * assert.deepEqual([...alignTensors(pi, a, b, { cluster }).b], [0.1, 0.9]);
 * ```
 */
export function alignTensors(
  quantity: DriftQuantity,
  a: DriftTensor,
  b: DriftTensor,
  alignment: Alignment,
): AlignedTensors {
  const { axes, names, signless } = quantity;
  if (a.shape.length !== axes.length || b.shape.length !== axes.length) {
    throw new RangeError(
      `${quantity.artefact} has axes ${axes.join(", ")}; its shapes are (${a.shape}) and (${b.shape}).`,
    );
  }
  const notes: string[] = [];
  const matches = axes.map((axis, i): AxisMatch | undefined => {
    const sizes = [a.shape[i], b.shape[i]];
    const known = alignment[axis];
    // Columns that only padding filled lie beyond the speakers that were matched.
    const match = known && within(known, sizes);
    if (match === undefined && sizes[0] === sizes[1]) return undefined;
    const both = match ?? prefix(Math.min(...sizes));
    const lone = sizes.map((size) => size - both.a.length);
    if (lone.some((count) => count > 0)) {
      notes.push(`${axis}: ${lone[0]} of A and ${lone[1]} of B have no counterpart`);
    }
    if (match?.a.some((index, at) => index !== match.b[at])) notes.push(`${axis}: matched to A's`);
    return both;
  });
  let right = b;
  const naming = names && alignment[names];
  if (naming && right.dtype === "i4") {
    const taken = (a.data as Int32Array).reduce((top, label) => Math.max(top, label), -1) + 1;
    right = { ...right, data: renameLabels(right.data, naming, taken) };
    notes.push(`${names}s under A's names`);
  }
  const shape = axes.map((_, i) => matches[i]?.a.length ?? a.shape[i]);
  const left = gather(a, matches.map((match) => match?.a), shape);
  let other = gather(right, matches.map((match) => match?.b), shape);
  if (signless) {
    const turned = sameSigns(left, other, shape[shape.length - 1]);
    if (turned) notes.push("signs of columns as A's");
    other = turned ?? other;
  }
  return { a: left, b: other, shape, indexOfA: matches.map((match) => match?.a), notes };
}

function within({ a, b }: AxisMatch, [left, right]: readonly number[]): AxisMatch {
  const both = [...a.keys()].filter((i) => a[i] < left && b[i] < right);
  return { a: Int32Array.from(both, (i) => a[i]), b: Int32Array.from(both, (i) => b[i]) };
}

function prefix(size: number): AxisMatch {
  const same = Int32Array.from({ length: size }, (_, i) => i);
  return { a: same, b: same };
}

/** The values at these indices of each axis; the very array where nothing is chosen. */
function gather(
  { data, shape: from }: DriftTensor,
  indices: readonly (Int32Array | undefined)[],
  shape: readonly number[],
): Numbers {
  if (indices.every((index) => index === undefined)) return data;
  const size = shape.reduce((product, axis) => product * axis, 1);
  const out = emptyLike(data, size);
  const strides = from.map((_, i) => from.slice(i + 1).reduce((product, axis) => product * axis, 1));
  const place = new Int32Array(shape.length);
  for (let at = 0; at < size; at++) {
    let source = 0;
    for (let i = 0; i < shape.length; i++) source += (indices[i]?.[place[i]] ?? place[i]) * strides[i];
    out[at] = data[source];
    for (let i = shape.length - 1; i >= 0 && ++place[i] === shape[i]; i--) place[i] = 0;
  }
  return out;
}

function emptyLike(data: Numbers, size: number): Numbers {
  if (data instanceof Float32Array) return new Float32Array(size);
  if (data instanceof Float64Array) return new Float64Array(size);
  return data instanceof Int32Array ? new Int32Array(size) : new Uint8Array(size);
}

/** `b` with the columns turned that point away from `a`'s; undefined when none does. */
function sameSigns(a: Numbers, b: Numbers, columns: number): Float64Array | undefined {
  const products = new Float64Array(columns);
  for (let at = 0; at < a.length; at++) products[at % columns] += a[at] * b[at];
  if (!products.some((product) => product < 0)) return undefined;
  return Float64Array.from(b, (value, at) => products[at % columns] < 0 ? -value : value);
}
