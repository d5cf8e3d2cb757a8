import { AudioFileError } from "./audio_file_error.ts";
import { fourCharacters } from "./mp4_boxes.ts";
import type { OpenFile } from "./open_file.ts";

type View = DataView<ArrayBuffer>;

/** A `moov` box of more is no recording's. */
const MOST_BYTES = 2 ** 28;

/** The error for a file that ends before its index does. */
function withoutIndex(source: Omit<OpenFile, "close">, end: number): AudioFileError {
  const { file, size } = source;
  const cut = `is cut short: it has ${size} of ${end > size ? `at least ${end}` : "more"} bytes`;
  return new AudioFileError(`${cut}, and its index (moov) is behind them; nothing can be read without it`, {
    file,
  });
}

/**
 * The content of an MP4 file's `moov` box, wherever that stands.
 *
 * @returns Undefined where there is none, or what stands before it is no box.
 * @throws {AudioFileError} The file ends before its index.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readMoov } from "#lib/audio/mp4_moov.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("package.json");
 * assert.equal(await readMoov(file), undefined);
 * await file.close();
 * ```
 */
export async function readMoov(source: Omit<OpenFile, "close">): Promise<View | undefined> {
  let end = 0;
  // Of a file that begins with another box nobody knows where it ends.
  let isMp4 = true;
  const head = new DataView(new ArrayBuffer(16));
  for (let position = 0; position + 8 <= source.size;) {
    await source.read(new Uint8Array(head.buffer), position);
    const isLong = head.getUint32(0) === 1;
    if (position === 0 && fourCharacters(head, 4) !== "ftyp") isMp4 = false;
    const size = isLong ? Number(head.getBigUint64(8)) : head.getUint32(0) || source.size - position;
    const headBytes = isLong ? 16 : 8;
    if (size < headBytes) return undefined;
    if (fourCharacters(head, 4) === "moov") {
      if (size > MOST_BYTES) return undefined;
      if (position + size > source.size) throw withoutIndex(source, position + size);
      const bytes = await source.read(new Uint8Array(size - headBytes), position + headBytes);
      return new DataView(bytes.buffer, 0, bytes.length);
    }
    // What is no name is no box either.
    if (!/^[ -~\xa9]{4}$/.test(fourCharacters(head, 4))) return undefined;
    position += size;
    end = position;
  }
  if (isMp4 && end >= source.size) throw withoutIndex(source, end);
  return undefined;
}
