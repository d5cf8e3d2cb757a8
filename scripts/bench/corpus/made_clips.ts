import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readAudio } from "#lib/audio/read_audio.ts";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { writeWav } from "#lib/audio/write_wav.ts";
import { type ListedRecording } from "#lib/corpus/recordings/recording_list.ts";
import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
import { projectRoot } from "#lib/places/places.ts";
import { readFile } from "node:fs/promises";

/** How long a clip is. */
export const CLIP_SEC = 10;

/** Speech of the project's own fixture, cut at other places for each clip. */
export async function clipOf(): Promise<(number: number, lengthSec: number) => Float32Array> {
  const { samples, sampleRate } = await readAudio(
    join(projectRoot(), "fixtures", "conversation", "repair_day.flac"),
  );
  return (number, lengthSec) => {
    const length = Math.round(lengthSec * sampleRate);
    const at = (number * 7919) % (samples.length - length);
    return samples.slice(at, at + length);
  };
}

/**
 * Writes clips as files and as shards of WebDataset.
 *
 * @returns The files, or undefined where FLAC is asked for and ffmpeg, which makes it, is not there.
 */
export async function makeClips(
  folder: string,
  { clips, format }: { readonly clips: number; readonly format: "wav" | "flac" },
): Promise<readonly ListedRecording[] | undefined> {
  const files = join(folder, format);
  await mkdir(files, { recursive: true });
  const clip = await clipOf();
  const recordings: ListedRecording[] = [];
  const writer = await openShardWriter(join(folder, `${format}-shards`), { mostSamples: 50 });
  for (let i = 0; i < clips; i++) {
    const wavId = `clip${String(i).padStart(5, "0")}`, wav = join(files, `${wavId}.wav`);
    const file = join(files, `${wavId}.${format}`);
    const samples = clip(i, CLIP_SEC);
    await writeWav(wav, samples, { sampleRate: 16_000 });
    if (format === "flac") {
      const { status, error } = spawnSync("ffmpeg", ["-v", "error", "-y", "-i", wav, file]);
      if (error !== undefined || status !== 0) {
        await writer.abandon();
        return undefined;
      }
    }
    const segments = Array.from({ length: 80 }, (_, n) => ({ onset: n / 8, offset: n / 8 + 0.1 }));
    const sidecar = { wav_id: wavId, duration: CLIP_SEC, vad_segments: segments };
    await writer.add({
      key: wavId,
      wavId,
      members: {
        [format]: format === "wav" ? encodeWav(samples, { sampleRate: 16_000 }) : await readFile(file),
        json: new TextEncoder().encode(JSON.stringify(sidecar)),
      },
    });
    recordings.push({ wavId, path: file, file, durationSec: CLIP_SEC, lineNumber: i + 1 });
  }
  await writer.close();
  return recordings;
}
