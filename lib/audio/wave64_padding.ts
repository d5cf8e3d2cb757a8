import { bytesAt, type EndSource, textOf } from "./announced_end.ts";

/** Chunks before the samples; more are no recording's. */
const MOST_CHUNKS = 1000;
/** Chunks begin at multiples of it. */
const STEP = 8;

/**
 * Whether a Wave64 of 8 bits ends with zeros that only fill its last chunk up: some writers (ffmpeg 5.1) count them among the
 * samples, where they are the loudest there is. Zeros of wider samples are silent. (Sony Pictures Digital, Wave64)
 *
 * @returns A fault in words; undefined where there are none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { memoryFile } from "#lib/audio/memory_file.ts";
 * import { wave64Padding } from "#lib/audio/wave64_padding.ts";
 *
 * assert.equal(await wave64Padding(memoryFile(new Uint8Array(100), "a.w64")), undefined);
 * ```
 */
export async function wave64Padding(source: EndSource): Promise<string | undefined> {
  let isOfBytes = false;
  for (let at = 40, chunks = 0; chunks < MOST_CHUNKS; chunks++) {
    const head = await bytesAt(source, at, 40);
    if (head === undefined) return undefined;
    const size = Number(head.getBigUint64(16, true));
    if (size < 24) return undefined;
    if (textOf(head) === "fmt ") isOfBytes = head.getUint16(24, true) === 1 && head.getUint16(38, true) === 8;
    if (textOf(head) === "data") {
      const last = isOfBytes && size % STEP === 0 ? await bytesAt(source, at + size - STEP, STEP) : undefined;
      if (last === undefined) return undefined;
      let zeros = 0;
      while (zeros < STEP && last.getUint8(STEP - 1 - zeros) === 0) zeros++;
      // A whole chunk's step of them is sound that is clipped.
      if (zeros === 0 || zeros === STEP) return undefined;
      return `ends with ${zeros} of its lowest samples: zeros that fill up its last chunk, which it counts as sound`;
    }
    at += Math.ceil(size / STEP) * STEP;
  }
  return undefined;
}
