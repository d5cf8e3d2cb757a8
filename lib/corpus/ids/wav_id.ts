/**
 * What a recording is called in every table, array and shard of a corpus: the file's stem unless a list of recordings says otherwise.
 *
 * It is taken as it is: never trimmed, split at dots or normalised, so that `é` and `e` with an accent are two recordings. Ids are
 * ordered by their bytes in UTF-8, which is `compareCodePoints`.
 */
export type WavId = string;

/** One that cannot name a file in a folder and a member in a tar. */
export class WavIdError extends RangeError {
  override readonly name = "WavIdError";
}

/**
 * Checks that a text can name a recording: not empty, no NUL, no slash, no half of a surrogate pair, not `.` or `..`, at most 200 bytes of UTF-8.
 *
 * @throws {WavIdError} that quotes it and says what is needed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { asWavId } from "#lib/corpus/ids/wav_id.ts";
 * assert.equal(asWavId("rec.2024.05.01 "), "rec.2024.05.01 ");
 * assert.throws(() => asWavId("a/b"), /"a\/b" is no id of a recording: it has a slash/);
 * ```
 */
export function asWavId(text: string): WavId {
  const fault = faultOf(text);
  if (fault !== undefined) {
    throw new WavIdError(`${JSON.stringify(text)} is no id of a recording: ${fault}.`);
  }
  return text;
}

/** Names of files end at 255 bytes, and `_0000.emb.npy` or `.npz.part` come behind an id. */
const MOST_BYTES = 200;

function faultOf(text: string): string | undefined {
  if (text === "") return "it is empty";
  if (text === "." || text === "..") return "it names a folder";
  if (text.includes("/")) return "it has a slash";
  if (text.includes("\0")) return "it has a NUL";
  // String.prototype.isWellFormed, for TypeScript's older targets.
  if (
    /[\ud800-\udfff]/.test(text) &&
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)
  ) {
    return "it has half of a surrogate pair";
  }
  // A unit of UTF-16 has three bytes at most.
  if (3 * text.length <= MOST_BYTES) return undefined;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MOST_BYTES) return `it has ${bytes} bytes of UTF-8, and ${MOST_BYTES} are the most`;
  return undefined;
}
