import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { toldPassedOver } from "./told_passed_over.ts";
import { walkRecordings } from "./walk_recordings.ts";

/**
 * Recordings of a folder and the folders below it, by their paths from that folder on; see {@linkcode walkRecordings}.
 *
 * @param options `warn` hears one sentence on what is passed over.
 * @throws {Error} The system's own error, with its `code`, where the folder itself cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findAudioFiles } from "#lib/corpus/recordings/find_audio_files.ts";
 * assert((await findAudioFiles("tests/audio/samples")).includes("stereo.mp3"));
 * ```
 */
export async function findAudioFiles(
  folder: string,
  options: { readonly warn?: Warn; readonly signal?: AbortSignal } = {},
): Promise<string[]> {
  const { warn = warnOnProcess, signal } = options;
  const { files, passedOver } = await walkRecordings(folder, { signal });
  const told = toldPassedOver(folder, passedOver);
  if (told !== undefined) warn(told);
  return [...files];
}
