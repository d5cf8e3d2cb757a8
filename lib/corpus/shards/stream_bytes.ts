import { TarFault } from "./tar_fault.ts";
import type { TarBytes } from "./tar_bytes.ts";

/** A tar that comes in pieces, as out of gzip. */
export class StreamBytes implements TarBytes {
  readonly file: string;
  readonly isPacked = true;
  position = 0;
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #onClose: () => Promise<void>;
  #piece: Uint8Array = new Uint8Array(0);

  constructor(file: string, pieces: AsyncIterable<Uint8Array>, onClose: () => Promise<void>) {
    this.file = file;
    this.#pieces = pieces[Symbol.asyncIterator]();
    this.#onClose = onClose;
  }

  async take(length: number): Promise<Uint8Array> {
    while (this.#piece.length === 0 && length > 0) if (!await this.#next()) break;
    return this.#piece.length >= length ? this.#passed(length) : await this.read(length);
  }

  async read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    // In parts: a size that is wrong takes no memory for what is not there.
    const parts: Uint8Array[] = [];
    let bytes = 0;
    while (bytes < length) {
      if (this.#piece.length === 0 && !await this.#next()) break;
      const part = this.#passed(Math.min(length - bytes, this.#piece.length));
      parts.push(part);
      bytes += part.length;
    }
    const whole = new Uint8Array(bytes);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  async skip(length: number): Promise<number> {
    let left = length;
    while (left > 0) {
      if (this.#piece.length === 0 && !await this.#next()) break;
      left -= this.#passed(Math.min(left, this.#piece.length)).length;
    }
    return length - left;
  }

  async close(): Promise<void> {
    await this.#pieces.return?.();
    await this.#onClose();
  }

  #passed(length: number): Uint8Array {
    const piece = this.#piece.subarray(0, length);
    this.#piece = this.#piece.subarray(length);
    this.position += length;
    return piece;
  }

  async #next(): Promise<boolean> {
    try {
      const { value, done } = await this.#pieces.next();
      if (!done) this.#piece = value;
      return !done;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (!/^(Z|ERR)_/.test(code)) throw error;
      throw new TarFault(`its gzip is damaged: ${(error as Error).message}`, { offset: this.position }, {
        cause: error,
      });
    }
  }
}
