import type { FileHandle } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { crc32, createDeflateRaw } from "node:zlib";
import type { NpyPieces } from "./npy_pieces.ts";
import { writeFully } from "./write_fully.ts";
import { directoryEntry, endRecords, localHeader, type ZipRecord } from "./zip_records.ts";

/** Options of {@linkcode ZipWriter}. */
export interface ZipWriterOptions {
  /** Deflate the members; otherwise they are stored. */
  readonly compress: boolean;
  /** The first size or offset that takes zip64's 64 bits. Default 2^32 - 1; tests lower it. */
  readonly wideFrom?: number;
}

/** Most members that an archive without zip64 lists. */
const MAX_NARROW_COUNT = 0xfffe;

/** Writes a zip into an open file, one member after the other. */
export class ZipWriter {
  readonly #handle: FileHandle;
  readonly #compress: boolean;
  readonly #wideFrom: number;
  readonly #records: ZipRecord[] = [];
  #at = 0;

  constructor(handle: FileHandle, options: ZipWriterOptions) {
    this.#handle = handle;
    this.#compress = options.compress;
    this.#wideFrom = options.wideFrom ?? 0xffffffff;
  }

  /** Writes the member `name`. Its local header is written again once size and CRC-32 are known. */
  async add(name: string, pieces: NpyPieces): Promise<void> {
    const encoded = new TextEncoder().encode(name);
    // Deflate may lengthen what it cannot shorten, by far less than an eighth.
    const most = this.#compress ? pieces.byteLength * 1.125 + 1024 : pieces.byteLength;
    const draft: ZipRecord = {
      name: encoded,
      utf8: encoded.length !== name.length,
      method: this.#compress ? 8 : 0,
      crc32: 0,
      packedSize: 0,
      size: pieces.byteLength,
      offset: this.#at,
      wide: Math.max(most, this.#at) >= this.#wideFrom,
    };
    const start = this.#at + localHeader(draft).length;
    let crc = 0;
    let end = start;
    const summed = function* (): Generator<Uint8Array> {
      for (const piece of pieces) {
        crc = crc32(piece, crc);
        yield piece;
      }
    };
    for await (const chunk of this.#compress ? deflated(summed()) : summed()) {
      await writeFully(this.#handle, chunk, end);
      end += chunk.length;
    }
    const record = { ...draft, crc32: crc, packedSize: end - start };
    await writeFully(this.#handle, localHeader(record), record.offset);
    this.#records.push(record);
    this.#at = end;
  }

  /** Writes the directory. */
  async finish(): Promise<void> {
    const offset = this.#at;
    for (const record of this.#records) {
      const entry = directoryEntry(record);
      await writeFully(this.#handle, entry, this.#at);
      this.#at += entry.length;
    }
    const count = this.#records.length;
    const wide = this.#at >= this.#wideFrom || count > MAX_NARROW_COUNT;
    await writeFully(this.#handle, endRecords({ count, offset, size: this.#at - offset, wide }), this.#at);
  }
}

async function* deflated(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw();
  pipeline(Readable.from(pieces), deflate, () => {}); // Errors reach the loop through `deflate`.
  yield* deflate;
}
