import { extname, join } from "node:path";
import { openAudio } from "#lib/audio/open_audio.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { asWavId } from "../ids/wav_id.ts";
import { fileStem } from "./file_stem.ts";
import { findAudioFiles } from "./find_audio_files.ts";
import type { ListedRecording, RecordingList } from "./recording_list.ts";

/** How a folder is looked through. */
export interface ListRecordingsOptions {
  /** What ids are made of: the file's stem, or its whole path without ending, slashes turned into "--". @default {"stem"} */
  readonly ids?: "stem" | "path";
  /** Hears what is passed over and what is odd in headers. @default a warning of the process */
  readonly warn?: Warn;
  /** Hears how many files have been looked at, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends it, with what it was aborted with. */
  readonly signal?: AbortSignal;
}

/**
 * The recordings of a folder and the folders below it, sorted by the bytes of their paths. Lengths are those that headers announce
 * where the end is there; what announces none, or ends elsewhere, is decoded.
 *
 * A file that cannot be read, has an ending of audio and is none, or has the id of another, is a fault and not in the list.
 *
 * @throws {Error} The system's own error, with its `code`, where the folder cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeWav } from "#lib/audio/write_wav.ts";
 * import { listRecordings } from "#lib/corpus/recordings/list_recordings.ts";
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * await writeWav(join(folder, "a.b.wav"), new Float32Array(4000), { sampleRate: 16000 });
 * const { recordings: [{ wavId, durationSec }] } = await listRecordings(folder);
 * assert.deepEqual([wavId, durationSec], ["a.b", 0.25]);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function listRecordings(
  folder: string,
  options: ListRecordingsOptions = {},
): Promise<RecordingList> {
  const { ids = "stem", warn = warnOnProcess, onProgress, signal } = options;
  const paths = await findAudioFiles(folder, { warn, signal });
  const found = new Array<ListedRecording | string>(paths.length);
  const queue = paths.entries();
  let done = 0;
  const worker = async () => {
    for (const [i, path] of queue) {
      signal?.throwIfAborted();
      found[i] = await measured(path, { folder, ids, warn });
      onProgress?.(++done, paths.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const byId = new Map<string, ListedRecording>();
  const faults: string[] = [];
  for (const one of found) {
    if (typeof one === "string") {
      faults.push(one);
      continue;
    }
    const before = byId.get(one.wavId);
    if (before === undefined) byId.set(one.wavId, one);
    else {
      faults.push(
        `${one.file} would be called ${
          JSON.stringify(one.wavId)
        }, as ${before.file} is; ids of whole paths differ.`,
      );
    }
  }
  const recordings = [...byId.values()];
  return {
    source: folder,
    recordings,
    totalSec: recordings.reduce((sum, r) => sum + r.durationSec, 0),
    faults,
  };
}

/** Files that are open at a time. */
const AT_ONCE = 4;

async function measured(
  path: string,
  { folder, ids, warn }: { readonly folder: string; readonly ids: "stem" | "path"; readonly warn: Warn },
): Promise<ListedRecording | string> {
  const file = join(folder, path);
  try {
    const stem = ids === "stem" ? fileStem(path) : path.slice(0, path.length - extname(path).length);
    const wavId = asWavId(stem.replaceAll("/", "--"));
    return { wavId, path, file, durationSec: await secondsOf(file, warn) };
  } catch (error) {
    return error instanceof Error && error.message.startsWith(file)
      ? error.message
      : `${file}: ${error instanceof Error ? error.message : error}`;
  }
}

async function secondsOf(file: string, warn: Warn): Promise<number> {
  await using audio = await openAudio(file);
  let { frames } = audio;
  if (frames === undefined) {
    frames = 0;
    for await (const [first] of audio.blocks()) frames += first.length;
  }
  for (const warning of audio.warnings) warn(warning.startsWith(file) ? warning : `${file}: ${warning}`);
  return frames / audio.sampleRate;
}
