import { isUtf8 } from "node:buffer";
import { dirname, resolve, sep } from "node:path";
import type { ListedRecordings } from "./listed_recordings.ts";
import { ByteIds } from "./byte_ids.ts";
import { filePathOf } from "./file_path_of.ts";
import { PlainLines } from "./plain_lines.ts";

/**
 * A list of JSON lines as it lies in its bytes, where it is plain: every line an object of the same keys in the same order, whose values
 * are numbers, words and text without escapes, and no fault anywhere. A recording is made an object when it is asked for, so that a list of a
 * million is open in a moment. Of any other list, or one with faults, this is undefined, and `parseRecordings` reads it, and names them.
 *
 * @param bytes Of the list; they are kept.
 * @param options `file`: its path, from whose folder relative paths go on.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scanPlainList } from "#lib/corpus/recordings/plain_list.ts";
 * const text = '{"path": "a.wav", "duration": 2}\n{"path": "day/b.wav", "duration": 3.5}\n';
 * const list = scanPlainList(new TextEncoder().encode(text), { file: "/corpus/list.jsonl" })!;
 * assert.deepEqual([list.length, list.numberOf("b"), list.durationSec(1)], [2, 1, 3.5]);
 * assert.equal(list.at(1).file, "/corpus/day/b.wav");
 * assert.equal(scanPlainList(new TextEncoder().encode('{"path": "a.wav"}\n'), { file: "list.jsonl" }), undefined);
 * ```
 */
export function scanPlainList(
  bytes: Uint8Array,
  { file }: { readonly file: string },
): ListedRecordings | undefined {
  // Places in the file are held as 32 bits.
  if (sep !== "/" || bytes.length >= 2 ** 32 || !isUtf8(bytes)) return undefined;
  const lines = PlainLines.scan(bytes);
  if (lines === undefined) return undefined;
  const { paths, ids, durations, length } = lines;
  const numbers = ByteIds.of(bytes, ids);
  if (numbers === undefined) return undefined;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const text = (places: Uint32Array, i: number) =>
    decoder.decode(bytes.subarray(places[2 * i], places[2 * i + 1]));
  const folder = resolve(dirname(file));
  return {
    length,
    durationSec: (number) => durations[number],
    numberOf: (wavId) => numbers.numberOf(wavId),
    idBytes: (some) => numbers.joined(some),
    at(number) {
      const path = text(paths, number);
      return {
        wavId: text(ids, number),
        path,
        file: filePathOf(path, folder),
        durationSec: durations[number],
        lineNumber: number + 1,
      };
    },
  };
}
