import { encodeWav } from "#lib/audio/encode_wav.ts";
import { type MonoAudio, readAudio } from "#lib/audio/read_audio.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { amelaClips } from "../clips/amela_clips.ts";
import {
  clipAtSilences,
  type ClipAtSilencesOptions,
  type Clipping,
  type StretchInput,
} from "../clips/clip_at_silences.ts";
import { clipId } from "../ids/clip_id.ts";
import { asWavId, type WavId } from "../ids/wav_id.ts";
import { keyFault } from "./sample_key.ts";
import type { ShardIndex } from "./shard_index.ts";
import { openShardWriter, type ShardWriter, type ShardWriterOptions } from "./shard_writer.ts";

/** A recording to be cut and packed. */
export interface PackagedInput {
  readonly wavId: WavId;
  /** Of the file. */
  readonly path: string;
  /** Of a VAD, in seconds. */
  readonly segments: readonly StretchInput[];
}

/** Options of {@linkcode packageShards}. */
export interface PackageShardsOptions extends ShardWriterOptions {
  /** How recordings are cut. `silences`, the default, is `clipAtSilences`; `amela` is `amelaSplits`. */
  readonly rule?: "silences" | "amela";
  /** Lengths for the rule. */
  readonly clip?: ClipAtSilencesOptions;
  /** Hz of the clips. Default 16000. */
  readonly sampleRate?: number;
  readonly signal?: AbortSignal;
  /** Called when a recording is packed, or failed. */
  readonly onProgress?: (
    progress: { readonly done: number; readonly count: number; readonly wavId: WavId },
  ) => void;
  readonly warn?: Warn;
}

/** A recording that could not be packed. */
export interface PackageFailure {
  readonly wavId: WavId;
  readonly error: string;
}

/** What was packed. */
export interface PackagedShards {
  readonly index: ShardIndex;
  /** Recordings that are not in it, each with its reason. */
  readonly failures: readonly PackageFailure[];
  /** Clips that are longer than they were to be, by recording. */
  readonly overlong: readonly (StretchInput & { readonly wavId: WavId })[];
}

/**
 * Cuts recordings at silences and packs the clips into shards: WAV of one channel and 16 bits, and a JSON sidecar.
 *
 * A sidecar has `wav_id`, `clip_id` (`{wav_id}_0000`), `clip_idx` (from 0), `abs_onset` and `abs_offset` (seconds in the recording),
 * `duration` (seconds), `sample_rate` (Hz), `sample_count`, `audio_fmt` (`wav`), `vad_segments` (`onset`, `offset`, `duration` in seconds of the
 * clip), `n_vad_segments`, `vad_speech_duration`, `vad_speech_density` (of the clip's duration) and `source_path` as it was given; times
 * have six decimals at most.
 *
 * A recording that cannot be read, or whose id cannot stand in a shard (it has a line feed), is told, and the others go on. A run that was killed is run again, to the same bytes. One
 * recording is in memory at a time.
 *
 * @throws {RangeError} Two recordings have one id, or what {@linkcode openShardWriter} refuses.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeWav } from "#lib/audio/write_wav.ts";
 * import { packageShards } from "#lib/corpus/shards/package_shards.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const path = join(folder, "a.wav");
 * await writeWav(path, new Float32Array(50 * 8000), { sampleRate: 8000 });
 * const recordings = [{ wavId: "a", path, segments: [{ onset: 0, offset: 30 }] }];
 * const { index } = await packageShards(recordings, { folder: join(folder, "shards"), sampleRate: 8000 });
 * assert.deepEqual(index.samples.map(({ key, sampleCount }) => [key, sampleCount]), [["a_0000", 30.15 * 8000], ["a_0001", 19.85 * 8000]]);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function packageShards(
  recordings: readonly PackagedInput[],
  options: PackageShardsOptions & { readonly folder: string },
): Promise<PackagedShards> {
  const { folder, signal, onProgress, sampleRate = 16_000, warn = warnOnProcess } = options;
  const ids = new Set<string>();
  for (const { wavId } of recordings) {
    if (ids.has(asWavId(wavId))) {
      throw new RangeError(`Two recordings are called ${JSON.stringify(wavId)}; one is needed.`);
    }
    ids.add(wavId);
  }
  const writer = await openShardWriter(folder, { ...options, warn });
  const failures: PackageFailure[] = [];
  const overlong: (StretchInput & { wavId: WavId })[] = [];
  try {
    for (const [done, recording] of recordings.entries()) {
      signal?.throwIfAborted();
      const { wavId, path } = recording;
      let heard: { audio: MonoAudio; clipping: Clipping };
      try {
        const fault = keyFault(clipId(wavId, 0));
        if (fault !== undefined) {
          throw new RangeError(`${path}: ${JSON.stringify(wavId)} cannot be called so in a shard: ${fault}.`);
        }
        const audio = await readAudio(path, { sampleRate });
        for (const warning of audio.warnings) warn(`${path}: ${warning}`);
        heard = { audio, clipping: clippingOf(recording, { audio, options }) };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        failures.push({ wavId, error: error.message });
        onProgress?.({ done: done + 1, count: recordings.length, wavId });
        continue;
      }
      overlong.push(...heard.clipping.overlong.map((clip) => ({ wavId, ...clip })));
      await addClips(writer, { recording, ...heard });
      onProgress?.({ done: done + 1, count: recordings.length, wavId });
    }
    return { index: await writer.close(), failures, overlong };
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

function clippingOf(
  { segments }: PackagedInput,
  { audio, options: { rule = "silences", clip } }: { audio: MonoAudio; options: PackageShardsOptions },
): Clipping {
  const recording = { durationSec: audio.samples.length / audio.sampleRate, segments };
  if (rule === "silences") return clipAtSilences(recording, clip);
  const { targetSec, searchSec, leastSilenceSec } = clip ?? {};
  return amelaClips(recording, { targetSec, leastSilenceSec, lookAheadSec: searchSec });
}

const round = (seconds: number) => Math.round(seconds * 1e6) / 1e6;

async function addClips(
  writer: ShardWriter,
  heard: { recording: PackagedInput; audio: MonoAudio; clipping: Clipping },
): Promise<void> {
  const { recording: { wavId, path, segments }, audio: { samples, sampleRate }, clipping } = heard;
  for (const [i, { onset, offset }] of clipping.clips.entries()) {
    const sound = samples.slice(Math.round(onset * sampleRate), Math.round(offset * sampleRate));
    const inside = segments.filter((segment) => segment.offset > onset && segment.onset < offset)
      .map((segment) => {
        const [from, to] = [Math.max(segment.onset, onset) - onset, Math.min(segment.offset, offset) - onset];
        return { onset: round(from), offset: round(to), duration: round(to - from) };
      })
      .sort((a, b) => a.onset - b.onset || a.offset - b.offset);
    const speech = round(covered(inside));
    const key = clipId(wavId, i);
    const sidecar = {
      ...{ wav_id: wavId, clip_id: key, clip_idx: i, abs_onset: round(onset), abs_offset: round(offset) },
      ...{
        duration: round(offset - onset),
        sample_rate: sampleRate,
        sample_count: sound.length,
        audio_fmt: "wav",
      },
      ...{ vad_segments: inside, n_vad_segments: inside.length, vad_speech_duration: speech },
      ...{ vad_speech_density: round(speech / (offset - onset)), source_path: path },
    };
    await writer.add({
      key,
      wavId,
      members: {
        wav: encodeWav(sound, { sampleRate }),
        json: new TextEncoder().encode(JSON.stringify(sidecar)),
      },
    });
  }
}

/** Seconds in at least one segment; they are sorted by onset. */
function covered(segments: readonly StretchInput[]): number {
  let total = 0;
  let end = 0;
  for (const { onset, offset } of segments) {
    total += Math.max(0, offset - Math.max(onset, end));
    end = Math.max(end, offset);
  }
  return total;
}
