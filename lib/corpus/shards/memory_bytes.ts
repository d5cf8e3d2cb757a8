import type { TarBytes } from "./tar_bytes.ts";

/** A tar in memory. */
export class MemoryBytes implements TarBytes {
  readonly file: string;
  readonly isPacked = false;
  position = 0;
  readonly #bytes: Uint8Array;

  constructor(file: string, bytes: Uint8Array) {
    this.file = file;
    this.#bytes = bytes;
  }

  take(length: number): Promise<Uint8Array> {
    const piece = this.#bytes.subarray(this.position, this.position + length);
    this.position += piece.length;
    return Promise.resolve(piece);
  }

  async read(length: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.take(length));
  }

  skip(length: number): Promise<number> {
    const skipped = Math.min(length, this.#bytes.length - this.position);
    this.position += skipped;
    return Promise.resolve(skipped);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
