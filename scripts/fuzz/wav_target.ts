import { AudioFileError } from "#lib/audio/audio_file_error.ts";
import { encodeWav, type WavSampleFormat } from "#lib/audio/encode_wav.ts";
import type { OpenFile } from "#lib/audio/open_file.ts";
import { wavAudio } from "#lib/audio/wav_audio.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

const FORMATS: readonly WavSampleFormat[] = ["u8", "s16", "s24", "s32", "f32", "f64"];

/** Recordings of one to three channels in every kind of samples that we write, and one in RF64. */
function wavSeeds(): Uint8Array[] {
  const channel = Float32Array.from({ length: 120 }, (_, i) => Math.sin(i / 7) / 2);
  const seeds = FORMATS.map((format, i) =>
    encodeWav(Array.from({ length: 1 + i % 3 }, () => channel), { sampleRate: 8000 * (1 + i % 3), format })
  );
  return [...seeds, rf64(seeds[1])];
}

/** The same WAV as RF64: the sizes in the header say that they are in a chunk of their own. */
function rf64(wav: Uint8Array): Uint8Array {
  const out = new Uint8Array(wav.length + 36);
  const text = (at: number, letters: string) => out.set(new TextEncoder().encode(letters), at);
  const view = new DataView(out.buffer);
  out.set(wav.subarray(12), 48);
  text(0, "RF64");
  view.setUint32(4, 0xffffffff, true);
  text(8, "WAVEds64");
  view.setUint32(16, 28, true);
  view.setBigUint64(20, BigInt(out.length - 8), true);
  const data = 48 + 24;
  view.setBigUint64(28, BigInt(view.getUint32(data + 4, true)), true);
  view.setUint32(data + 4, 0xffffffff, true);
  return out;
}

/** Bytes as an open file. */
function inMemory(bytes: Uint8Array): OpenFile {
  return {
    file: "x.wav",
    size: bytes.length,
    read(target, at) {
      const part = bytes.subarray(Math.min(at, bytes.length), Math.min(at + target.length, bytes.length));
      target.set(part);
      return Promise.resolve(target.subarray(0, part.length));
    },
    close: () => Promise.resolve(),
  };
}

/** The WAV reader: header and all samples. Blocks must have the channels and the frames that were told. */
export function wavTarget(): FuzzTarget {
  return {
    name: "wav",
    seeds: wavSeeds(),
    async parse(bytes) {
      await using audio = await wavAudio(inMemory(bytes));
      let frames = 0;
      for await (const block of audio.blocks()) {
        if (block.length !== audio.channels) throw new Error(`${block.length} of ${audio.channels} channels`);
        frames += block[0].length;
      }
      if (frames !== audio.frames) throw new Error(`${frames} of ${audio.frames} frames`);
    },
    isExpected: (error) => error instanceof AudioFileError,
  };
}
