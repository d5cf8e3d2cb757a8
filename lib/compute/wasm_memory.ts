const PAGE = 65536;

/** Address 0 stays free, so that no array has the address that looks like none. */
const BASE = 16;

/** A typed array in a module's memory. */
export interface WasmArray<View> {
  /** Where it begins, in bytes; 16-byte aligned. */
  readonly pointer: number;
  /** Number of elements. */
  readonly length: number;
  /** Its elements. Ask again after anything that may have grown the memory: growth detaches earlier views. */
  readonly view: View;
}

interface ViewConstructor<View> {
  new (buffer: ArrayBuffer, byteOffset: number, length: number): View;
  readonly BYTES_PER_ELEMENT: number;
}

/**
 * A WebAssembly memory dealt out from the bottom up: arrays are taken one after the other, 16-byte aligned, and all given back
 * at once by `reset`. What is dealt out holds whatever was there before.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { WasmMemory } from "#lib/compute/wasm_memory.ts";
 * const memory = new WasmMemory(new WebAssembly.Memory({ initial: 0 }));
 * const x = memory.float64([1, 2, 3]);
 * memory.float32(1_000_000); // the memory grows; x.view is still right
 * assert.deepEqual([...x.view], [1, 2, 3]);
 * memory.reset();
 * assert.equal(memory.int32(1).pointer, x.pointer);
 * ```
 */
export class WasmMemory {
  readonly #memory: WebAssembly.Memory;
  #top = BASE;

  /** @param memory The module's own, of which all from byte 16 on is dealt out. */
  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** Size of the whole memory, in bytes. It grows and never shrinks. */
  get byteLength(): number {
    return this.#memory.buffer.byteLength;
  }

  /**
   * Takes `bytes` bytes.
   *
   * @returns Their address, a multiple of 16.
   * @throws {RangeError} where the memory cannot grow that far; a module can have 4 GiB.
   */
  alloc(bytes: number): number {
    const pointer = this.#top;
    const top = pointer + Math.ceil(bytes / 16) * 16;
    if (!(bytes >= 0) || !Number.isSafeInteger(top)) throw new RangeError(`Cannot take ${bytes} bytes`);
    const missing = top - this.byteLength;
    if (missing > 0) {
      try {
        this.#memory.grow(Math.ceil(missing / PAGE));
      } catch (cause) {
        const size = `from ${this.byteLength} to ${top} bytes`;
        throw new RangeError(`The WebAssembly memory cannot grow ${size}; 4 GiB is the most it can have`, {
          cause,
        });
      }
    }
    this.#top = top;
    return pointer;
  }

  /** Gives everything back; the memory keeps its size. */
  reset(): void {
    this.#top = BASE;
  }

  /** Takes a `Float64Array` of that length, or a copy of those values. */
  float64(from: number | ArrayLike<number>): WasmArray<Float64Array<ArrayBuffer>> {
    return this.#array(Float64Array, from);
  }

  /** Takes a `Float32Array` of that length, or a copy of those values. */
  float32(from: number | ArrayLike<number>): WasmArray<Float32Array<ArrayBuffer>> {
    return this.#array(Float32Array, from);
  }

  /** Takes an `Int32Array` of that length, or a copy of those values. */
  int32(from: number | ArrayLike<number>): WasmArray<Int32Array<ArrayBuffer>> {
    return this.#array(Int32Array, from);
  }

  /** Takes a `Uint8Array` of that length, or a copy of those values. */
  uint8(from: number | ArrayLike<number>): WasmArray<Uint8Array<ArrayBuffer>> {
    return this.#array(Uint8Array, from);
  }

  #array<
    View extends {
      set(values: ArrayLike<number>): void;
      readonly length: number;
      readonly buffer: ArrayBufferLike;
    },
  >(
    View: ViewConstructor<View>,
    from: number | ArrayLike<number>,
  ): WasmArray<View> {
    const length = typeof from === "number" ? from : from.length;
    const pointer = this.alloc(length * View.BYTES_PER_ELEMENT);
    const current = () => this.#buffer;
    let view = new View(current(), pointer, length);
    if (typeof from !== "number") view.set(from);
    return {
      pointer,
      length,
      get view() {
        const buffer = current();
        if (view.buffer !== buffer) view = new View(buffer, pointer, length);
        return view;
      },
    };
  }

  get #buffer(): ArrayBuffer {
    const { buffer } = this.#memory;
    if (!(buffer instanceof ArrayBuffer)) {
      throw new TypeError("A memory of one thread is needed, not a shared one");
    }
    return buffer;
  }
}
