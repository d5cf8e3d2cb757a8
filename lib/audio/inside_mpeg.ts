import { frameChain } from "./frame_chain.ts";
import { mpegFrame } from "./mpeg_frame.ts";

/** The longest frame: layer II of 160 kbit/s at 8 kHz, padded. */
const LONGEST_FRAME = 2881;
/** So many do not follow each other by chance, wherever they begin. */
const FRAMES = 10;

/**
 * Whether bytes are MPEG audio that begins inside a frame, as pieces of a radio stream and split files do: ten frames
 * follow each other from somewhere in the length of one on.
 *
 * @param start The first bytes of a file: ten frames are 15 KB at most at usual rates.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { beginsInsideMpeg } from "#lib/audio/inside_mpeg.ts";
 *
 * const bytes = new Uint8Array(100 + 10 * 417);
 * for (let i = 0; i < 10; i++) bytes.set([0xff, 0xfb, 0x90, 0x44], 100 + i * 417);
 * assert(beginsInsideMpeg(bytes));
 * assert(!beginsInsideMpeg(bytes.subarray(0, -417)));
 * ```
 */
export function beginsInsideMpeg(start: Uint8Array): boolean {
  for (let at = 1; at < Math.min(LONGEST_FRAME, start.length); at++) {
    if (start[at] !== 0xff) continue;
    const first = frameChain(start.subarray(at), {
      isWhole: false,
      least: FRAMES,
      frameAt: mpegFrame,
      kind: ({ version, layer, sampleRate }) => `${version} ${layer} ${sampleRate}`,
    });
    if (first) return true;
  }
  return false;
}
