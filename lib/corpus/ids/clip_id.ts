import { asWavId, type WavId } from "./wav_id.ts";

/** What a piece of a recording is called: the recording's id, an underscore, its number in at least four digits. */
export type ClipId = string;

/**
 * The id of a recording's n-th piece, from 0.
 *
 * @throws {RangeError} when the number is no whole number from 0.
 * @throws {WavIdError} when the id is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clipId } from "#lib/corpus/ids/clip_id.ts";
 * assert.equal(clipId("rec.2024.05.01", 7), "rec.2024.05.01_0007");
 * assert.equal(clipId("rec", 12345), "rec_12345");
 * ```
 */
export function clipId(wavId: WavId, index: number): ClipId {
  if (!Number.isSafeInteger(index) || index < 0) {
    throw new RangeError(`A clip's number is a whole number from 0, not ${index}.`);
  }
  return `${asWavId(wavId)}_${String(index).padStart(4, "0")}`;
}

/**
 * Recording and number of a clip's id, split at its last underscore; undefined when it does not end in one and four or more digits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseClipId } from "#lib/corpus/ids/clip_id.ts";
 * assert.deepEqual(parseClipId("rec_0001_0002"), { wavId: "rec_0001", index: 2 });
 * assert.equal(parseClipId("rec"), undefined);
 * ```
 */
export function parseClipId(text: string): { readonly wavId: WavId; readonly index: number } | undefined {
  // By hand, because the keys of a large index are all split.
  const underscore = text.lastIndexOf("_"), count = text.length - underscore - 1;
  if (underscore < 1 || count < 4 || count > 15) return undefined;
  for (let i = underscore + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return undefined;
  }
  const digits = text.slice(underscore + 1);
  if (count > 4 && digits.startsWith("0")) return undefined;
  return { wavId: text.slice(0, underscore), index: Number(digits) };
}
