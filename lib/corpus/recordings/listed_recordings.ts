import type { WavId } from "../ids/wav_id.ts";
import type { ListedRecording } from "./recording_list.ts";

/** Recordings by number and by id, however they are held. */
export interface ListedRecordings {
  readonly length: number;
  /** The recording of a number from 0, which is there. */
  at(number: number): ListedRecording;
  /** Its length in seconds, as {@linkcode ListedRecording.durationSec}. */
  durationSec(number: number): number;
  /** The number of an id; undefined where none has it. */
  numberOf(wavId: WavId): number | undefined;
  /** The ids, or those of some numbers, as UTF-8 with a NUL behind each. */
  idBytes(numbers?: Uint32Array): Uint8Array;
}

/**
 * Recordings of an array by number and by id.
 *
 * @throws {RangeError} Two recordings have one id.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { listedRecordings } from "#lib/corpus/recordings/listed_recordings.ts";
 * const recording = { wavId: "a", path: "a.wav", file: "/corpus/a.wav", durationSec: 2 };
 * assert.equal(listedRecordings([recording]).numberOf("a"), 0);
 * assert.throws(() => listedRecordings([recording, recording]), /Two recordings are called "a"/);
 * ```
 */
export function listedRecordings(recordings: readonly ListedRecording[]): ListedRecordings {
  const numbers = new Map(recordings.map(({ wavId }, number) => [wavId, number]));
  if (numbers.size < recordings.length) {
    const twice = recordings.find(({ wavId }, number) => numbers.get(wavId) !== number)!;
    throw new RangeError(`Two recordings are called ${JSON.stringify(twice.wavId)}; ids must differ.`);
  }
  return {
    length: recordings.length,
    at: (number) => recordings[number],
    durationSec: (number) => recordings[number].durationSec,
    numberOf: (wavId) => numbers.get(wavId),
    idBytes(some) {
      const ids = some === undefined
        ? recordings.map(({ wavId }) => wavId)
        : Array.from(some, (number) => recordings[number].wavId);
      return new TextEncoder().encode(ids.map((id) => `${id}\0`).join(""));
    },
  };
}

/**
 * Some of recordings, in the order of all.
 *
 * @param numbers Of all, ascending, none twice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { listedRecordings, someRecordings } from "#lib/corpus/recordings/listed_recordings.ts";
 * const all = ["a", "b"].map((wavId) => ({ wavId, path: wavId, file: `/${wavId}`, durationSec: 2 }));
 * const some = someRecordings(listedRecordings(all), Uint32Array.of(1));
 * assert.deepEqual([some.length, some.at(0).wavId, some.numberOf("b"), some.numberOf("a")], [1, "b", 0, undefined]);
 * ```
 */
export function someRecordings(all: ListedRecordings, numbers: Uint32Array): ListedRecordings {
  return {
    length: numbers.length,
    at: (number) => all.at(numbers[number]),
    durationSec: (number) => all.durationSec(numbers[number]),
    idBytes: (some) => all.idBytes(some === undefined ? numbers : some.map((number) => numbers[number])),
    numberOf(wavId) {
      const wanted = all.numberOf(wavId);
      if (wanted === undefined) return undefined;
      let low = 0, high = numbers.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (numbers[middle] < wanted) low = middle + 1;
        else high = middle;
      }
      return numbers[low] === wanted ? low : undefined;
    },
  };
}
