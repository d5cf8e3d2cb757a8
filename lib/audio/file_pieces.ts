import type { OpenFile } from "./open_file.ts";

/** Bytes at a time. Of Opus that is up to ten seconds, and decoders hold several copies of what comes out. */
const PIECE_BYTES = 1 << 14;

/**
 * A file's bytes in pieces of 16 KiB, all in the same array, which holds until the next is asked for.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { filePieces } from "#lib/audio/file_pieces.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("package-lock.json");
 * let bytes = 0;
 * for await (const piece of filePieces(file)) bytes += piece.length;
 * assert.equal(bytes, file.size);
 * await file.close();
 * ```
 */
export async function* filePieces(source: OpenFile): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(PIECE_BYTES);
  for (let position = 0; position < source.size;) {
    const part = await source.read(piece, position);
    if (part.length === 0) return;
    position += part.length;
    yield part;
  }
}
