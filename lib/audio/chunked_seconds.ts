import type { OpenFile } from "./open_file.ts";

/** Chunks before the samples; more are no recording's. */
const MOST_CHUNKS = 1000;

/** Sony's Wave64: chunks of a GUID and a size, which counts both; the GUID begins with RIFF's name. */
const WAVE64 = { start: 40, head: 24, isLittle: true, format: "fmt ", counted: 24, before: 0 };
/** Apple's CAF: a name and a size; the samples come behind four bytes of an edit count. */
const CORE_AUDIO = { start: 8, head: 12, isLittle: false, format: "desc", counted: 0, before: 4 };

/**
 * Seconds of sound that the header of a Wave64 or CAF file announces, which ffmpeg does not hold against what it finds.
 * (Sony Pictures Digital, Wave64; Apple, Core Audio Format Specification 1.0)
 *
 * @returns Undefined where it is of neither, leaves it open, or its packets have no fixed size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chunkedSeconds } from "#lib/audio/chunked_seconds.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("package.json");
 * assert.equal(await chunkedSeconds(file), undefined);
 * await file.close();
 * ```
 */
export async function chunkedSeconds(source: Omit<OpenFile, "close">): Promise<number | undefined> {
  const at = async (position: number, length: number) => {
    const bytes = await source.read(new Uint8Array(length), position);
    return bytes.length < length ? undefined : new DataView(bytes.buffer);
  };
  const name = (view: DataView) => String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(i)));
  const start = await at(0, 4);
  const kind = start && ({ riff: WAVE64, caff: CORE_AUDIO } as const)[name(start)];
  if (!kind) return undefined;
  let bytesPerSec = 0;
  for (let position: number = kind.start, chunks = 0; chunks < MOST_CHUNKS; chunks++) {
    const head = await at(position, kind.head);
    if (!head) return undefined;
    const bytes = Number(head.getBigInt64(kind.head - 8, kind.isLittle)) - kind.counted;
    if (bytes < 0) return undefined;
    if (name(head) === "data") return bytesPerSec > 0 ? (bytes - kind.before) / bytesPerSec : undefined;
    if (name(head) === kind.format) {
      const format = await at(position + kind.head, kind.isLittle ? 14 : 32);
      if (!format) return undefined;
      if (kind.isLittle) bytesPerSec = format.getUint32(8, true);
      else {
        const [bytesPerPacket, framesPerPacket] = [format.getUint32(16), format.getUint32(20)];
        bytesPerSec = framesPerPacket === 0 ? 0 : format.getFloat64(0) * bytesPerPacket / framesPerPacket;
      }
    }
    position += kind.head + bytes;
    if (kind.isLittle) position = Math.ceil(position / 8) * 8;
  }
  return undefined;
}
