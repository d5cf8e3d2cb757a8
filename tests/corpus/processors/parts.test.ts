/** The parts of processing by themselves: streams that are shared, estimates, journals, fields. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ndArray } from "#lib/arrays/nd_array.ts";
import type { Audio } from "#lib/audio/audio.ts";
import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
import { SCALAR } from "#lib/compute/scalar_compute.ts";
import { fbank } from "#kernels/fbank/mod.ts";
import { journalLine, parseJournal } from "#lib/corpus/processors/feature_journal.ts";
import { defineProcessor } from "#lib/corpus/processors/feature_processor.ts";
import { framePowers } from "#lib/corpus/processors/frame_powers.ts";
import type { HearingParts } from "#lib/corpus/processors/hearing.ts";
import { meanEmbedding } from "#lib/corpus/processors/mean_embedding.ts";
import { processorNamed } from "#lib/corpus/processors/registry.ts";
import { segmentsBetween, segmentStatistics } from "#lib/corpus/processors/segment_statistics.ts";
import { SharedRecording } from "#lib/corpus/processors/shared_recording.ts";
import { SharedStream } from "#lib/corpus/processors/shared_stream.ts";
import { signalToNoise } from "#lib/corpus/processors/signal_to_noise.ts";
import { speechSegments } from "#lib/corpus/processors/speech_segments.ts";
import { whiteNoise } from "./made_recordings.ts";

describe("a shared stream", () => {
  const drain = async <Item>(stream: AsyncIterable<Item>, most = Infinity) => {
    const items: Item[] = [];
    for await (const item of stream) {
      items.push(item);
      if (items.length >= most) break;
    }
    return items;
  };

  test("gives all to all, waits for the slow, and not for who has ended", async () => {
    const stream = new SharedStream<number>();
    let ahead = 0, given = 0;
    const source = function* () {
      for (; given < 50; given++) yield given;
    };
    const slow = (async () => {
      let taken = 0;
      for await (const _ of stream.reader()) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        ahead = Math.max(ahead, given - ++taken);
      }
      return taken;
    })();
    const all = drain(stream.reader()), few = drain(stream.reader(), 3);
    await stream.run(source());
    expect([(await all).length, await few, await slow]).toEqual([50, [0, 1, 2], 50]);
    expect(ahead).toBeLessThanOrEqual(4);
  });

  test("who has not begun is not waited for, and misses nothing", async () => {
    const stream = new SharedStream<number>();
    const later = stream.reader();
    await stream.run([1, 2, 3, 4, 5]);
    expect(await drain(later)).toEqual([1, 2, 3, 4, 5]);
  });

  test("what the source throws, all throw, behind what came before", async () => {
    const stream = new SharedStream<number>();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of stream.reader()) seen.push(item);
    })();
    reading.catch(() => {});
    const source = async function* () {
      yield await Promise.resolve(7);
      throw new Error("the disk is gone");
    };
    await expect(stream.run(source())).rejects.toThrow("the disk is gone");
    await expect(reading).rejects.toThrow("the disk is gone");
    expect(seen).toEqual([7]);
  });
});

describe("a recording that is shared", () => {
  const options = { wavId: "a", file: "a.wav", compute: SCALAR, needs: [], hearing: undefined };
  const samples = whiteNoise(3 * 22_050, 0.01);

  test("is decoded once for all who read it", async () => {
    let decoded = 0;
    const audio = audioFromSamples([samples, samples], { sampleRate: 22_050 });
    const counted = {
      ...audio,
      ...{
        sampleRate: audio.sampleRate,
        channels: audio.channels,
        frames: audio.frames,
        warnings: [],
        file: "a.wav",
      },
      blocks: () => (decoded++, audio.blocks()),
    };
    const shared = new SharedRecording(counted, options);
    const names = ["loudness", "fbank"];
    const features = names.map((name) => processorNamed(name).process(shared.input([]).input));
    expect(await shared.run()).toBe(3);
    const [loudness, features80] = await Promise.all(features);
    expect(decoded).toBe(1);
    expect(loudness.scalars.loudness_lufs).not.toBe(null);
    expect(features80.arrays!.fbank.shape).toEqual([298, 80]);
  });

  test.each([[undefined, undefined], [3 * 22_050, 48_000]])(
    "of %j frames at 22 050 Hz the networks are told %j at their rate",
    async (frames, told) => {
      let heard: Audio | undefined;
      const hearing = {
        hear: async (audio: Audio) => {
          heard = audio;
          let length = 0;
          for await (const [block] of audio.blocks()) length += block.length;
          return { segmentations: ndArray("f4", [1, 1, 1], Float32Array.of(length)), warnings: [] };
        },
      } as Partial<HearingParts> as HearingParts;
      const made = audioFromSamples([samples, samples], { sampleRate: 22_050 });
      const { sampleRate, channels, file, format, warnings } = made;
      const audio = {
        ...{ sampleRate, channels, file, format, warnings, frames },
        blocks: () => made.blocks(),
        close: () => made.close(),
        [Symbol.asyncDispose]: () => made.close(),
      };
      const needs = ["segmentations"] as const;
      const shared = new SharedRecording(audio, { ...options, needs, hearing });
      const { input } = shared.input(needs);
      const length = input.segmentations().then(({ data }) => data[0]);
      await shared.run();
      expect([heard!.frames, heard!.sampleRate, heard!.channels]).toEqual([told, 16_000, 1]);
      expect(await length).toBe(48_000);
    },
  );

  test("what a processor did not say that it needs is refused, and samples cannot be asked for late", async () => {
    const shared = new SharedRecording(audioFromSamples(samples, { sampleRate: 22_050 }), options);
    const { input } = shared.input([]);
    await expect(input.turns()).rejects.toThrow('has to say so: needs: ["turns"]');
    await shared.run();
    expect(() => input.mono()).toThrow("before anything is awaited");
  });
});

describe("fbank in pieces", () => {
  test("has the numbers of the whole", async () => {
    const samples = whiteNoise(16_000 * 21 + 77, 0.02);
    const shared = new SharedRecording(audioFromSamples(samples, { sampleRate: 16_000 }), {
      ...{ wavId: "a", file: "a.wav", compute: SCALAR, needs: [], hearing: undefined },
    });
    const made = processorNamed("fbank").process(shared.input([]).input);
    await shared.run();
    const { features, frames } = await fbank(SCALAR, samples);
    const { fbank: found } = (await made).arrays!;
    expect(found.shape).toEqual([frames, 80]);
    expect(found.data as Float32Array).toEqual(Float32Array.from(features));
  });
});

describe("signal to noise", () => {
  const RATE = 16_000, SIZE = 160;
  const once = async function* (samples: Float32Array) {
    for (let at = 0; at < samples.length; at += 1000) {
      yield await Promise.resolve(samples.subarray(at, at + 1000));
    }
  };

  test.each([0, 5, 10, 20, 40])("speech of known power in noise, at %d dB, to 0.3 dB", async (db) => {
    const noise = whiteNoise(20 * RATE, 1e-4, 7), voice = whiteNoise(20 * RATE, 1e-4 * 10 ** (db / 10), 11);
    const segments = [{ onset: 2, offset: 6 }, { onset: 9, offset: 15 }];
    const isSpeech = (t: number) => segments.some(({ onset, offset }) => t >= onset && t < offset);
    const samples = noise.map((x, n) => 0.05 + x + (isSpeech(n / RATE) ? voice[n] : 0));
    const powers = await framePowers(once(samples), SIZE);
    const found = signalToNoise({ powers, frameSec: SIZE / RATE, segments });
    expect(Math.abs(found.snrDb! - db)).toBeLessThan(0.3);
    expect(found.noiseDbfs!).toBeCloseTo(-40, 0);
    expect(found.speech.reduce((sum, one) => sum + one, 0)).toBe(100);
    expect(found.steps.length).toBe(200);
    expect(found.steps.every((step, i) => found.speech[i] === 1 || Number.isNaN(step))).toBe(true);
  });

  test("a step that is half spoken is speech, and has a ratio where it is louder than a noise that is there", () => {
    const powers = new Float64Array(300).fill(0.001).fill(0.101, 100, 205).fill(0.0005, 150, 160);
    const segments = [{ onset: 1, offset: 2.05 }];
    const { steps, speech } = signalToNoise({ powers, frameSec: 0.01, segments });
    expect([9, 10, 20, 21].map((i) => speech[i])).toEqual([0, 1, 1, 0]);
    expect(steps[10]).toBeCloseTo(20, 5);
    expect([9, 15, 21].map((i) => steps[i])).toEqual([NaN, NaN, NaN]);
    const silent = signalToNoise({ powers: powers.map((x) => x > 0.1 ? x : 0), frameSec: 0.01, segments });
    expect([...silent.steps].every(Number.isNaN)).toBe(true);
    expect(silent.noiseDbfs).toBe(null);
    const shorter = signalToNoise({ powers: powers.slice(0, 209), frameSec: 0.01, segments });
    expect([shorter.steps.length, shorter.speech.length]).toEqual([20, 20]);
  });

  test.each<[string, Float64Array, { onset: number; offset: number }[], string]>([
    ["nobody speaks", new Float64Array(100).fill(1), [], "Nobody speaks"],
    ["no pause", new Float64Array(100).fill(1), [{ onset: 0, offset: 1 }], "No pause is long enough"],
    ["digital silence", new Float64Array(200).fill(1, 0, 50), [{ onset: 0, offset: 0.5 }], "digital silence"],
    [
      "speech that is none",
      new Float64Array(200).fill(1),
      [{ onset: 0, offset: 0.5 }],
      "no louder than the rest",
    ],
    ["nothing", new Float64Array(0), [], "Nobody speaks"],
  ])("%s: null, and why", (_, powers, segments, why) => {
    const found = signalToNoise({ powers, frameSec: 0.01, segments });
    expect([found.snrDb, found.why]).toEqual([null, expect.stringContaining(why)]);
  });
});

describe("where somebody speaks", () => {
  const chunk = (active: (frame: number, slot: number) => boolean) =>
    ndArray(
      "f4",
      [1, 589, 2],
      Float32Array.from({ length: 589 * 2 }, (_, i) => active(Math.floor(i / 2), i % 2) ? 1 : 0),
    );

  test("pauses are closed first, what is short goes then", () => {
    const speech = chunk((f, s) =>
      s === 0 && ((f >= 50 && f < 100) || (f >= 104 && f < 150) || (f >= 300 && f < 303))
    );
    const found = (options: { closeGapSec?: number; leastSec?: number }) =>
      speechSegments(speech, { durationSec: 10, ...options }).length;
    expect([
      found({}),
      found({ closeGapSec: 0.1 }),
      found({ leastSec: 0.1 }),
      found({ closeGapSec: 0.1, leastSec: 0.8 }),
    ])
      .toEqual([3, 2, 2, 1]);
  });

  test("overlap is where two speak", () => {
    const both = chunk((f, s) => s === 0 ? f < 200 : f >= 100 && f < 300);
    const [{ onset, offset }, ...more] = speechSegments(both, { durationSec: 10, speakers: 2 });
    expect([onset.toFixed(2), offset.toFixed(2), more.length]).toEqual(["1.72", "3.41", 0]);
  });

  test("the longest, the shortest and the mean of segments, and none of none", () => {
    const lengths = (...seconds: number[]) => seconds.map((offset) => ({ onset: 0, offset }));
    expect(segmentStatistics("s", lengths(2, 6, 1))).toEqual({
      s_max: 6,
      s_min: 1,
      s_sum: 9,
      s_num: 3,
      s_avg: 3,
    });
    expect(segmentStatistics("s", [])).toEqual({ s_max: null, s_min: null, s_sum: 0, s_num: 0, s_avg: null });
  });

  test("between segments that touch each other and both ends is nothing", () => {
    expect(segmentsBetween([{ onset: 0, offset: 2 }, { onset: 2, offset: 5 }], 5)).toEqual([]);
    expect(segmentsBetween([], 0)).toEqual([]);
  });

  test("speech and what is between are all of it, whatever they are", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { maxLength: 20 }), (bounds) => {
        const sorted = bounds.sort((a, b) => a - b).slice(0, bounds.length - bounds.length % 2);
        const segments = sorted.flatMap((onset, i) => i % 2 === 0 ? [{ onset, offset: sorted[i + 1] }] : []);
        const between = segmentsBetween(segments, 1000);
        expect(between.filter(({ onset, offset }) => offset <= onset)).toEqual([]);
        const all = [...segments, ...between];
        expect(all.reduce((sum, { onset, offset }) => sum + offset - onset, 0)).toBe(1000);
      }),
      { seed: 3 },
    );
  });
});

test("the mean voice counts who speaks alone, and is not a number where nobody does", () => {
  // Three chunks of two slots: the slot alone in the last two is the second, then the first; each has a direction of its own.
  const frames = Float32Array.of(1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1);
  const directions = Float32Array.of(2, 0, 0, 9, 9, 9, 9, 9, 9, 0, 3, 0, 0, 0, 4, 9, 9, 9);
  const several = meanEmbedding(ndArray("f4", [3, 2, 2], frames), ndArray("f4", [3, 2, 3], directions));
  // Alone for 1, 2 and 1 frames.
  const length = Math.hypot(1, 2, 1);
  expect([...several.embedding.data].map((x) => x.toFixed(6))).toEqual(
    [1, 2, 1].map((x) => (x / length).toFixed(6)),
  );
  expect([several.count, several.agreement.toFixed(6)]).toEqual([3, (length / 4).toFixed(6)]);
  const silence = meanEmbedding(
    ndArray("f4", [1, 2, 1], Float32Array.of(0, 0)),
    ndArray("f4", [1, 1, 2], Float32Array.of(1, 1)),
  );
  expect([silence.count, Number.isNaN(silence.embedding.data[0])]).toEqual([0, true]);
  // A vector of length 0 has no direction.
  const still = meanEmbedding(
    ndArray("f4", [1, 1, 2], Float32Array.of(1, 0)),
    ndArray("f4", [1, 2, 1], new Float32Array(2)),
  );
  expect([still.count, Number.isNaN(still.embedding.data[0])]).toEqual([0, true]);
  for (const shape of [[2, 2, 1], [1, 1, 2]]) {
    expect(() =>
      meanEmbedding(
        ndArray("f4", [1, 1, 2], new Float32Array(2)),
        ndArray("f4", shape, new Float32Array(shape[0] * shape[1] * shape[2])),
      )
    )
      .toThrow(`Segmentations are (1, 1, 2), and embeddings (${shape.join(", ")}).`);
  }
  const none = meanEmbedding(
    ndArray("f4", [0, 2, 1], new Float32Array(0)),
    ndArray("f4", [0, 1, 2], new Float32Array(0)),
  );
  expect(none.embedding.shape).toEqual([2]);
});

describe("journals", () => {
  const options = {
    columns: { a: "float", n: "int", t: "text", b: "bool" },
    segments: { label: "text", p: "float" },
  } as const;
  const number = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0, null));
  const feature = fc.record({
    wavId: fc.string({ unit: "grapheme" }),
    path: fc.string(),
    success: fc.boolean(),
    error: fc.string(),
    durationSec: fc.constantFrom(null, 1.5),
    originalSr: fc.constantFrom(null, 8000),
    audioSha256: fc.constantFrom(null, "ab"),
    dialab: fc.constant("0"),
    warnings: fc.array(fc.string()),
    scalars: fc.record({
      a: number,
      n: fc.constantFrom(null, 7),
      t: fc.constantFrom(null, "NaN", "\n"),
      b: fc.constantFrom(null, true),
    }),
    segments: fc.array(
      fc.record({ onset: fc.double({ noNaN: true }), offset: fc.double(), label: fc.string(), p: number }),
    ),
  });

  test("give what was put in; a last line that is cut is left out, at whatever byte", () => {
    fc.assert(
      fc.property(feature, feature, fc.nat(), (one, two, cut) => {
        const [first, second] = [one, two].map((each) => journalLine(each, options));
        const file = "j";
        expect(parseJournal(first + second, { ...options, file }).features).toEqual([one, two]);
        const text = first + second.slice(0, cut % second.length);
        const parsed = parseJournal(text, { ...options, file });
        expect([parsed.features, parsed.wholeBytes]).toEqual([[one], new TextEncoder().encode(first).length]);
      }),
      { seed: 4 },
    );
  });
});

describe("a definition is refused", () => {
  const process = () => Promise.resolve({ scalars: {} });
  test.each<[string, Partial<Parameters<typeof defineProcessor>[0]>, string]>([
    ["a name with a slash", { name: "a/b" }, "no name of a processor"],
    ["a name that ends in _meta", { name: "vad_meta" }, "no name of a processor"],
    ["a column that every row has", { columns: { path: "text" } }, 'every row has a column "path"'],
    [
      "a column that every segment has",
      { segments: { onset: "float" } },
      'every segment has a column "onset"',
    ],
    ["half a version", { version: 1.5 }, "whole number, not 1.5"],
  ])("%s", (_, part, message) => {
    expect(() => defineProcessor({ name: "mine", title: "", columns: {}, process, ...part })).toThrow(
      message,
    );
  });
});
