import { AudioFileError } from "#lib/audio/audio_file_error.ts";
import { flacInfo } from "#lib/audio/flac_runs.ts";
import { readWavHeader } from "#lib/audio/wav_header.ts";

/** How long a sound says that it is. */
export interface SoundFacts {
  /** Per channel. */
  readonly sampleCount: number;
  /** Hz. */
  readonly sampleRate: number;
}

/**
 * Length and rate of a WAV or FLAC from its header alone; undefined where it tells none. Nothing is decoded.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeWav } from "#lib/audio/encode_wav.ts";
 * import { soundFacts } from "#lib/corpus/shards/sound_facts.ts";
 * const wav = encodeWav(new Float32Array(80), { sampleRate: 8000 });
 * assert.deepEqual(await soundFacts(wav), { sampleCount: 80, sampleRate: 8000 });
 * assert.equal(await soundFacts(new Uint8Array(9)), undefined);
 * ```
 */
export async function soundFacts(bytes: Uint8Array): Promise<SoundFacts | undefined> {
  if (bytes[0] === 0x66 && bytes[1] === 0x4c) { // fLaC
    const { frames, sampleRate } = flacInfo(bytes, 0) ?? {};
    return frames === undefined || sampleRate === undefined ? undefined : { sampleCount: frames, sampleRate };
  }
  try {
    const header = await readWavHeader({
      file: "a sound",
      size: bytes.length,
      read(target, position) {
        const piece = bytes.subarray(position, position + target.length);
        target.set(piece);
        return Promise.resolve(target.subarray(0, piece.length));
      },
    });
    const { sampleRate, blockBytes, dataBytes = Infinity, dataStart } = header;
    const present = Math.min(dataBytes, bytes.length - dataStart);
    return { sampleCount: Math.floor(present / blockBytes), sampleRate };
  } catch (error) {
    if (error instanceof AudioFileError) return undefined;
    throw error;
  }
}
