import type { LostSound } from "./frame_walk.ts";
import { bytesAt, type EndSource, MOST_PIECES } from "./announced_end.ts";
import { AudioFileError } from "./audio_file_error.ts";

/** Bytes of a sample by the number of the coding; of the others (ADPCM) the bytes do not tell the samples. */
const SAMPLE_BYTES: Readonly<Record<number, number>> = { 0: 1, 4: 2, 6: 1, 7: 1 };

/** How the sound of a block is written. */
interface Coding {
  readonly rate: number;
  readonly channels: number;
  /** Undefined where bytes do not tell samples. */
  readonly sampleBytes: number | undefined;
}

/** Hz by the byte of the old blocks, as ffmpeg has them. */
const rateOf = (divisor: number) => Math.floor(1_000_000 / (256 - divisor));

/**
 * Where a Creative VOC file is silent by its blocks of silence, which ffmpeg passes over: what follows would come too early.
 * (Creative Labs, VOC file format; MultimediaWiki, Creative Voice)
 *
 * @returns Pauses in order: the seconds of sound before each, and its own. None where there are no such blocks.
 * @throws {AudioFileError} It repeats blocks, or has pauses in sound whose length its bytes do not tell; `final`, since ffmpeg would
 *   be wrong without a word.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { memoryFile } from "#lib/audio/memory_file.ts";
 * import { vocPauses } from "#lib/audio/voc_pauses.ts";
 *
 * // Two samples at 10 kHz, then 1000 of silence.
 * const blocks = [1, 4, 0, 0, 156, 0, 128, 128, 3, 3, 0, 0, 0xe7, 3, 156, 0];
 * const file = memoryFile(Uint8Array.of(...new Array(20).fill(0), 26, 0, 0, 0, 0, 0, ...blocks), "a.voc");
 * assert.deepEqual(await vocPauses(file), [{ atSec: 0.0002, lostSec: 0.1 }]);
 * ```
 */
export async function vocPauses(source: EndSource): Promise<readonly LostSound[]> {
  const { file } = source;
  const pauses: LostSound[] = [];
  let at = (await bytesAt(source, 20, 2))?.getUint16(0, true) ?? 26;
  let sec = 0;
  let coding: Coding | undefined;
  /** What a block of type 8 says of the next. */
  let extended: Omit<Coding, "sampleBytes"> | undefined;
  let isTimed = true;
  const rates = new Set<number>();
  const sound = (bytes: number) => {
    const { rate, channels, sampleBytes } = coding ?? { rate: 0, channels: 0, sampleBytes: undefined };
    if (sampleBytes === undefined || rate === 0 || channels === 0) isTimed = false;
    else sec += bytes / (rate * channels * sampleBytes);
    rates.add(rate);
  };
  for (let pieces = 0; pieces < MOST_PIECES; pieces++) {
    const head = await bytesAt(source, at, 4);
    const word = head?.getUint32(0, true) ?? 0;
    const [type, size] = [word & 255, word >>> 8];
    if (head === undefined || type === 0) break;
    const start = at + 4;
    const held = Math.max(0, Math.min(size, source.size - start));
    const view = await bytesAt(source, start, Math.min(12, held));
    at = start + size;
    if (view === undefined) break;
    if (type === 1 && held >= 2) {
      const sampleBytes = SAMPLE_BYTES[view.getUint8(1)];
      coding = { ...extended ?? { rate: rateOf(view.getUint8(0)), channels: 1 }, sampleBytes };
      extended = undefined;
      sound(held - 2);
    } else if (type === 2) sound(held);
    else if (type === 3 && held >= 3) {
      const lostSec = (view.getUint16(0, true) + 1) * (256 - view.getUint8(2)) / 1_000_000;
      pauses.push({ atSec: sec, lostSec });
    } else if (type === 6 && held >= 2 && view.getUint16(0, true) > 0) {
      const times = view.getUint16(0, true);
      const many = times === 0xffff ? "without an end" : `${times} times more`;
      const fault = `plays a part of it ${many}, at ${sec.toFixed(3)} s, which is not read here or by ffmpeg`;
      throw new AudioFileError(`is VOC that ${fault}`, { file, isFinal: true });
    } else if (type === 8 && held >= 4) {
      const channels = view.getUint8(3) + 1;
      const rate = Math.floor(256_000_000 / (channels * (65_536 - view.getUint16(0, true))));
      extended = { rate, channels };
    } else if (type === 9 && held >= 12) {
      const sampleBytes = SAMPLE_BYTES[view.getUint16(6, true)];
      coding = { rate: view.getUint32(0, true), channels: view.getUint8(5), sampleBytes };
      sound(held - 12);
    }
  }
  if (pauses.length > 0 && (!isTimed || rates.size > 1)) {
    const why = isTimed ? "of several rates" : "of a coding whose bytes do not tell its length";
    const fault = `is VOC with pauses in sound ${why}: where they belong is not known`;
    throw new AudioFileError(fault, { file, isFinal: true });
  }
  return pauses;
}
