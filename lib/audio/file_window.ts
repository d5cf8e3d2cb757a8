import type { OpenFile } from "./open_file.ts";

/** Bytes read at a time. */
const PIECE_BYTES = 1 << 18;

/**
 * A file's bytes from a moving place on, for parsers that go from the start to the end: it holds what was asked for,
 * and no more than a piece before it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FileWindow } from "#lib/audio/file_window.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("package.json");
 * const window = new FileWindow(file);
 * assert.equal(String.fromCharCode((await window.view(0, 1))[0]), "{");
 * assert.equal((await window.view(file.size - 1, 10)).length, 1);
 * await file.close();
 * ```
 */
export class FileWindow {
  /** Bytes of the file. */
  readonly size: number;
  readonly #source: Omit<OpenFile, "close">;
  #bytes = new Uint8Array(0);
  #start = 0;

  constructor(source: Omit<OpenFile, "close">) {
    this.#source = source;
    this.size = source.size;
  }

  /**
   * The bytes from a position on, at least `count` where the file has them; often more. They stay as they are.
   *
   * @param position Byte in the file.
   * @param count Bytes that are needed.
   */
  async view(position: number, count: number): Promise<Uint8Array> {
    const end = this.#start + this.#bytes.length;
    const wanted = Math.min(position + count, this.size);
    if (position < this.#start || wanted > end) {
      const kept = position >= this.#start && position < end
        ? this.#bytes.subarray(position - this.#start)
        : new Uint8Array(0);
      const from = position + kept.length;
      const bytes = new Uint8Array(Math.max(wanted, Math.min(from + PIECE_BYTES, this.size)) - position);
      bytes.set(kept);
      const part = await this.#source.read(bytes.subarray(kept.length), from);
      this.#bytes = bytes.subarray(0, kept.length + part.length);
      this.#start = position;
    }
    return this.#bytes.subarray(position - this.#start);
  }
}
