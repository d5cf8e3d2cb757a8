/** torchaudio's features, of its test signals and of the captures' clips, with every backend. */
import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { melFilters } from "#kernels/fbank/mel_filters.ts";
import { fbank } from "#kernels/fbank/mod.ts";
import { fbank as defined } from "#kernels/fbank/scalar.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";
import { farthest, fbankBound } from "./fbank_bounds.ts";

const SIGNALS = [
  ...[
    "chirp_1.5s",
    "silence_1s",
    "impulse_1s",
    "dc_1s",
    "square_fullscale_1s",
    "white_noise_2s",
    "tiny_noise_1s",
  ],
  ...["one_frame_400", "two_frames_560", "short_401", "int16_extremes_1s"],
];

const CLIPS = ["02_pyannote_sample", "03_dual_speaker", "04_three_speaker", "05_four_speaker"];

function meanSquare(got: ArrayLike<number>, expected: Float64Array): number {
  return expected.reduce((sum, value, i) => sum + (got[i] - value) ** 2, 0) / expected.length;
}

/** The samples of a mono WAV file of 16-bit PCM, in [-1, 1). */
async function samplesOf(path: string): Promise<Float32Array<ArrayBuffer>> {
  const bytes = await readFile(path);
  let at = 12;
  while (bytes.toString("latin1", at, at + 4) !== "data") at += 8 + bytes.readUInt32LE(at + 4);
  return Float32Array.from(
    { length: bytes.readUInt32LE(at + 4) / 2 },
    (_, n) => bytes.readInt16LE(at + 8 + 2 * n) / 32768,
  );
}

describeWith("fbank: torchaudio's signals", fixture("reference/fbank_signals.npz"), (path) => {
  test("the mel weights are torchaudio's, bit for bit", async () => {
    const { "mel_banks_80x257": banks } = await readNpz(path);
    const weights = new Float64Array(80 * 256);
    melFilters({ sampleRate: 16000, melBins: 80, lowHz: 20, highHz: 8000, fftLength: 512 })
      .forEach((filter, m) => weights.set(filter.weights, 256 * m + filter.start));
    expect(farthest(weights, asFloat64(banks))).toEqual({ difference: 0, index: -1 });
  });

  describeTargets("signals", (target) => {
    test.each(SIGNALS)("%s", async (name) => {
      const arrays = await readNpz(path);
      const waveform = Float32Array.from(asFloat64(arrays[`${name}/waveform`]));
      const { features } = await fbank(target.compute, waveform);
      const { signals: most } = fbankBound(target.backend, target.precision);
      expect(farthest(features, asFloat64(arrays[`${name}/fbank_f64`])).difference).toBeLessThanOrEqual(most);
    }, 120_000);
  }, { precisions: ["df64", "f32"] });
});

describeWith("fbank: the captures' clips", fixture("captures/02_pyannote_sample/clip_16k.wav"), () => {
  const clip = (name: string) => samplesOf(fixture(`captures/${name}/clip_16k.wav`) ?? "");

  test.each(CLIPS)(
    "%s: the definition is torchaudio's float64, or as near to its float32 as that is",
    async (name) => {
      const { features } = defined(await clip(name));
      const { fbank_f64: f64, fbank_f32_torchaudio_2_11: f32 } = await readNpz(
        fixture(`reference/fbank_${name}.npz`) ?? "",
      );
      if (f64 !== undefined) expect(farthest(features, asFloat64(f64)).difference).toBeLessThanOrEqual(1e-9);
      expect(farthest(features, asFloat64(f32)).difference).toBeLessThanOrEqual(2.7e-4);
    },
  );

  describeTargets("clips", (target) => {
    test.each(CLIPS)("%s: within the backend's bound of the definition", async (name) => {
      const samples = await clip(name);
      const expected = defined(samples).features;
      const { features } = await fbank(target.compute, samples);
      const { speech: most } = fbankBound(target.backend, target.precision);
      expect(farthest(features, expected).difference).toBeLessThanOrEqual(most);
      // The largest is one bin's luck in float32; the mean square is not.
      const { fbank_f32_torchaudio_2_11: theirs } = await readNpz(
        fixture(`reference/fbank_${name}.npz`) ?? "",
      );
      expect(meanSquare(features, expected)).toBeLessThan(meanSquare(asFloat64(theirs), expected));
    }, 120_000);
  }, { backends: ["wasm", "webgpu"], precisions: ["df64", "f32"] });
});
