/** Shards that tests make themselves. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { readSamples, type ReadSamplesOptions, type ShardSample } from "#lib/corpus/shards/read_samples.ts";
import type { SampleInput } from "#lib/corpus/shards/shard_writer.ts";
import type { ShardInput } from "#lib/corpus/shards/tar_bytes.ts";

export const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A folder that goes when it is disposed of. */
export function scratchFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), "dialab-shards-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

/** A clip of a tone with its sidecar. */
export function madeSample(key: string, { wavId = key, samples = 160 } = {}): SampleInput {
  const tone = Float32Array.from({ length: samples }, (_, i) => 0.5 * Math.sin(i / (5 + key.length)));
  return {
    key,
    members: {
      wav: encodeWav(tone, { sampleRate: 16_000 }),
      json: bytesOf(JSON.stringify({ wav_id: wavId, clip_id: key })),
    },
  };
}

/** All samples of a shard, and what ended it. */
export async function allSamples(
  input: ShardInput,
  options: ReadSamplesOptions = {},
): Promise<{ samples: ShardSample[]; error: unknown }> {
  const samples: ShardSample[] = [];
  try {
    for await (const sample of readSamples(input, options)) samples.push(sample);
  } catch (error) {
    return { samples, error };
  }
  return { samples, error: undefined };
}
