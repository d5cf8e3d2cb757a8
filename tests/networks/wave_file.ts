/** The samples of the clips, which are 16-bit mono WAV at 16 kHz, in [-1, 1]; independent of the library's reader. */
import { readFileSync } from "node:fs";

/** Reads a clip. */
export function readClip(path: string): Float32Array<ArrayBuffer> {
  const file = readFileSync(path);
  for (let at = 12; at + 8 <= file.length;) {
    const size = file.readUInt32LE(at + 4);
    if (file.toString("latin1", at, at + 4) === "data") {
      return Float32Array.from({ length: size / 2 }, (_, i) => file.readInt16LE(at + 8 + 2 * i) / 32768);
    }
    at += 8 + size + (size % 2);
  }
  throw new Error(`${path} has no data chunk`);
}

/** Chunks of 10 s every second, as pyannote cuts them: the last one padded with zeros. */
export function chunkAt(clip: Float32Array, chunk: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(160000);
  samples.set(clip.subarray(chunk * 16000, chunk * 16000 + 160000));
  return samples;
}
