import { bytesAt, type EndSource, textOf } from "./announced_end.ts";

/** Chunks of a header; more are no recording's. */
const MOST_CHUNKS = 1000;

/** PCM, float, A-law and mu-law: bytes tell samples. */
const OF_SAMPLES: ReadonlySet<number> = new Set([1, 3, 6, 7]);

/** How long an AVI says that its sound is. */
export interface AviSeconds {
  readonly sec: number;
  /** Whether it is told in samples or frames; by the bytes of a codec it is rounded. */
  readonly isExact: boolean;
}

/**
 * Seconds of sound that an AVI's header announces for its first stream of sound: ffmpeg passes over chunks that are damaged, says
 * nothing, and strings together what is left. (Microsoft, AVISTREAMHEADER: dwLength units of dwScale / dwRate seconds)
 *
 * @returns Undefined where it is no AVI, has no sound, or its writer left the length open.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { aviSeconds } from "#lib/audio/avi_seconds.ts";
 * import { memoryFile } from "#lib/audio/memory_file.ts";
 *
 * const text = (content: string) => [...content].map((character) => character.charCodeAt(0));
 * const chunk = (id: string, content: readonly number[]) => [...text(id), content.length, 0, 0, 0, ...content];
 * // 16000 units of 1/8000 s, in a stream of PCM.
 * const header = [...text("auds"), ...new Array(16).fill(0), 1, 0, 0, 0, 64, 31, 0, 0, 0, 0, 0, 0, 128, 62, 0, 0];
 * const stream = [...text("strl"), ...chunk("strh", [...header, ...new Array(20).fill(1)]), ...chunk("strf", [1, 0, 1, 0])];
 * const body = [...text("AVI "), ...chunk("LIST", [...text("hdrl"), ...chunk("LIST", stream)])];
 * const file = memoryFile(Uint8Array.from(chunk("RIFF", body)), "a.avi");
 * assert.deepEqual(await aviSeconds(file), { sec: 2, isExact: true });
 * ```
 */
export async function aviSeconds(source: EndSource): Promise<AviSeconds | undefined> {
  const start = await bytesAt(source, 0, 12);
  if (start === undefined || textOf(start) !== "RIFF" || textOf(start, 8) !== "AVI ") return undefined;
  let found: { sec: number; unitBytes: number } | undefined;
  for (let at = 12, chunks = 0; chunks < MOST_CHUNKS; chunks++) {
    const head = await bytesAt(source, at, 12);
    if (head === undefined) return undefined;
    const id = textOf(head);
    const size = head.getUint32(4, true);
    const form = id === "LIST" ? textOf(head, 8) : "";
    if (form === "movi") return undefined;
    if (id === "strh" && textOf(head, 8) === "auds") {
      const header = await bytesAt(source, at + 8, 48);
      if (header === undefined) return undefined;
      const [scale, rate, length, unitBytes] = [20, 24, 32, 44].map((place) => header.getUint32(place, true));
      if (scale === 0 || rate === 0 || length === 0) return undefined;
      found = { sec: length * scale / rate, unitBytes };
    } else if (id === "strf" && found) {
      const isExact = found.unitBytes === 0 || OF_SAMPLES.has(head.getUint16(8, true));
      return { sec: found.sec, isExact };
    }
    // What is in these lists is walked over too.
    at += form === "hdrl" || form === "strl" ? 12 : 8 + size + size % 2;
  }
  return undefined;
}
