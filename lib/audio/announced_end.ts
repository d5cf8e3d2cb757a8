import type { OpenFile } from "./open_file.ts";

/** A file whose end is looked for. */
export type EndSource = Omit<OpenFile, "close">;

/** Where a file ends by what stands in it. */
export interface AnnouncedEnd {
  /** Bytes; undefined where it is left open. */
  readonly end?: number;
  /** What begins another file of its kind there. */
  readonly mark?: string;
  /** Whether a decoder takes what is behind for sound. */
  readonly isReadOn?: boolean;
  /** What else is odd about its end. */
  readonly fault?: string;
  /** Looks for bytes that belong to nothing, where the file is whole and no other is behind it: a fault in words. */
  readonly stray?: () => Promise<string | undefined>;
}

/** Pieces of a file that are walked over; a day of fragments has fewer. */
export const MOST_PIECES = 1 << 20;

/**
 * Bytes of a file at a position; undefined where there are fewer.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bytesAt, textOf } from "#lib/audio/announced_end.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo16.flac");
 * const head = await bytesAt(file, 0, 4);
 * assert.equal(head && textOf(head), "fLaC");
 * assert.equal(await bytesAt(file, file.size - 3, 4), undefined);
 * await file.close();
 * ```
 */
export async function bytesAt(
  source: EndSource,
  position: number,
  length: number,
): Promise<DataView<ArrayBuffer> | undefined> {
  const bytes = await source.read(new Uint8Array(length), position);
  return bytes.length < length ? undefined : new DataView(bytes.buffer);
}

/**
 * Four bytes as text, in Latin-1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { textOf } from "#lib/audio/announced_end.ts";
 *
 * assert.equal(textOf(new DataView(Uint8Array.of(0, 99, 97, 102, 102).buffer), 1), "caff");
 * ```
 */
export function textOf(view: DataView, at = 0): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}
