import type { OpenFile } from "./open_file.ts";

/** Zeros that are passed over; more are silence rather than padding. */
const MOST_ZEROS = 1 << 20;
const PIECE_BYTES = 1 << 14;

/**
 * How many zero bytes stand at a position of a file, up to something else or the file's end. Of more than 1 MiB none
 * are padding: 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { zerosAt } from "#lib/audio/zeros_at.ts";
 *
 * const bytes = Uint8Array.of(1, 0, 0, 2, 0);
 * const source = {
 *   file: "a",
 *   size: 5,
 *   read: (target: Uint8Array<ArrayBuffer>, at: number) => {
 *     const part = bytes.subarray(at, at + target.length);
 *     target.set(part);
 *     return Promise.resolve(target.subarray(0, part.length));
 *   },
 * };
 * assert.deepEqual([await zerosAt(source, 0), await zerosAt(source, 1), await zerosAt(source, 4)], [0, 2, 1]);
 * ```
 */
export async function zerosAt(source: Omit<OpenFile, "close">, position: number): Promise<number> {
  const piece = new Uint8Array(PIECE_BYTES);
  for (let zeros = 0; zeros < MOST_ZEROS;) {
    const part = await source.read(piece, position + zeros);
    const other = part.findIndex((byte) => byte !== 0);
    if (other !== -1) return zeros + other;
    zeros += part.length;
    if (part.length < piece.length) return zeros;
  }
  return 0;
}
