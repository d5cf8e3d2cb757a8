/** A box of an MP4 file: its type, and its content. */
export interface Mp4Box {
  readonly type: string;
  readonly body: DataView<ArrayBuffer>;
}

/**
 * The bytes that a view shows.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bytesOf } from "#lib/audio/mp4_boxes.ts";
 *
 * assert.deepEqual([...bytesOf(new DataView(Uint8Array.of(1, 2, 3).buffer, 1))], [2, 3]);
 * ```
 */
export function bytesOf(view: DataView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/**
 * A part of a view.
 *
 * @throws {RangeError} It reaches beyond the view.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { within } from "#lib/audio/mp4_boxes.ts";
 *
 * const view = new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 0, 3);
 * assert.equal(within(view, 1).byteLength, 2);
 * assert.throws(() => within(view, 1, 3), RangeError);
 * ```
 */
export function within(view: DataView<ArrayBuffer>, start: number, length?: number): DataView<ArrayBuffer> {
  const size = length ?? view.byteLength - start;
  if (size < 0 || start + size > view.byteLength) {
    throw new RangeError(`Bytes ${start} to ${start + size} of ${view.byteLength} were asked for`);
  }
  return new DataView(view.buffer, view.byteOffset + start, size);
}

/**
 * Four characters at a position.
 *
 * @throws {RangeError} They reach beyond the view.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fourCharacters } from "#lib/audio/mp4_boxes.ts";
 *
 * assert.equal(fourCharacters(new DataView(new TextEncoder().encode("..moov").buffer), 2), "moov");
 * ```
 */
export function fourCharacters(view: DataView<ArrayBuffer>, at: number): string {
  return String.fromCharCode(...bytesOf(within(view, at, 4)));
}

/**
 * The boxes that follow each other in a view. (ISO/IEC 14496-12, section 4.2)
 *
 * @throws {RangeError} A box does not fit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mp4Boxes } from "#lib/audio/mp4_boxes.ts";
 *
 * const bytes = new TextEncoder().encode("\0\0\0\x0aabcd12\0\0\0\x08efgh");
 * const boxes = [...mp4Boxes(new DataView(bytes.buffer))];
 * assert.deepEqual(boxes.map(({ type, body }) => [type, body.byteLength]), [["abcd", 2], ["efgh", 0]]);
 * ```
 */
export function* mp4Boxes(view: DataView<ArrayBuffer>): Generator<Mp4Box> {
  for (let at = 0; at + 8 <= view.byteLength;) {
    const size = view.getUint32(at);
    if (size < 8) throw new RangeError(`A box has ${size} bytes`);
    yield { type: fourCharacters(view, at + 4), body: within(view, at + 8, size - 8) };
    at += size;
  }
}

/**
 * The content of the first box of a type, down a path of types.
 *
 * @throws {RangeError} A box on the way does not fit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findBox } from "#lib/audio/mp4_boxes.ts";
 *
 * const view = new DataView(new TextEncoder().encode("\0\0\0\x11moov\0\0\0\x09trak7").buffer);
 * assert.equal(findBox(view, "moov", "trak")?.getUint8(0), 0x37);
 * assert.equal(findBox(view, "moov", "udta"), undefined);
 * ```
 */
export function findBox(view: DataView<ArrayBuffer>, ...path: string[]): DataView<ArrayBuffer> | undefined {
  let found: DataView<ArrayBuffer> | undefined = view;
  for (const type of path) {
    if (found === undefined) return undefined;
    found = firstOf(type, found);
  }
  return found;
}

/** What comes behind the box is not looked at. */
function firstOf(type: string, view: DataView<ArrayBuffer>): DataView<ArrayBuffer> | undefined {
  for (const box of mp4Boxes(view)) if (box.type === type) return box.body;
  return undefined;
}
