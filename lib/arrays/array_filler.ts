import type { NdArray } from "./nd_array.ts";

/**
 * Takes an npy's bytes in the order of the file and builds the array. The reader puts bytes where `room()` says,
 * tells how many with `advance()`, and goes on until `room()` is empty: in C order that is the array's own
 * memory, so that nothing is held twice.
 */
export interface ArrayFiller {
  /** Where the next bytes belong; empty once every value is there. */
  room(): Uint8Array<ArrayBuffer>;
  /** That many bytes now stand at the front of `room()`. */
  advance(bytes: number): void;
  /** The finished array. */
  finish(): NdArray;
}
