import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { csvField } from "#lib/timeline/csv_records.ts";
import { writeWhole } from "#lib/timeline/text_files.ts";
import type { ListedRecording } from "./recording_list.ts";

/** How a list is written as text. */
export interface WriteRecordingsOptions {
  /** "jsonl" or "csv". @default "csv" where the file's name ends so, else "jsonl" */
  readonly format?: "jsonl" | "csv";
  /** Folder that the list will lie in: recordings below it get relative paths, the others absolute ones. @default absolute ones for all */
  readonly folder?: string;
}

/**
 * A list of recordings as text: `wav_id`, `audio_filepath`, `duration`, a line each.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatRecordings } from "#lib/corpus/recordings/write_recordings.ts";
 * const recordings = [{ wavId: "a", path: "a.wav", file: "/corpus/a.wav", durationSec: 2.5 }];
 * const text = formatRecordings(recordings, { folder: "/corpus", format: "csv" });
 * assert.equal(text, "wav_id,audio_filepath,duration\na,a.wav,2.5\n");
 * ```
 */
export function formatRecordings(
  recordings: readonly Pick<ListedRecording, "wavId" | "file" | "durationSec">[],
  options: WriteRecordingsOptions = {},
): string {
  const { format = "jsonl", folder } = options;
  const rows = recordings.map(({ wavId, file, durationSec }) =>
    [wavId, pathFrom(folder, file), durationSec] as const
  );
  if (format === "csv") {
    const lines = rows.map(([id, path, sec]) => [csvField(id), csvField(path), String(sec)].join(","));
    return ["wav_id,audio_filepath,duration", ...lines, ""].join("\n");
  }
  return rows.map(([wav_id, audio_filepath, duration]) =>
    `${JSON.stringify({ wav_id, audio_filepath, duration })}\n`
  ).join("");
}

function pathFrom(folder: string | undefined, file: string): string {
  const whole = resolve(file);
  if (folder === undefined) return whole;
  const path = relative(resolve(folder), whole);
  return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path) ? whole : path;
}

/**
 * Writes a list of recordings, whole or not at all; see {@linkcode formatRecordings}. Paths of recordings below the list's folder are
 * relative to it, so that the folder can be moved.
 *
 * @throws {Error} The system's own error, with its `code`, where it cannot be written.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { readRecordings } from "#lib/corpus/recordings/read_recordings.ts";
 * import { writeRecordings } from "#lib/corpus/recordings/write_recordings.ts";
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const list = join(folder, "list.jsonl");
 * await writeRecordings(list, [{ wavId: "a", file: join(folder, "a.wav"), durationSec: 2.5 }]);
 * const { recordings: [{ path, durationSec }] } = await readRecordings(list);
 * assert.deepEqual([path, durationSec], ["a.wav", 2.5]);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writeRecordings(
  file: string,
  recordings: readonly Pick<ListedRecording, "wavId" | "file" | "durationSec">[],
  options: Omit<WriteRecordingsOptions, "folder"> = {},
): Promise<void> {
  const { format = /\.csv$/i.test(file) ? "csv" : "jsonl" } = options;
  await writeWhole(file, formatRecordings(recordings, { format, folder: dirname(file) }));
}
