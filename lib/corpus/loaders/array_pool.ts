/** Bytes that are kept for later, at most. */
const MOST_KEPT = 2 ** 28;

/**
 * Memory that is used again. An array of some megabytes that is made anew has to be given by the system page by page when it is first
 * written to, which takes longer than decoding what is put into it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ArrayPool } from "#lib/corpus/loaders/array_pool.ts";
 * const pool = new ArrayPool();
 * const first = pool.floats(1000);
 * pool.give(first);
 * assert.equal(pool.floats(990).buffer, first.buffer);
 * assert.notEqual(pool.floats(990).buffer, first.buffer);
 * ```
 */
export class ArrayPool {
  #kept: ArrayBuffer[] = [];
  #keptBytes = 0;

  /** So many numbers, with whatever stood there before. */
  floats(length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#take(4 * length), 0, length);
  }

  /** So many bytes, with whatever stood there before. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#take(length), 0, length);
  }

  /** Takes an array's memory back, whole; nobody may look at it any more. */
  give({ buffer }: { readonly buffer: ArrayBuffer }): void {
    if (buffer.byteLength === 0 || this.#keptBytes + buffer.byteLength > MOST_KEPT) return;
    if (this.#kept.includes(buffer)) return;
    this.#kept.push(buffer);
    this.#keptBytes += buffer.byteLength;
  }

  /** The smallest that is large enough, and not more than twice as large. */
  #take(byteLength: number): ArrayBuffer {
    let best = -1;
    for (let i = 0; i < this.#kept.length; i++) {
      const { byteLength: has } = this.#kept[i];
      if (has < byteLength || has > 2 * byteLength + 4096) continue;
      if (best < 0 || has < this.#kept[best].byteLength) best = i;
    }
    if (best < 0) return new ArrayBuffer(byteLength);
    const [buffer] = this.#kept.splice(best, 1);
    this.#keptBytes -= buffer.byteLength;
    return buffer;
  }
}
