import { bytesAt, type EndSource } from "./announced_end.ts";

/** Of the header of ASF, that and what tells the coding of its streams. */
const HEADER_BYTES = 1 << 16;
const STREAM_PROPERTIES = "9107dcb7b7a9cf118ee600c00c205365";
const AUDIO = "409e69f84d5bcf11a8fd00805f5c442b";
/** Windows Media Audio, versions 1 and 2, by `wFormatTag`. */
const WMA_1 = 0x160, WMA_2 = 0x161;

const hexAt = (view: DataView, at: number) =>
  Array.from({ length: 16 }, (_, i) => view.getUint8(at + i).toString(16).padStart(2, "0")).join("");

/**
 * Samples of silence that libavcodec's encoder of Windows Media Audio put before the sound: one frame. ffmpeg drops two of each
 * file when it decodes, as if all were of Microsoft's encoder, and the first of sound with them. Its encoder is known by flags
 * that it alone sets: no bit reservoir and no blocks of several sizes.
 *
 * @returns Undefined where it is no such stream, or of another encoder.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { memoryFile } from "#lib/audio/memory_file.ts";
 * import { wmaDelay } from "#lib/audio/wma_delay.ts";
 *
 * const bytes = Uint8Array.from({ length: 106 }, () => 0);
 * const hex = (text: string) => text.match(/../g)!.map((byte) => Number.parseInt(byte, 16));
 * bytes.set(hex("9107dcb7b7a9cf118ee600c00c205365"));
 * bytes.set(hex("409e69f84d5bcf11a8fd00805f5c442b"), 24);
 * bytes.set(hex("6101" + "0100" + "44ac0000" + "803e0000" + "e702" + "1000" + "0a00" + "00000000" + "0100"), 78);
 * assert.equal(await wmaDelay(memoryFile(bytes, "a.wma")), 2048);
 * bytes[100] = 15; // as Microsoft's encoder
 * assert.equal(await wmaDelay(memoryFile(bytes, "a.wma")), undefined);
 * ```
 */
export async function wmaDelay(source: EndSource): Promise<number | undefined> {
  const view = await bytesAt(source, 0, Math.min(HEADER_BYTES, source.size));
  if (view === undefined) return undefined;
  for (let at = 0; at + 106 <= view.byteLength; at++) {
    if (view.getUint8(at) !== 0x91 || hexAt(view, at) !== STREAM_PROPERTIES) continue;
    if (hexAt(view, at + 24) !== AUDIO) continue;
    const [tag, rate] = [view.getUint16(at + 78, true), view.getUint32(at + 82, true)];
    if (tag !== WMA_1 && tag !== WMA_2) return undefined;
    // Behind the 18 bytes of WAVEFORMATEX: flags of 16 or 32 bits, and 16 bits that tell how frames are coded.
    const flags = tag === WMA_1 ? view.getUint16(at + 96, true) : view.getUint32(at + 96, true);
    const coding = view.getUint16(at + (tag === WMA_1 ? 98 : 100), true);
    if (flags !== 0 || coding !== 1) return undefined;
    return rate <= 16_000 ? 512 : rate <= 22_050 || (rate <= 32_000 && tag === WMA_1) ? 1024 : 2048;
  }
  return undefined;
}
