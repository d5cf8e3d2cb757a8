import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ListedRecording } from "#lib/corpus/recordings/recording_list.ts";
import { median } from "../median.ts";
import { RefusedError } from "../refused_error.ts";
import { progress, tell } from "../settings.ts";
import { CLIP_SEC, makeClips } from "./made_clips.ts";
import { runChild } from "./run_child.ts";

/** What `decode_child.ts` is asked for: files or shards. */
export interface DecodeRequest {
  readonly recordings?: readonly ListedRecording[];
  readonly shards?: string;
  readonly runs: number;
}

/** How fast clips come out of a loader. */
export interface DecodeRow {
  readonly what: string;
  readonly clips: number;
  readonly seconds: number;
  readonly clipsPerSecond: number;
  readonly peakBytes: number | undefined;
}

/**
 * Decodes and collates clips of 10 s in batches of 16, as files and from shards, WAV and FLAC: whole epochs, after one to warm up.
 *
 * @throws {RefusedError} An epoch has not all clips.
 */
export async function measureDecode({ clips, runs }: { readonly clips: number; readonly runs: number }) {
  const folder = await mkdtemp(join(tmpdir(), "dialab-bench-"));
  const rows: DecodeRow[] = [];
  try {
    for (const format of ["wav", "flac"] as const) {
      progress(`making ${clips} clips of ${format}`);
      const recordings = await makeClips(folder, { clips, format });
      if (recordings === undefined) {
        tell("FLAC is left out: ffmpeg, which makes the clips, is not there.");
        continue;
      }
      const ways: [string, DecodeRequest][] = [
        [`${format} files`, { recordings, runs }],
        [`${format} in shards, with a sidecar`, { shards: join(folder, `${format}-shards`), runs }],
      ];
      for (const [what, request] of ways) {
        progress(`${clips} clips of ${CLIP_SEC} s, ${what}`);
        const { answer, peakBytes } = await runChild<{ seconds: number[]; samples: number }>(
          "decode_child",
          request,
        );
        if (answer.samples !== clips) {
          throw new RefusedError(`${what}: an epoch has ${answer.samples} of ${clips} clips.`);
        }
        const seconds = median(answer.seconds);
        rows.push({ what, clips, seconds, clipsPerSecond: clips / seconds, peakBytes });
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}
