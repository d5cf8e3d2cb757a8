import { ac3Frame } from "./ac3_frame.ts";
import { adtsFrame } from "./adts_frame.ts";
import { FileWindow } from "./file_window.ts";
import { frameChain, type FrameChainOptions } from "./frame_chain.ts";
import { mpegFrame } from "./mpeg_frame.ts";
import type { OpenFile } from "./open_file.ts";

/** Bytes of a start that is damaged, or is the end of a frame. */
const MOST_LOST = 1 << 22;
/** Ten of the longest frames: MPEG's layer II of 160 kbit/s at 8 kHz has 2881 bytes, AAC's 8191. */
const CHAIN_BYTES = 10 * 8191;
const STEP = 1 << 18;

/** A stream of frames that does not begin with one. */
export interface StartInside {
  readonly name: "MPEG audio" | "AAC (ADTS)" | "AC-3";
  /** Bytes before the first frame. */
  readonly bytes: number;
}

type Kind = readonly [name: StartInside["name"], isChain: (bytes: Uint8Array) => boolean];

function kind<Frame extends { readonly bytes: number }>(
  name: StartInside["name"],
  options: Pick<FrameChainOptions<Frame>, "least" | "frameAt" | "kind">,
): Kind {
  return [name, (bytes) => frameChain(bytes, { isWhole: false, ...options }) !== undefined];
}

/** So many do not follow each other by chance, wherever they begin. AC-3's begin with 16 bits that are always the same. */
const KINDS: Readonly<Record<number, readonly Kind[]>> = {
  0xff: [
    kind("MPEG audio", {
      least: 10,
      frameAt: mpegFrame,
      kind: ({ version, layer, sampleRate }) => `${version} ${layer} ${sampleRate}`,
    }),
    kind("AAC (ADTS)", {
      least: 10,
      frameAt: adtsFrame,
      kind: ({ profile, sampleRate, channels }) => `${profile} ${sampleRate} ${channels}`,
    }),
  ],
  0x0b: [
    kind("AC-3", { least: 6, frameAt: ac3Frame, kind: ({ name, sampleRate }) => `${name} ${sampleRate}` }),
  ],
};

/**
 * Whether an open file is MPEG audio, AAC in ADTS or AC-3 that does not begin with a frame, as pieces of a radio stream do and files
 * whose start is damaged: many frames follow each other from somewhere in the first 4 MiB on.
 *
 * @returns Undefined where it is not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { memoryFile } from "#lib/audio/memory_file.ts";
 * import { startInside } from "#lib/audio/start_inside.ts";
 *
 * const bytes = new Uint8Array(100 + 10 * 417);
 * for (let i = 0; i < 10; i++) bytes.set([0xff, 0xfb, 0x90, 0x44], 100 + i * 417);
 * assert.deepEqual(await startInside(memoryFile(bytes, "a.mp3")), { name: "MPEG audio", bytes: 100 });
 * assert.equal(await startInside(memoryFile(bytes.subarray(0, -417), "a.mp3")), undefined);
 * ```
 */
export async function startInside(source: Omit<OpenFile, "close">): Promise<StartInside | undefined> {
  const window = new FileWindow(source);
  for (let from = 0; from < Math.min(MOST_LOST, source.size); from += STEP) {
    const bytes = await window.view(from, STEP + CHAIN_BYTES);
    for (let at = from === 0 ? 1 : 0; at < Math.min(STEP, bytes.length); at++) {
      const kinds = KINDS[bytes[at]];
      const found = kinds?.find(([, isChain]) => isChain(bytes.subarray(at)));
      if (found) return { name: found[0], bytes: from + at };
    }
  }
  return undefined;
}
