/** Sizes of the features, and their masks. */
export interface PoolingOptions {
  /** B: items, such as chunks. */
  readonly items: number;
  /** C: channels of the features. */
  readonly channels: number;
  /** T: frames of the features, 1 at least. */
  readonly frames: number;
  /**
   * Row-major (items, masksPerItem, mask frames) weights, usually 0 to 1; resized to `frames` by nearest neighbour.
   *
   * @default none: every frame counts alike, and the deviation is the unbiased one
   */
  readonly masks?: Float32Array;
  /** k: masks of each item, such as its local speakers. They lie side by side. @default {1} */
  readonly masksPerItem?: number;
}

/** The sizes of a pooling, checked. */
export interface PoolingSizes {
  readonly items: number;
  readonly channels: number;
  readonly frames: number;
  readonly masksPerItem: number;
  /** Rows of the result: items x masksPerItem. */
  readonly rows: number;
  /** Frames of a mask; 0 without masks. */
  readonly maskFrames: number;
  /** What is added where a weight might be the only one. */
  readonly epsilon: number;
}

/** Keeps the deviation of a mask of one frame finite (pyannote models/blocks/pooling.py). */
const EPSILON = 1e-8;

/**
 * Check the sizes of a pooling against the data.
 *
 * @throws {RangeError} on sizes that are not whole and positive, or lengths that do not fit them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { poolingSizes } from "#kernels/pooling/contract.ts";
 * const sizes = { items: 1, channels: 2, frames: 3 };
 * assert.equal(poolingSizes({ length: 6 }, { ...sizes, masks: new Float32Array(8), masksPerItem: 2 }).maskFrames, 4);
 * assert.throws(() => poolingSizes({ length: 5 }, sizes), /features are to hold 1 x 2 x 3 = 6 values, not 5/);
 * ```
 */
export function poolingSizes(
  features: { readonly length: number },
  options: Omit<PoolingOptions, "masks"> & { readonly masks?: { readonly length: number } | undefined },
): PoolingSizes {
  const { items, channels, frames, masks, masksPerItem = 1 } = options;
  for (const [name, value] of Object.entries({ items, channels, frames, masksPerItem })) {
    if (!Number.isSafeInteger(value) || value < (name === "items" ? 0 : 1)) {
      throw new RangeError(`Pooling needs a whole, positive number of ${name}, not ${value}.`);
    }
  }
  if (features.length !== items * channels * frames) {
    throw new RangeError(
      `The features are to hold ${items} x ${channels} x ${frames} = ${items * channels * frames} values, ` +
        `not ${features.length}.`,
    );
  }
  if (masks === undefined) {
    if (masksPerItem !== 1) {
      throw new RangeError(`Without masks there cannot be ${masksPerItem} of them per item.`);
    }
    return { items, channels, frames, masksPerItem, rows: items, maskFrames: 0, epsilon: 0 };
  }
  const rows = items * masksPerItem;
  const maskFrames = rows === 0 ? 1 : masks.length / rows;
  if (!Number.isInteger(maskFrames) || maskFrames < 1 || (rows === 0 && masks.length > 0)) {
    throw new RangeError(
      `${masks.length} mask values are not ${items} x ${masksPerItem} masks of equal length.`,
    );
  }
  return { items, channels, frames, masksPerItem, rows, maskFrames, epsilon: EPSILON };
}
