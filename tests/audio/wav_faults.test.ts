/**
 * Headers that are wrong: read with a warning where the samples are where they always are, refused where they might
 * mean two things, and never other samples without a word.
 */
import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { readWavHeader } from "#lib/audio/wav_header.ts";
import { alone, contents, data16, faultIn, fmt, type FormatFields, wav, type WavChunk } from "./wav_bytes.ts";

const RATE = 8000;
const VALUES = Array.from({ length: 240 }, (_, i) => ((i * 7919) % 65536) - 32768);
const MONO = [VALUES.map((value) => value / 32768)];
const STEREO = [0, 1].map((channel) => MONO[0].filter((_, i) => i % 2 === channel));

const f = (fields: FormatFields = {}) => fmt({ sampleRate: RATE, ...fields });
const cut = (chunk: WavChunk, length: number): WavChunk => ({
  id: chunk.id,
  bytes: chunk.bytes.subarray(0, length),
});
const patched = (chunk: WavChunk, at: number, hex: string): WavChunk => {
  const bytes = Buffer.from(chunk.bytes);
  Buffer.from(hex.replaceAll(" ", ""), "hex").copy(bytes, at);
  return { ...chunk, bytes };
};
const data = data16(VALUES);
const text = (id: string, content: string, size?: number) => ({
  id,
  bytes: Buffer.from(content, "latin1"),
  size,
});
const law = { id: "data", bytes: Uint8Array.from({ length: 480 }, (_, i) => i) };
const zeros = (length: number) => Buffer.alloc(length);

/** A file of fmt, then bytes that are no chunk, then data. */
const between = (bytes: Uint8Array) => {
  const [head, tail] = [wav([f()]), wav([data]).subarray(12)];
  const file = Buffer.concat([head, bytes, tail]);
  file.writeUInt32LE(file.length - 8, 4);
  return file;
};

const header = (
  ...faults: string[]
) => [`has faults in its header that change no sample: ${faults.join("; ")}`];

describe("read, with a warning that names it", () => {
  test.each<[string, Uint8Array, readonly (readonly number[])[], readonly string[]]>([
    [
      "blocks of 1 byte",
      wav([f({ blockBytes: 1 }), data]),
      MONO,
      header("a block size of 1, not 2", "a byte rate of 8000, not 16000"),
    ],
    [
      "mono in blocks of 4 bytes",
      wav([f({ blockBytes: 4 }), data]),
      MONO,
      header("a block size of 4, not 2", "a byte rate of 32000, not 16000"),
    ],
    [
      "mono in blocks of 3 bytes",
      wav([f({ blockBytes: 3, byteRate: 16000 }), data]),
      MONO,
      header("a block size of 3, not 2"),
    ],
    [
      "stereo in blocks of 2 bytes",
      wav([f({ channels: 2, blockBytes: 2 }), data]),
      STEREO,
      header("a block size of 2, not 4", "a byte rate of 16000, not 32000"),
    ],
    [
      "blocks of 0 bytes",
      wav([f({ blockBytes: 0, byteRate: 16000 }), data]),
      MONO,
      header("a block size of 0, not 2"),
    ],
    ["no byte rate", wav([f({ byteRate: 0 }), data]), MONO, header("a byte rate of 0, not 16000")],
    [
      "the byte rate in bits",
      wav([f({ byteRate: 128_000 }), data]),
      MONO,
      header("a byte rate of 128000, not 16000"),
    ],
    ["PCM of 0 bits", wav([f({ bits: 0, blockBytes: 2 }), data]), MONO, header("0 bits, not 16")],
    ["a fmt of 14 bytes", wav([cut(f(), 14), data]), MONO, header("a fmt chunk of 14 bytes, not 16")],
    ["a fmt of 15 bytes", wav([cut(f(), 15), data]), MONO, header("a fmt chunk of 15 bytes, not 16")],
    ["an ambisonic GUID", wav([patched(f({ subTag: 1 }), 28, "2107d3118644c8c1ca000000"), data]), MONO, []],
    [
      "a GUID with a misprint",
      wav([patched(f({ subTag: 1 }), 28, "0000000000001000800000aa"), data]),
      MONO,
      [],
    ],
    [
      "an extension of size 0",
      wav([patched(f({ subTag: 1 }), 16, "0000"), data]),
      MONO,
      header("an extension without a size"),
    ],
    ["zeros before data", between(zeros(64)), MONO, ['has 64 zero bytes before its chunk "data"']],
    ["a fmt of 16 bytes that claims 18", wav([{ ...f(), size: 18 }, data]), MONO, [
      'has its chunk "data" 2 bytes before where the one before it ends',
    ]],
    ["a list that claims two bytes less", wav([f(), text("LIST", "abcdef", 4), data]), MONO, [
      'has its chunk "data" 2 bytes behind where the one before it ends',
    ]],
    [
      "a fmt of 18 bytes that claims 16",
      wav([{ id: "fmt ", bytes: Buffer.concat([f().bytes, zeros(2)]), size: 16 }, data]),
      MONO,
      ['has its chunk "data" 2 bytes behind where the one before it ends'],
    ],
    ["an odd number of zeros", between(zeros(13)), MONO, ['has 13 zero bytes before its chunk "data"']],
    ["a page of zeros", between(zeros(4096)), MONO, ['has 4096 zero bytes before its chunk "data"']],
    ["an odd chunk without its padding", between(Buffer.from("LIST\x03\0\0\0abc", "latin1")), MONO, [
      'has no padding byte before its chunk "data"',
    ]],
    ["a chunk's name that is not ASCII", wav([f(), text("\xa9cpy", "abcd"), data]), MONO, [
      'has a chunk whose name "\u00a9cpy" is not ASCII',
    ]],
    [
      "three of them",
      wav([f(), text("\xa9cpy", "abcd"), text("\xa9day", "ab"), text("\x80\x81\x82\x83", ""), data]),
      MONO,
      ['has a chunk whose name "\u00a9cpy" is not ASCII, and 2 more such faults'],
    ],
    ["a data size of 0, RIFF size right", wav([f(), { ...data, size: 0 }]), MONO, [
      "does not tell how many samples it has (a size of 0): all 480 bytes that follow were read",
    ]],
    ["arecord's data size", wav([f(), { ...data, size: 0x80000000 }]), MONO, [
      "does not tell how many samples it has (a size of 0x80000000): all 480 bytes that follow were read",
    ]],
    [
      "RF64 whose ds64 is open",
      wav([text("ds64", "\xff".repeat(28)), f(), { ...data, size: 0xffffffff }], {
        riff: "RF64",
        riffSize: 0xffffffff,
      }),
      MONO,
      [`does not tell how many samples it has (a size of 0x${
        (2 ** 64).toString(16)
      }): all 480 bytes that follow were read`],
    ],
    [
      "RF64 without ds64",
      wav([f(), { ...data, size: 0xffffffff }], { riff: "RF64", riffSize: 0xffffffff }),
      MONO,
      ["does not tell how many samples it has (a size of 0xffffffff): all 480 bytes that follow were read"],
    ],
    [
      "a RIFF size of something else",
      wav([f(), data], { riffSize: 100 }),
      MONO,
      header("a RIFF size that is not the file's"),
    ],
    ["two data chunks", wav([f(), data, text("LIST", "abcd"), data]), MONO, [
      "has a second data chunk, which was not read",
    ]],
    ["a WAV behind it", Buffer.concat([wav([f(), data]), wav([f(), data])]), MONO, [
      "has another WAV file behind it, which was not read",
    ]],
    ["a tag behind it", Buffer.concat([wav([f(), data]), Buffer.from("TAG".padEnd(128, "\0"))]), MONO, [
      "has 128 bytes behind its chunks that are none, which were not read",
    ]],
    ["a size that was not updated to the end", wav([f(), { ...data, size: 240 }]), [MONO[0].slice(0, 120)], [
      "has 240 bytes behind its chunks that are none, which were not read",
    ]],
    ["two equal fmt chunks", wav([f(), f(), data]), MONO, []],
    ["an empty chunk behind data", wav([f(), data, text("PAD ", "")]), MONO, []],
    ["a fact chunk of PCM, whatever it says", wav([f(), text("fact", "\x01\0\0\0"), data]), MONO, []],
  ])("%s", async (_, bytes, samples, warnings) => {
    const found = await contents(bytes);
    expect(found.warnings).toEqual(warnings);
    expect(found.samples).toEqual(samples.map((channel) => [...channel]));
    expect(found.sampleRate).toBe(RATE);
  });

  const expanded = contents(wav([f({ tag: 7, bits: 8 }), law]));
  test.each<[string, WavChunk, readonly string[]]>([
    ["of 0 bits", f({ tag: 7, bits: 0, blockBytes: 1 }), header("0 bits, not 8")],
    ["of 16 bits", f({ tag: 7, bits: 16, blockBytes: 1 }), header("16 bits, not 8")],
    [
      "of 16 bits and blocks of 2",
      f({ tag: 7, bits: 16 }),
      header("16 bits, not 8", "a block size of 2, not 1", "a byte rate of 16000, not 8000"),
    ],
    ["in a fmt of 14 bytes", cut(f({ tag: 7, bits: 8 }), 14), header("a fmt chunk of 14 bytes, not 16")],
    [
      "in blocks of 0 bytes",
      f({ tag: 7, bits: 8, blockBytes: 0, byteRate: 8000 }),
      header("a block size of 0, not 1"),
    ],
  ])("mu-law %s", async (_, format, warnings) => {
    const found = await contents(wav([format, law]));
    expect(found.samples).toEqual((await expanded).samples);
    expect([found.format, found.frames, found.warnings]).toEqual(["WAV, mu-law", 480, [...warnings]]);
  });

  test("a fact chunk that counts otherwise", async () => {
    const count = (samples: string) => contents(wav([f({ tag: 6, bits: 8 }), text("fact", samples), law]));
    expect((await count("\x10\0\0\0")).warnings).toEqual(header("a fact chunk of 16 samples, not 480"));
    expect((await count("\xe0\x01\0\0")).warnings).toEqual([]);
    expect((await count("\0\0\0\0")).warnings).toEqual([]);
  });

  test("all that changes no sample is one sentence, in the file's order, behind what may change some", async () => {
    const fact = text("fact", "\x10\0\0\0");
    const format = f({ tag: 7, bits: 16 });
    const found = await contents(wav([format, text("\xa9cpy", "abcd"), fact, law, law], { riffSize: 100 }));
    expect(found.warnings).toEqual([
      'has a chunk whose name "\u00a9cpy" is not ASCII',
      "has faults in its header that change no sample: 16 bits, not 8; a block size of 2, not 1; " +
      "a byte rate of 16000, not 8000; a RIFF size that is not the file's; a fact chunk of 16 samples, not 480",
      "has a second data chunk, which was not read",
    ]);
    expect(found.samples).toEqual((await expanded).samples);
  });

  test.each([2, 3, 100])("of a file cut by %d bytes its RIFF size is no fault", async (bytes) => {
    const found = await contents(wav([f(), data]).subarray(0, -bytes));
    expect(found.warnings).toEqual([`is cut short: ${480 - bytes} of 480 bytes of samples are there`]);
  });

  test("of a big-endian file it is told in the same words", async () => {
    const bytes = Buffer.from(
      wav([f({ bits: 8, tag: 7, blockBytes: 3, byteRate: 5 }), law], { riff: "RIFX" }),
    );
    // The numbers of a RIFX are turned round: sizes, and the six fields of its format.
    const turn = (at: number, size: number) => bytes.subarray(at, at + size).reverse();
    for (const at of [4, 16, 24, 28, 40]) turn(at, 4);
    for (const at of [20, 22, 32, 34]) turn(at, 2);
    const found = await contents(bytes);
    expect(found.warnings).toEqual(header("a block size of 3, not 1", "a byte rate of 5, not 8000"));
    expect(found.samples).toEqual((await expanded).samples);
  });

  test("float of 0 bits: the blocks tell", async () => {
    const floats = { id: "data", bytes: Buffer.from("0000003f000080be", "hex") };
    const found = await contents(wav([f({ tag: 3, bits: 0, blockBytes: 4 }), floats]));
    expect([found.samples, found.warnings]).toEqual([[[0.5, -0.25]], header("0 bits, not 32")]);
  });

  test("a size without what passes 4 GiB", async () => {
    const start = wav([f(), text("data", "", 1000)]);
    const size = start.length + 1000 + 2 ** 33;
    const read = (target: Uint8Array<ArrayBuffer>, at: number) => {
      target.fill(0x80);
      target.set(start.subarray(at, at + target.length));
      return Promise.resolve(target.subarray(0, Math.max(0, Math.min(target.length, size - at))));
    };
    const { dataBytes, warnings } = await readWavHeader({ file: "a.wav", size, read });
    expect(dataBytes).toBe(1000 + 2 ** 33);
    expect(warnings).toContain("tells the size of its samples, 8589935592 bytes, without what passes 4 GiB");
  });
});

describe("refused, whatever decoder there is", () => {
  const sentence =
    "which writers mean in two ways (in the lower three bytes, in the upper three, or as floats) and " +
    "readers take for a third; write it again with 24 or 32 bits";
  test.each<[string, Uint8Array, string]>([
    [
      "24 bits in 4 bytes",
      wav([f({ bits: 24, blockBytes: 4 }), data]),
      `its samples have 24 bits in 4 bytes, ${sentence}`,
    ],
    [
      "20 bits in 4 bytes",
      wav([f({ bits: 20, channels: 2, blockBytes: 8 }), data]),
      `its samples have 20 bits in 4 bytes, ${sentence}`,
    ],
    [
      "no bits, and sizes that disagree",
      wav([f({ bits: 0, blockBytes: 2, byteRate: 8000 }), data]),
      "does not tell the size of a sample: no bits, blocks of 2 bytes and 8000 bytes a second at 8000 Hz",
    ],
    ["two formats", wav([f(), f({ channels: 2 }), data]), "has two fmt chunks that differ"],
    [
      "999 Hz",
      wav([f({ sampleRate: 999 }), data]),
      "has a sample rate of 999 Hz; a recording has 1000 to 768000 Hz",
    ],
    [
      "768001 Hz",
      wav([f({ sampleRate: 768_001 }), data]),
      "has a sample rate of 768001 Hz; a recording has 1000 to 768000 Hz",
    ],
    [
      "0 Hz",
      wav([f({ sampleRate: 0 }), data]),
      "has a sample rate of 0 Hz; a recording has 1000 to 768000 Hz",
    ],
  ])("%s", async (_, bytes, fault) => expect(await faultIn(bytes)).toBe(fault));

  test.each([1000, 768_000])("%d Hz is read", async (sampleRate) => {
    expect((await contents(wav([f({ sampleRate }), data]))).samples).toEqual(MONO);
  });
});

test("compressed sound that is called samples is named", async () => {
  const bursts = (sync: string) => {
    const burst = Buffer.alloc(6144, 0x5a);
    Buffer.from(sync, "hex").copy(burst);
    return { id: "data", bytes: Buffer.concat([zeros(100), burst, burst]) };
  };
  const fault = (what: string) =>
    `is a WAV with ${what} in place of samples, which takes ffmpeg to read, and `;
  for (
    const [sync, what] of [["72f81f4e", "an S/PDIF bitstream (as of AC-3)"], ["7ffe8001", "DTS"], [
      "ff1f00e8",
      "DTS",
    ]]
  ) {
    expect((await faultIn(wav([f({ channels: 2 }), bursts(sync)]))).slice(0, fault(what).length)).toBe(
      fault(what),
    );
    // Of other sizes they are samples.
    expect((await contents(wav([f({ tag: 7, bits: 8 }), bursts(sync)]))).warnings).toEqual([]);
  }
  expect((await contents(wav([f({ channels: 2 }), bursts("72f81f4f")]))).warnings).toEqual([]);
});

describe("left to ffmpeg, and refused where that is not", () => {
  test.each<[string, Uint8Array, string]>([
    [
      "a GUID of something else",
      wav([patched(f({ subTag: 1 }), 28, "ff"), data]),
      "its samples are of a kind (GUID 01000000ff00100080" + "0000aa00389b71) that is not read here",
    ],
    ["a fmt of 13 bytes", wav([cut(f(), 13), data]), "its fmt chunk has 13 bytes, not 16"],
    ["no channels", wav([f({ channels: 0 }), data]), "has 0 channels"],
    [
      "a list that claims too much",
      wav([f(), text("LIST", "abcd", 4000), data]),
      "has no data chunk: it is cut short, or not a WAV file",
    ],
  ])("%s", async (_, bytes, fault) => expect(await faultIn(bytes)).toBe(alone(fault)));
});

test("any byte of a header may be wrong: the same samples, a warning, or an error", async () => {
  const files = [
    wav([f(), data]),
    wav([f({ channels: 2, subTag: 1 }), text("LIST", "abcdef"), data]),
    wav([f({ tag: 7, bits: 8 }), text("fact", "\xe0\x01\0\0"), law, text("LIST", "abc")]),
  ];
  const originals = await Promise.all(files.map(contents));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(files.length - 1),
      fc.nat(79),
      fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 255)),
      async (which, at, value) => {
        const bytes = Uint8Array.from(files[which]);
        // The format, the rate and the number of channels are what the file says: nothing can tell that they are wrong.
        bytes[at % (bytes.length - 480)] = value;
        const before = originals[which];
        const found = await contents(bytes).catch((error) => error);
        if (found instanceof Error) return expect("fault" in found).toBe(true);
        if (found.warnings.length > 0) return;
        expect([found.samples.length, found.samples[0].length, found.sampleRate]).toEqual([
          before.samples.length,
          before.samples[0].length,
          before.sampleRate,
        ]);
      },
    ),
    { numRuns: 1500, seed: 9 },
  );
}, 60_000);
