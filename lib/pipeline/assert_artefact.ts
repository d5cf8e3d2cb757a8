import { type NdArray, sizeOf } from "#lib/arrays/nd_array.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import type { ArtefactName, Artefacts } from "./artefacts.ts";

/** An artefact that is not what the stages behind it need. */
export class ArtefactError extends TypeError {
  override readonly name = "ArtefactError";
}

/** Sizes of axes by their letters in `Artefacts`; undefined: not known yet, any. */
interface Sizes {
  readonly C?: number;
  readonly S?: number;
  readonly D?: number;
  readonly N?: number;
}

interface ArrayRule {
  readonly dtype: NdArray["dtype"];
  /** A letter of `Sizes`, "N-1", a number, or "any". */
  readonly shape: readonly (keyof Sizes | "N-1" | "any" | number)[];
  /** Smallest value. */
  readonly least?: number;
  /** Whether NaN and infinities are refused. */
  readonly isFinite?: boolean;
}

/** What each array is; those that a clustering cannot give are left out. */
const ARRAYS: Partial<Record<ArtefactName, ArrayRule>> = {
  count: { dtype: "u1", shape: ["any", 1] },
  postXvec: { dtype: "f8", shape: ["N", "any"], isFinite: true },
  postPlda: { dtype: "f8", shape: ["N", "any"], isFinite: true },
  phi: { dtype: "f8", shape: ["any"], isFinite: true },
  tree: { dtype: "f8", shape: ["N-1", 4], isFinite: true },
  ahcLabels: { dtype: "i4", shape: ["N"], least: 0 },
  q: { dtype: "f8", shape: ["N", "any"], isFinite: true, least: 0 },
  pi: { dtype: "f8", shape: ["any"], isFinite: true, least: 0 },
  elbo: { dtype: "f8", shape: ["any"] },
  centroids: { dtype: "f8", shape: ["any", "D"] },
  kmeansLabels: { dtype: "i4", shape: ["N"], least: 0 },
  softClusters: { dtype: "f8", shape: ["C", "S", "any"] },
  hardClusters: { dtype: "i4", shape: ["C", "S"], least: -2 },
  discreteDiarization: { dtype: "f4", shape: ["any", "any"], isFinite: true, least: 0 },
  discreteExclusive: { dtype: "f4", shape: ["any", "any"], isFinite: true, least: 0 },
};

/**
 * Checks what a stage gave: kind, dtype, shape beside the artefacts that are there, smallest value, NaN.
 *
 * @param name Which artefact it is to be.
 * @param value What was given.
 * @param artefacts Those that are there: sizes come from them.
 * @throws {ArtefactError} that names the artefact, says what it is, and what is needed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { assertArtefact } from "#lib/pipeline/assert_artefact.ts";
 * const training = { chunkIndex: Int32Array.of(0, 1), speakerIndex: Int32Array.of(0, 0) };
 * const labels = (...values: number[]) => ndArray("i4", [values.length], Int32Array.from(values));
 * assertArtefact("ahcLabels", labels(0, 1), { training });
 * assert.throws(() => assertArtefact("ahcLabels", labels(0), { training }), /ahcLabels has shape \[1\], \[2\] is needed/);
 * assert.throws(() => assertArtefact("ahcLabels", labels(0, -1), { training }), /ahcLabels holds -1 at 1, 0 is the least/);
 * ```
 */
export function assertArtefact(name: ArtefactName, value: unknown, artefacts: Partial<Artefacts>): void {
  if (name === "diarization" || name === "exclusive") {
    if (!(value instanceof Annotation)) {
      throw new ArtefactError(`${name} is ${kindOf(value)}, an Annotation is needed`);
    }
    return;
  }
  if (name === "kmeansLabels" && value === undefined) return;
  const rule = ARRAYS[name];
  if (rule === undefined) {
    if (value === undefined || value === null) throw new ArtefactError(`${name} is ${kindOf(value)}`);
    return;
  }
  assertArray(name, value, { rule, sizes: sizesOf(artefacts) });
}

function assertArray(
  name: string,
  value: unknown,
  { rule, sizes }: { readonly rule: ArrayRule; readonly sizes: Sizes },
): void {
  if (!isArray(value)) {
    throw new ArtefactError(`${name} is ${kindOf(value)}, an array is needed: ndArray("${rule.dtype}", ...)`);
  }
  const { dtype, shape, data } = value;
  if (dtype !== rule.dtype) throw new ArtefactError(`${name} is of ${dtype}, ${rule.dtype} is needed`);
  const wanted = rule.shape.map((axis) =>
    typeof axis === "number"
      ? axis
      : axis === "any"
      ? undefined
      : axis === "N-1"
      ? before(sizes.N)
      : sizes[axis]
  );
  if (shape.length !== wanted.length || wanted.some((size, i) => size !== undefined && size !== shape[i])) {
    const needed = wanted.map((size) => size ?? "any").join(", ");
    throw new ArtefactError(`${name} has shape [${shape.join(", ")}], [${needed}] is needed`);
  }
  if (data.length !== sizeOf(shape)) {
    throw new ArtefactError(`${name} has shape [${shape.join(", ")}] and ${data.length} values`);
  }
  const { least = -Infinity } = rule;
  for (let i = 0; i < data.length; i++) {
    const item = Number(data[i]);
    if (item < least) throw new ArtefactError(`${name} holds ${item} at ${i}, ${least} is the least`);
    if (rule.isFinite && !Number.isFinite(item)) {
      throw new ArtefactError(`${name} holds ${item} at ${i}, numbers are needed`);
    }
  }
}

function before(size: number | undefined): number | undefined {
  return size === undefined ? undefined : Math.max(0, size - 1);
}

function isArray(value: unknown): value is NdArray {
  return typeof value === "object" && value !== null && "dtype" in value && "shape" in value &&
    "data" in value;
}

function sizesOf({ embeddings, training }: Partial<Artefacts>): Sizes {
  const [C, S, D] = embeddings?.shape ?? [];
  return { C, S, D, N: training?.chunkIndex.length };
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const name = typeof value === "object" ? value.constructor?.name ?? "object" : typeof value;
  return `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name}`;
}
