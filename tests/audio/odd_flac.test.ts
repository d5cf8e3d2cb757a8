/** FLAC as few encoders write it: both decoders give the integers that were written, bit for bit. */
import { expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { openAudioBytes } from "#lib/audio/open_audio.ts";
import { wholeFlac } from "#lib/audio/whole_flac.ts";
import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";
import { type FlacBlock, type FlacShape, makeFlac, type Subframe } from "./flac_maker.ts";
import { allSamples, contents } from "./wav_bytes.ts";

/** Integers up to a part of full scale: a tone and noise. */
function sound(
  length: number,
  options: { bits: number; seed: number; gain?: number; step?: number },
): number[] {
  const { bits, seed, gain = 0.9, step = 1 } = options;
  const random = new MersenneTwister(seed);
  const most = 2 ** (bits - 1);
  return Array.from({ length }, (_, i) => {
    const value = gain * (0.9 * Math.sin(i / (5 + seed)) + 0.1 * (2 * random.random() - 1));
    return Math.max(-most, Math.min(most - step, Math.round(value * most / step) * step)) + 0;
  });
}

/** Samples at both ends of what bits can hold, in turn and at random. */
function extremes(length: number, { bits, seed }: { bits: number; seed: number }): number[] {
  const random = new MersenneTwister(seed);
  return Array.from({ length }, () => random.random() < 0.5 ? -(2 ** (bits - 1)) : 2 ** (bits - 1) - 1);
}

const verbatim: Subframe = { kind: "verbatim" };
const fixed = (order: number, more = {}): Subframe => ({ kind: "fixed", order, ...more });
/** Factors that fall off as those of speech do. */
const lpc = (order: number, precision: number, more = {}): Subframe => ({
  kind: "lpc",
  factors: Array.from({ length: order }, (_, i) => Math.round((2 ** (precision - 1) - 1) * (-0.7) ** i)),
  shift: precision - 1,
  precision,
  ...more,
});

type Case = readonly [
  name: string,
  shape: Partial<FlacShape> & { bits: number },
  blocks: readonly FlacBlock[],
];
const block = (
  channels: number,
  bits: number,
  subframes: readonly Subframe[],
  more: Partial<FlacBlock> = {},
) => ({
  channels: Array.from(
    { length: channels },
    (_, c) => sound(500, { bits, seed: c + 1, step: 2 ** (more.wasted ?? 0) }),
  ),
  subframes,
  ...more,
});

const CASES: readonly Case[] = [
  ...[8, 12, 16, 20, 24].flatMap((bits): Case[] => [
    ["mono, verbatim", { bits }, [block(1, bits, [verbatim])]],
    ["fixed orders", { bits }, [0, 1, 2, 3, 4].map((order) => block(1, bits, [fixed(order)]))],
    [
      "LPC orders",
      { bits },
      [1, 2, 4, 5, 8, 9, 12, 13, 31, 32].map((order) => block(1, bits, [lpc(order, 12)])),
    ],
    ["8 channels", { bits }, [block(8, bits, [fixed(2), verbatim, lpc(3, 10), fixed(0)])]],
    [
      "full scale in both directions",
      { bits },
      [verbatim, fixed(1), fixed(4), lpc(8, 14)].map((how, seed) => ({
        channels: [extremes(300, { bits, seed })],
        subframes: [how],
      })),
    ],
    ...(["left-side", "side-right", "mid-side"] as const).map((stereo): Case => [
      `${stereo}, also at full scale`,
      { bits },
      [
        block(2, bits, [fixed(2), lpc(4, 12)], { stereo }),
        {
          channels: [1, 2].map((seed) => extremes(500, { bits, seed })),
          subframes: [verbatim, fixed(1)],
          stereo,
        },
      ],
    ]),
    [
      "wasted bits",
      { bits },
      [1, 3, 5].map((wasted) => block(2, bits, [verbatim, fixed(1)], { wasted })),
    ],
    ["wasted bits of mid and side", { bits }, [
      block(2, bits, [fixed(2)], { wasted: 0, stereo: "mid-side" }),
    ]],
    ["bits told by the file's header", { bits, isTerse: true }, [block(2, bits, [fixed(1)])]],
  ]),
  [
    "constant",
    { bits: 16 },
    [-32768, -1, 0, 32767].map((value) => ({
      channels: [new Array(192).fill(value)],
      subframes: [{ kind: "constant" }],
    })),
  ],
  [
    "Rice with escapes and partitions",
    { bits: 16 },
    [1, 2, 3].flatMap((escapeEvery) =>
      ([4, 5] as const).map((parameterBits) =>
        block(1, 16, [fixed(2, { partitions: 2, escapeEvery, parameterBits })], {
          channels: [[...sound(250, { bits: 16, seed: 3 }), ...new Array(250).fill(0)]],
        })
      )
    ),
  ],
  [
    "parameters far from the best",
    { bits: 16 },
    [-6, -3, 3, 6].map((parameterBy) => block(1, 16, [fixed(1, { parameterBy, parameterBits: 5 })])),
  ],
  ["long runs of zeros in Rice's code", { bits: 24 }, [block(1, 24, [fixed(0, { parameterBy: -9 })])]],
  ["parameters above 25 bits", { bits: 24 }, [
    block(1, 24, [fixed(4, { parameterBits: 5, parameterBy: 12 })]),
  ]],
  [
    "factors of 15 bits, and sums beyond 32",
    { bits: 24 },
    [1, 12, 32].map((order) => block(1, 24, [lpc(order, 15)])),
  ],
  ["a last block that is shorter than its predictor's history", { bits: 16 }, [
    block(1, 16, [lpc(4, 10)]),
    { channels: [[5, -7, 9]], subframes: [fixed(3)] },
  ]],
  [
    "blocks of 1 to 4609 samples",
    { bits: 16, isVariable: true },
    [1, 15, 16, 17, 255, 576, 999, 4609].map((length) => ({
      channels: [sound(length, { bits: 16, seed: length })],
      subframes: [length < 9 ? verbatim : lpc(8, 12)],
    })),
  ],
  [
    "more than 128 frames, whose number has two bytes",
    { bits: 8 },
    Array.from({ length: 140 }, (_, seed) => ({
      channels: [sound(24, { bits: 8, seed })],
      subframes: [fixed(1)],
    })),
  ],
];

/** What a file says, as float32 of its integers. */
const expected = (blocks: readonly FlacBlock[], bits: number) =>
  blocks[0].channels.map((_, c) =>
    Float32Array.from(blocks.flatMap(({ channels }) => channels[c]), (x) => x / 2 ** (bits - 1))
  );

async function byTheLibrary(bytes: Uint8Array): Promise<Float32Array[]> {
  const audio = await openAudioBytes(bytes, { file: "a.flac" });
  const samples = await allSamples(audio);
  expect(audio.warnings).toEqual([]);
  return samples.map((channel) => Float32Array.from(channel));
}

test.each(CASES.map(([name, shape, blocks]) => [`${name}, ${shape.bits} bits`, shape, blocks] as const))(
  "%s",
  async (_, shape, blocks) => {
    const bytes = makeFlac(blocks, { sampleRate: 16_000, ...shape });
    const samples = expected(blocks, shape.bits);
    expect(wholeFlac(bytes)).toEqual({
      waveform: samples as Float32Array<ArrayBuffer>[],
      sampleRate: 16_000,
    });
    // Frame by frame, with their places looked for; headers tell the bits, and no encoder's frames are larger than plain ones.
    const isLarge = bytes.length > samples.length * samples[0].length * shape.bits / 8 + 60 * blocks.length;
    // The package loses a last block of a few samples, and that is told.
    const isTiny = !shape.isVariable && blocks.some(({ channels }) => channels[0].length < 16);
    if (!shape.isTerse && !isLarge && !isTiny) expect(await byTheLibrary(bytes)).toEqual(samples);
  },
);

test("32 bits are left to the library, which gives the nearest float32 but for one part in 2^31", async () => {
  const blocks = [block(2, 32, [verbatim, fixed(1, { parameterBits: 5 })])];
  const bytes = makeFlac(blocks, { bits: 32, sampleRate: 16_000 });
  expect(wholeFlac(bytes)).toBe(undefined);
  const [found, samples] = [await byTheLibrary(bytes), expected(blocks, 32)];
  for (const [c, channel] of found.entries()) {
    expect(channel.length).toBe(samples[c].length);
    expect(channel.every((x, i) => Math.abs(x - samples[c][i]) <= Math.abs(samples[c][i]) * 2 ** -23)).toBe(
      true,
    );
  }
});

test("a reserved kind of subframe, order of partitions or precision is none that can be decoded", () => {
  const blocks = [block(1, 16, [fixed(2)])];
  const bytes = makeFlac(blocks, { bits: 16, sampleRate: 16_000 });
  const frame = 42 + 10;
  for (const type of [2, 7, 13, 31]) {
    const other = bytes.slice();
    other[frame] = type << 1;
    expect(wholeFlac(other)).toBe(undefined);
  }
});

test.each([1, 100, 2000, 4096, 65536, 300_000])(
  "%d bytes of zeros behind a file leave it whole",
  async (zeros) => {
    const file = await readFile(new URL("samples/stereo16.flac", import.meta.url));
    const whole = await contents(file);
    const { samples } = await contents(Buffer.concat([file, new Uint8Array(zeros)]));
    expect(samples).toEqual(whole.samples);
  },
);
