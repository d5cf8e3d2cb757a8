/** One contract, one list of vectors, every backend. */
import { describe, expect, test } from "bun:test";
import { fbank, type FbankOptions } from "#kernels/fbank/mod.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { farthest, fbankBound } from "./fbank_bounds.ts";
import { FBANK_VECTORS, noise } from "./fbank_vectors.ts";

describeTargets("fbank", (target) => {
  const bound = fbankBound(target.backend, target.precision);
  const run = async (waveforms: Float32Array | Float64Array, options?: FbankOptions) =>
    await fbank(target.compute, waveforms, options);

  test.each(FBANK_VECTORS)("$name", async ({ waveforms, options, expected, kind }) => {
    const { features, batch, frames, melBins } = await run(waveforms, options);
    expect([batch, batch * frames * melBins]).toEqual([options.batch ?? 1, expected.length]);
    // Taking a float32 mean off float32 features rounds twice.
    const most = bound[kind] * (options.removeMean ? 2 : 1);
    expect(farthest(features, expected).difference).toBeLessThanOrEqual(most);
  }, 120_000);

  describe("NaN and infinities", () => {
    // 7 frames; sample 500 lies in the frames from 160 and 320, sample 400 in those from 160 and 320 too, 399 in that from 0.
    const clip = noise(400 + 6 * 160);
    const touched = (sample: number) =>
      [0, 1, 2, 3, 4, 5, 6].filter((f) => sample >= 160 * f && sample < 160 * f + 400);

    test.each([[NaN, 500], [Infinity, 399], [-Infinity, 400], [NaN, 0], [NaN, 1359]] as const)(
      "%d at sample %d: NaN in every bin of just the frames that it touches",
      async (value, at) => {
        const damaged = clip.slice();
        damaged[at] = value;
        const whole = (await run(clip)).features;
        const { features, frames, melBins } = await run(damaged);
        expect(touched(at).length).toBeGreaterThan(0);
        for (let f = 0; f < frames; f++) {
          const got = features.subarray(f * melBins, (f + 1) * melBins);
          if (touched(at).includes(f)) expect(got.every(Number.isNaN)).toBe(true);
          else expect([...got]).toEqual([...whole.subarray(f * melBins, (f + 1) * melBins)]);
        }
      },
    );

    test("less the mean: NaN in every bin of just the clip", async () => {
      const clips = noise(3 * 720, 3);
      const whole = (await run(clips, { batch: 3, removeMean: true })).features;
      clips[720 + 10] = NaN;
      const { features } = await run(clips, { batch: 3, removeMean: true });
      const third = features.length / 3;
      expect(features.subarray(third, 2 * third).every(Number.isNaN)).toBe(true);
      for (const [from, to] of [[0, third], [2 * third, 3 * third]]) {
        expect([...features.subarray(from, to)]).toEqual([...whole.subarray(from, to)]);
      }
    });
  });

  test("a clip gives the same bits alone and among 4096", async () => {
    const batch = 4096;
    const clips = noise(batch * 433, 5);
    const { features, frames } = await run(clips, { batch });
    expect([frames, features.length]).toEqual([1, batch * 80]);
    for (const clip of [0, 1, 2047, 4095]) {
      const alone = (await run(clips.slice(433 * clip, 433 * (clip + 1)))).features;
      expect([...features.subarray(80 * clip, 80 * (clip + 1))]).toEqual([...alone]);
    }
  });

  test("samples past the last whole frame change nothing", async () => {
    const clip = noise(400 + 2 * 160);
    const whole = (await run(clip)).features;
    for (const more of [1, 2, 159]) {
      const longer = new Float32Array(clip.length + more).fill(0.5);
      longer.set(clip);
      expect([...(await run(longer)).features]).toEqual([...whole]);
    }
  });

  test("float64 samples, and a view into a larger buffer", async () => {
    const clip = noise(900);
    const { features } = await run(clip);
    expect([...(await run(Float64Array.from(clip))).features]).toEqual([...features]);
    const larger = new Float32Array(1000).fill(9);
    larger.set(clip, 50);
    expect([...(await run(larger.subarray(50, 950))).features]).toEqual([...features]);
  });

  test.each(
    [
      [399, {}, "A clip has 399 samples; a frame has 400"],
      [0, {}, "A clip has 0 samples; a frame has 400"],
      [798, { batch: 2 }, "A clip has 399 samples"],
      [1000, { batch: 3 }, "1000 samples do not make 3 clips of one length"],
      [1000, { frameLength: 513 }, "frameLength is 513; it must be a whole number from 2 to 512"],
      [1000, { frameShift: 0 }, "frameShift is 0"],
      [1000, { batch: 0 }, "batch is 0"],
      [1000, { highHz: 8001 }, "The filters run from 20 to 8001 Hz"],
      [1000, { lowHz: 8000 }, "The filters run from 8000 to 8000 Hz"],
      [1000, { sampleRate: NaN }, "sampleRate is NaN"],
      [1000, { preemphasis: 1.5 }, "preemphasis is 1.5"],
      [1000, { scale: 0 }, "scale is 0"],
      [1000, { melBins: 200 }, "falls between the 256 bins of the FFT"],
    ] as const,
  )("%d samples with %j are refused", async (length, options, message) => {
    const refused = run(new Float32Array(length), options);
    await expect(refused).rejects.toThrow(RangeError);
    await expect(refused).rejects.toThrow(message);
  });
}, { precisions: ["df64", "f32"] });
