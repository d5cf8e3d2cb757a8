import { readUtf8 } from "#lib/timeline/text_files.ts";
import { parseRecordings, type RecordingListOptions } from "./parse_recordings.ts";
import type { RecordingList } from "./recording_list.ts";

/**
 * Reads a list of recordings; see {@linkcode parseRecordings}. Its files are not looked at.
 *
 * @throws {TimelineFileError} also when it is not UTF-8; UTF-16 is named as such.
 * @throws {Error} The system's own error, with its `code`, where the list cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readRecordings } from "#lib/corpus/recordings/read_recordings.ts";
 * await assert.rejects(readRecordings("no such list.jsonl"), { code: "ENOENT" });
 * ```
 */
export async function readRecordings(
  file: string,
  options: Omit<RecordingListOptions, "file"> = {},
): Promise<RecordingList> {
  return parseRecordings(await readUtf8(file), { ...options, file });
}
