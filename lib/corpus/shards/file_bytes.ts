import type { FileHandle } from "node:fs/promises";
import type { TarBytes } from "./tar_bytes.ts";

/** Read at a time where small things are read. */
const WINDOW_BYTES = 1 << 20;

/** What a {@linkcode FileBytes} is made of. */
export interface FileBytesOptions {
  readonly file: string;
  readonly sizeBytes: number;
  /** Sees every byte that is read; then nothing is passed over unread. */
  readonly onBytes?: (piece: Uint8Array) => void;
}

/** A tar in an open file, which is closed with it. What is passed over is not read. */
export class FileBytes implements TarBytes {
  readonly file: string;
  readonly isPacked = false;
  position = 0;
  readonly #handle: FileHandle;
  readonly #size: number;
  readonly #onBytes: ((piece: Uint8Array) => void) | undefined;
  readonly #window: Uint8Array<ArrayBuffer>;
  /** What of the window is not taken yet. */
  #left: Uint8Array = new Uint8Array(0);

  constructor(handle: FileHandle, { file, sizeBytes, onBytes }: FileBytesOptions) {
    this.file = file;
    this.#handle = handle;
    this.#size = sizeBytes;
    this.#onBytes = onBytes;
    this.#window = new Uint8Array(Math.min(WINDOW_BYTES, Math.max(1, sizeBytes)));
  }

  async take(length: number): Promise<Uint8Array> {
    if (this.#left.length >= length) return this.#passed(length);
    if (length > this.#window.length) return await this.read(length);
    const kept = this.#left.length;
    this.#window.set(this.#left);
    const read = await this.#fill(this.#window.subarray(kept), this.position + kept);
    this.#left = this.#window.subarray(0, kept + read);
    return this.#passed(Math.min(length, this.#left.length));
  }

  async read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const target = new Uint8Array(Math.min(length, Math.max(0, this.#size - this.position)));
    if (target.length <= this.#window.length / 2) {
      target.set(await this.take(target.length));
      return target;
    }
    const have = this.#passed(Math.min(target.length, this.#left.length));
    target.set(have);
    const read = await this.#fill(target.subarray(have.length), this.position);
    this.position += read;
    return target.subarray(0, have.length + read);
  }

  async skip(length: number): Promise<number> {
    const wanted = Math.min(length, Math.max(0, this.#size - this.position));
    if (this.#onBytes !== undefined) {
      let left = wanted;
      while (left > 0) {
        const { length: passed } = await this.take(Math.min(left, this.#window.length));
        if (passed === 0) break;
        left -= passed;
      }
      return wanted - left;
    }
    this.#left = this.#left.subarray(wanted);
    this.position += wanted;
    return wanted;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #passed(length: number): Uint8Array {
    const piece = this.#left.subarray(0, length);
    this.#left = this.#left.subarray(length);
    this.position += length;
    return piece;
  }

  async #fill(target: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < target.length) {
      const { bytesRead } = await this.#handle.read(target, done, target.length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    this.#onBytes?.(target.subarray(0, done));
    return done;
  }
}
