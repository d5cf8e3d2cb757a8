/** Real recordings, sample for sample as libsndfile 1.2.0 reads them to float32 (python3-soundfile 0.12.1). */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readAudio } from "#lib/audio/mod.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";

/** Path below the fixtures, and the start of the samples' SHA-256. */
const RECORDINGS = [
  ["ami/trn01.wav", "dacf6ec27077f159"],
  ["ami/trn02.wav", "1682629abc05b32f"],
  ["ami/trn03.wav", "7f17a7344fa6edc5"],
  ["ami/trn04.wav", "7eec5081c07625e3"],
  ["ami/trn05.wav", "d4d19fc67393db35"],
  ["ami/trn06.wav", "73783ca6984d92d9"],
  ["captures/02_pyannote_sample/clip_16k.wav", "a1bae7f486734b5e"],
  ["captures/03_dual_speaker/clip_16k.wav", "9d8ba9fa0998e3ef"],
  ["captures/04_three_speaker/clip_16k.wav", "a416af403a80d4bb"],
  ["captures/05_four_speaker/clip_16k.wav", "652c92893cb87bf4"],
];

describe("real recordings are libsndfile's, bit for bit", () => {
  for (const [relative, hash] of RECORDINGS) {
    describeWith(relative, fixture(relative), (path) => {
      test("all samples", async () => {
        const { samples, sampleRate, warnings } = await readAudio(path);
        const bytes = new Uint8Array(samples.buffer);
        expect(createHash("sha256").update(bytes).digest("hex").slice(0, 16)).toBe(hash);
        expect([sampleRate, warnings]).toEqual([16000, []]);
      });
    });
  }
});
