import type { NdArray } from "./nd_array.ts";

/** Options of {@linkcode assertShape}. */
export interface AssertShapeOptions {
  /** What the error calls the array. Default `"array"`. */
  readonly name?: string;
}

/**
 * Refuses an array whose shape is not the wanted one; `null` stands for an axis of any size.
 *
 * @throws {RangeError} Another number of axes, or an axis of another size.
 *
 * @example
 * ```ts
 * import { assertShape } from "#lib/arrays/assert_shape.ts";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 *
 * const embeddings = ndArray("f4", [1, 3, 2], new Float32Array(6));
 * assertShape(embeddings, [null, 3, 2], { name: "embeddings" });
 * let refused = "";
 * try {
 *   assertShape(embeddings, [null, 3, 256], { name: "embeddings" });
 * } catch (error) {
 *   refused = (error as Error).message;
 * }
 * if (refused !== "embeddings has shape [1, 3, 2], [any, 3, 256] is needed") throw new Error(refused);
 * ```
 */
export function assertShape(
  array: Pick<NdArray, "shape">,
  wanted: readonly (number | null)[],
  options: AssertShapeOptions = {},
): void {
  const { shape } = array;
  if (shape.length === wanted.length && wanted.every((size, i) => size === null || size === shape[i])) return;
  const needed = wanted.map((size) => size ?? "any").join(", ");
  throw new RangeError(`${options.name ?? "array"} has shape [${shape.join(", ")}], [${needed}] is needed`);
}
