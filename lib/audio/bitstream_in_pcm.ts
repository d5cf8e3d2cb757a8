/** Bytes at the start of a recording's samples that {@linkcode bitstreamInPcm} looks at: two of the longest bursts. */
export const BITSTREAM_BYTES = 1 << 16;

/** How each frame begins, as it lies in samples of 16 bits. (IEC 61937-1, section 6; ETSI TS 102 114, section 5) */
const SYNCS: ReadonlyMap<number, string> = new Map([
  [0x72f81f4e, "an S/PDIF bitstream (as of AC-3)"],
  [0xf8724e1f, "an S/PDIF bitstream (as of AC-3)"],
  [0xfe7f0180, "DTS"],
  [0x7ffe8001, "DTS"],
  [0xff1f00e8, "DTS"],
  [0x1fffe800, "DTS"],
]);

/** By a byte, whether a sync word begins with it: few do, and looking at the whole word takes longer than decoding the samples. */
const FIRST_BYTES = Uint8Array.from(
  { length: 256 },
  (_, byte) => [...SYNCS.keys()].some((sync) => sync >>> 24 === byte) ? 1 : 0,
);

/**
 * What compressed sound lies in a WAV that calls it 16-bit samples, as films' and receivers' recordings have it. Heard as
 * samples it is noise at full scale.
 *
 * @param start The first bytes of the samples.
 * @returns Its name where the same sync word occurs twice; undefined for samples.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bitstreamInPcm } from "#lib/audio/bitstream_in_pcm.ts";
 *
 * const frame = [0xfe, 0x7f, 0x01, 0x80, 1, 2];
 * assert.equal(bitstreamInPcm(Uint8Array.from([0, 0, ...frame, ...frame])), "DTS");
 * assert.equal(bitstreamInPcm(Uint8Array.from([0, 0, ...frame])), undefined);
 * ```
 */
export function bitstreamInPcm(start: Uint8Array): string | undefined {
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const seen = new Set<number>();
  for (let at = 0; at + 4 <= start.length; at += 2) {
    if (FIRST_BYTES[start[at]] === 0) continue;
    const word = view.getUint32(at);
    const found = SYNCS.get(word);
    if (found === undefined) continue;
    if (seen.has(word)) return found;
    seen.add(word);
  }
  return undefined;
}
