/** Floats whose full scale is not 1 are told with their peak, and never changed. */
import { expect, test } from "bun:test";
import { decodeAudio, encodeWav, readAudio } from "#lib/audio/mod.ts";
import { withFile } from "./wav_bytes.ts";

const tone = Float32Array.from({ length: 24000 }, (_, i) => Math.sin(Math.PI / 8 * (i + 4)));
const CASES: readonly (readonly [gainDb: number, said: RegExp | undefined])[] = [
  [
    -200,
    /^peaks at -200\.0 dBFS, so that nothing in it can be heard: it may be scaled to another full scale/,
  ],
  [-71, /^peaks at -71\.0 dBFS, so that nothing/],
  [-69, undefined],
  [0, undefined],
  [5.9, undefined],
  [
    6.1,
    /^peaks at \+6\.1 dBFS, far above full scale: it may be scaled to another full scale, and was read as it is$/,
  ],
  [39, /^peaks at \+39\.0 dBFS, far above/],
  [
    90,
    /^has samples that reach 31623 \(\+90\.0 dBFS\), where full scale is 1 \(first beyond 100: at 0\.000 s\): integers/,
  ],
];

test.each(CASES)("a float WAV that peaks at %d dBFS", async (gainDb, said) => {
  const samples = tone.map((x) => 10 ** (gainDb / 20) * x);
  const bytes = encodeWav(samples, { sampleRate: 16000, format: "f32" });
  const expected = said === undefined ? [] : [expect.stringMatching(said)];
  const read = await withFile(bytes, (path) => readAudio(path));
  expect([read.warnings, read.samples]).toEqual([expected, samples]);
  const decoded = await decodeAudio(bytes, { file: "a.wav" });
  expect([decoded.warnings, decoded.waveform[0]]).toEqual([expected, samples]);
});

test("integers that are few, and silence, are no other scale", async () => {
  const few = encodeWav(tone.map((x) => Math.round(3 * x) / 32768), { sampleRate: 16000 });
  const silence = encodeWav(new Float32Array(24000), { sampleRate: 16000, format: "f32" });
  for (const bytes of [few, silence]) {
    expect((await withFile(bytes, (path) => readAudio(path))).warnings).toEqual([]);
    expect((await decodeAudio(bytes, { file: "a.wav" })).warnings).toEqual([]);
  }
});
