/** Which of many texts, each a piece of the same bytes, is a given one: a hash table over the bytes, without a text for each. */
export class ByteIds {
  readonly #bytes: Uint8Array;
  readonly #places: Uint32Array;
  /** The number of a piece and 1 in the slot of its hash or behind it; 0 where there is none. */
  readonly #slots: Uint32Array;
  readonly #encoder = new TextEncoder();

  private constructor(bytes: Uint8Array, places: Uint32Array, slots: Uint32Array) {
    this.#bytes = bytes;
    this.#places = places;
    this.#slots = slots;
  }

  /**
   * The table of pieces; undefined where two are the same.
   *
   * @param places Of each piece its first byte and the one behind its last.
   *
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { ByteIds } from "#lib/corpus/recordings/byte_ids.ts";
   * const ids = ByteIds.of(new TextEncoder().encode("abc"), Uint32Array.of(0, 1, 1, 3))!;
   * assert.deepEqual([ids.numberOf("bc"), ids.numberOf("b")], [1, undefined]);
   * assert.equal(ByteIds.of(new TextEncoder().encode("aa"), Uint32Array.of(0, 1, 1, 2)), undefined);
   * ```
   */
  static of(bytes: Uint8Array, places: Uint32Array): ByteIds | undefined {
    const count = places.length / 2;
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * count + 2)));
    const mask = slots.length - 1;
    for (let i = 0; i < count; i++) {
      const start = places[2 * i], end = places[2 * i + 1];
      let slot = hashOf(bytes, start, end) & mask;
      while (slots[slot] !== 0) {
        const other = slots[slot] - 1;
        if (isSame(bytes, start, end, bytes, places[2 * other], places[2 * other + 1])) return undefined;
        slot = (slot + 1) & mask;
      }
      slots[slot] = i + 1;
    }
    return new ByteIds(bytes, places, slots);
  }

  /** All pieces, or those of some numbers, with a NUL behind each. */
  joined(numbers?: Uint32Array): Uint8Array {
    const places = this.#places, count = numbers?.length ?? places.length / 2;
    const numberAt = (i: number) => numbers === undefined ? i : numbers[i];
    let length = count;
    for (let i = 0; i < count; i++) length += places[2 * numberAt(i) + 1] - places[2 * numberAt(i)];
    const joined = new Uint8Array(length);
    let to = 0;
    for (let i = 0; i < count; i++, to++) {
      const end = places[2 * numberAt(i) + 1];
      for (let at = places[2 * numberAt(i)]; at < end; at++) joined[to++] = this.#bytes[at];
    }
    return joined;
  }

  /** The number of the piece that a text is; undefined where none is. */
  numberOf(text: string): number | undefined {
    const wanted = this.#encoder.encode(text);
    const mask = this.#slots.length - 1;
    let slot = hashOf(wanted, 0, wanted.length) & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const i = this.#slots[slot] - 1;
      const start = this.#places[2 * i], end = this.#places[2 * i + 1];
      if (isSame(wanted, 0, wanted.length, this.#bytes, start, end)) return i;
    }
    return undefined;
  }
}

/** FNV-1a of 32 bits (Fowler, Noll, Vo), with the last bits mixed as MurmurHash3 does, because slots are taken from them. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  return hash ^ hash >>> 13;
}

function isSame(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): boolean {
  const length = aEnd - aStart;
  if (length !== bEnd - bStart) return false;
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false;
  return true;
}
