import { type AnnouncedEnd, bytesAt, type EndSource, MOST_PIECES, textOf } from "./announced_end.ts";

/** Of a block, whose size is counted without its first eight bytes. */
const HEADER_BYTES = 32;
const UNKNOWN = 0xffffffff;
/** In the flags: the last block of those for the same samples. */
const IS_FINAL = 1 << 12;

/**
 * WavPack: blocks that tell their size, their first sample, and how many samples the file has. (WavPack 5 file format)
 *
 * @returns The end of the block with the last sample, or of what of its size should be there; open where the samples are not counted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { memoryFile } from "#lib/audio/memory_file.ts";
 * import { wavPackEnd } from "#lib/audio/wavpack_end.ts";
 *
 * const block = new Uint8Array(40);
 * block.set(new TextEncoder().encode("wvpk"));
 * block.set([32], 4); //  bytes behind the first eight
 * block.set([9], 12); //  samples of the file
 * block.set([9], 20); //  samples here
 * block.set([0x10], 25); // the last block for them
 * const { end, mark } = await wavPackEnd(memoryFile(Uint8Array.of(...block, ...block), "a.wv"));
 * assert.deepEqual([end, mark], [40, "wvpk"]);
 * ```
 */
export async function wavPackEnd(source: EndSource): Promise<AnnouncedEnd> {
  let at = 0;
  for (let pieces = 0; pieces < MOST_PIECES; pieces++) {
    const head = await bytesAt(source, at, HEADER_BYTES);
    if (head === undefined || textOf(head) !== "wvpk") {
      // Damaged, which its decoder tells; or cut between two blocks, which its length does.
      return {};
    }
    const [total, first, samples, flags] = [12, 16, 20, 24].map((place) => head.getUint32(place, true));
    const isLast = samples > 0 && first + samples >= total && (flags & IS_FINAL) !== 0;
    at += 8 + head.getUint32(4, true);
    if (total === UNKNOWN) return {};
    if (isLast || at > source.size) return { end: at, mark: "wvpk" };
  }
  return {};
}
