/** What a file is, by its content alone: tags in front, frames in a row, names of four bytes; and never by less. */
import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { openAudio } from "#lib/audio/mod.ts";
import { detectFormat, DETECTION_BYTES } from "#lib/audio/detect_format.ts";
import { memoryFile } from "#lib/audio/memory_file.ts";
import { startInside } from "#lib/audio/start_inside.ts";
import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";
import { allSamples, data16, fmt, NO_FFMPEG, unknown, wav, withFile } from "./wav_bytes.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
const sample = (name: string) => readFileSync(fileURLToPath(new URL(`samples/${name}`, import.meta.url)));
const latin1 = (text: string) => Buffer.from(text, "latin1");
const nameOf = (bytes: Uint8Array) => {
  const format = detectFormat(bytes.subarray(0, DETECTION_BYTES));
  return typeof format === "object" ? format.name : format;
};

/** Frames of a stream: each header, filled up to its length. */
const frames = (...headers: readonly (readonly [header: string, bytes: number])[]) =>
  Buffer.concat(headers.map(([header, bytes]) => Buffer.concat([Buffer.from(header, "hex")], bytes)));

const MP3 = ["fffb9044", 417] as const; // MPEG 1, layer III, 128 kbit/s, 44.1 kHz
const ADTS = ["fff150802e7ffc", 371] as const; // AAC LC, 44.1 kHz
const AC3 = ["0b7700001440", 768] as const; // 48 kHz, 192 kbit/s

describe("frames", () => {
  test.each<[string | undefined, string, Uint8Array]>([
    ["MP3", "three", frames(MP3, MP3, MP3)],
    ["MP3", "three of other bit rates", frames(MP3, ["fffba044", 522], ["fffb9244", 418])],
    [undefined, "two and something else", Buffer.concat([frames(MP3, MP3), Buffer.alloc(500, 7)])],
    ["MP3", "one, and nothing else", frames(MP3)],
    ["MP3", "two and an ID3v1 tag", Buffer.concat([frames(MP3, MP3), latin1("TAG".padEnd(128))])],
    [undefined, "one, cut", frames(MP3).subarray(0, 400)],
    [undefined, "a byte before them", Buffer.concat([Buffer.of(1), frames(MP3, MP3, MP3)])],
    [undefined, "of another sample rate", frames(MP3, ["fffb9444", 384], MP3)],
    [undefined, "of another layer", frames(MP3, ["fffd9044", 417], MP3)],
    [undefined, "of another version", frames(MP3, ["fff39044", 313], MP3)],
    ["MPEG audio, layer 2", "of layer II", frames(["fffd8044", 417], ["fffd8044", 417], ["fffd8044", 417])],
    ["MPEG audio, layer 1", "of layer I", frames(["ffff9044", 312], ["ffff9044", 312], ["ffff9044", 312])],
    ["MP3", "of MPEG 2.5", frames(["ffe38044", 417], ["ffe38044", 417], ["ffe38044", 417])],
    ["AAC (ADTS)", "three of AAC", frames(ADTS, ADTS, ADTS)],
    [undefined, "two of AAC and something else", Buffer.concat([frames(ADTS, ADTS), Buffer.alloc(500, 7)])],
    ["AC-3", "three of AC-3", frames(AC3, AC3, AC3)],
    [undefined, "AC-3's sync alone", Buffer.concat([Buffer.from("0b77", "hex"), Buffer.alloc(5000, 7)])],
    [
      "E-AC-3",
      "three of E-AC-3",
      frames(["0b7700ff3484", 512], ["0b7700ff3484", 512], ["0b7700ff3484", 512]),
    ],
    ["AAC (LOAS)", "three of LOAS", frames(["56e064", 103], ["56e064", 103], ["56e064", 103])],
  ])("%s: %s", (name, _, bytes) => expect(nameOf(bytes)).toBe(name as string));
});

const filled = (start: string, length = 2000) => Buffer.concat([latin1(start), Buffer.alloc(length, 7)]);
const packets = (bytes: number, before: number) =>
  Buffer.concat(Array.from({ length: 6 }, () => {
    const packet = Buffer.alloc(bytes, 0xab);
    packet[before] = 0x47;
    return packet;
  }));

describe("names", () => {
  test.each<[string | undefined, Uint8Array]>([
    ["an MPEG program stream", filled("\0\0\x01\xba\x44")],
    ["an MPEG transport stream", packets(188, 0)],
    ["an MPEG transport stream", packets(192, 4)],
    ["an MPEG transport stream", packets(204, 0)],
    [undefined, packets(190, 0)],
    ["QuickTime", filled("\0\0\0\x14freeqt  ")],
    ["QuickTime", filled("\0\0\x10\0moov")],
    ["QuickTime", filled("\0\0\0\x08wide")],
    ["QuickTime", filled("\0\0\0\0mdat")],
    [undefined, filled("\0\0\0\x04moov")],
    ["QuickTime", filled("\0\0\0\x14ftypqt  ")],
    ["3GP", filled("\0\0\0\x14ftyp3gp4")],
    ["M4A", filled("\0\0\0\x14ftypM4B ")],
    ["Wave64", filled("riff\x2e\x91\xcf\x11\xa5\xd6")],
    ["AIFF", filled("FORM\0\0\x10\0AIFFCOMM")],
    ["AIFF-C", filled("FORM\0\0\x10\0AIFCFVER")],
    ["Flash video", filled("FLV\x01\x05\0\0\0\x09")],
    [undefined, filled("FLV\x01\x05\0\0\0\x08")],
    ["Sun/NeXT AU", filled(".snd\0\0\0\x18")],
    ["NIST SPHERE", latin1("NIST_1A\n   1024\nsample_rate -i 8000\n".padEnd(4000))],
    ["Creative Voice (VOC)", filled("Creative Voice File\x1a")],
    ["Ogg", filled("OggS\0\x02".padEnd(26, "\0") + "\x01\x2a\x80theora")],
    [
      "an AppleDouble file, in which macOS keeps what belongs to another file",
      filled("\0\x05\x16\x07\0\x02\0\0"),
    ],
    ["a ZIP archive", filled("PK\x03\x04")],
    ["text", latin1("1\n00:00:01,000 --> 00:00:02,000\nHello\n")],
  ])("%s", (name, bytes) => expect(nameOf(bytes)).toBe(name as string));

  test("what holds no recording is refused by its name, whatever decoder there is", async () => {
    const error = await withFile(filled("PK\x03\x04"), (path) => openAudio(path)).catch((error) => error);
    expect(error.fault).toBe("is no recording: it is a ZIP archive");
  });
});

/** Headerless samples: normal noise, as 16-bit integers. */
function quietNoise(seed: number, length: number): Uint8Array {
  const random = new MersenneTwister(seed);
  const sigma = [3, 20, 40, 60, 300][seed % 5];
  const samples = Int16Array.from({ length }, () => {
    const [u, v] = [random.random(), random.random()];
    return Math.round(sigma * Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v));
  });
  return new Uint8Array(samples.buffer);
}

describe("headerless samples are of no format", () => {
  test("quiet noise, of 1000 seeds", async () => {
    const noises = Array.from({ length: 1000 }, (_, seed) => quietNoise(seed, 4000));
    for (const noise of noises) {
      expect([nameOf(noise), await startInside(memoryFile(noise, "a.pcm"))]).toEqual([undefined, undefined]);
    }
  });

  test("any bytes in which a lone frame's header occurs", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3000, maxLength: 3000 }), fc.nat(500), (bytes, at) => {
        for (const [i, byte] of Buffer.from("0000fffb9044", "hex").entries()) bytes[at + i] = byte;
        expect(nameOf(bytes)).toBe(undefined as unknown as string);
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  test("the error says what can be done", async () => {
    const error = await withFile(quietNoise(7, 8000), (path) => openAudio(path, { ffmpeg: NO_FFMPEG })).catch(
      (error) => error,
    );
    expect(error.fault).toBe(unknown());
  });

  // ffmpeg 5.1 takes this one for the sounds of a game, with a score of 12 of 100.
  test.skipIf(!hasFfmpeg)("what ffmpeg only guesses is refused", async () => {
    const guessed = Buffer.concat([Buffer.from("04000400", "hex"), quietNoise(0, 8000)]);
    const error = await withFile(guessed, (path) => openAudio(path), "a.pcm").catch((error) => error);
    expect(error.fault).toMatch(
      /^is not audio of a known format .*; ffmpeg takes it for \w+, and is not sure$/,
    );
  });

  // ffmpeg 5.1 takes it for AMR without a header, with a score of 26, and gives minutes of noise.
  test.skipIf(!hasFfmpeg)("what ffmpeg knows by statistics alone is refused", async () => {
    const frame = Buffer.concat([Buffer.of(0x3c), Buffer.alloc(31, 0x91)]);
    const frames = Buffer.concat([
      Buffer.from("dns.", "latin1"),
      ...Array.from({ length: 1000 }, () => frame),
    ]);
    const error = await withFile(frames, (path) => openAudio(path), "a.au").catch((error) => error);
    expect(error.fault).toMatch(
      /^is not audio of a known format .*; ffmpeg takes it for amrnb, and is not sure$/,
    );
  });
});

/** An ID3v2 tag of so many bytes behind its header; with a footer, ten bytes more. */
function id3(bytes: number, hasFooter = false): Uint8Array {
  const size = [21, 14, 7, 0].map((shift) => (bytes >> shift) & 127);
  const head = Buffer.from([0x49, 0x44, 0x33, 4, 0, hasFooter ? 0x10 : 0, ...size]);
  // What is inside looks like frames, as pictures do.
  return Buffer.concat([
    head,
    Buffer.alloc(bytes, Buffer.from("fffb9044", "hex")),
    Buffer.alloc(hasFooter ? 10 : 0, "3"),
  ]);
}

describe("behind tags", () => {
  const tags: Readonly<Record<string, Uint8Array>> = {
    "a tag": id3(345),
    "a tag of nothing": id3(0),
    "a tag larger than what is looked at": id3(100_000),
    "a tag with a footer": id3(200, true),
    "two tags": Buffer.concat([id3(50), id3(3000)]),
    "a tag and zeros": Buffer.concat([id3(50), Buffer.alloc(777)]),
    "two tags with zeros between and behind": Buffer.concat([
      id3(50),
      Buffer.alloc(5),
      id3(9),
      Buffer.alloc(20_000),
    ]),
    "zeros alone": Buffer.alloc(4001),
  };
  const files: Readonly<Record<string, Uint8Array>> = {
    wav: wav([fmt(), data16(Array.from({ length: 500 }, (_, i) => 60 * i))]),
    flac: sample("stereo16.flac"),
    "Ogg FLAC": sample("stereo16.oga"),
    mp3: sample("stereo.mp3"),
    vorbis: sample("stereo.ogg"),
    opus: sample("stereo.opus"),
    m4a: sample("stereo.m4a"),
  };
  const read = (bytes: Uint8Array) =>
    withFile(bytes, async (path) => {
      await using audio = await openAudio(path, { ffmpeg: NO_FFMPEG });
      const { format, sampleRate, frames, warnings } = audio;
      return { format, sampleRate, frames, warnings, samples: await allSamples(audio) };
    });

  test.each(Object.keys(files))("%s", async (name) => {
    const plain = await read(files[name]);
    expect(plain.warnings).toEqual([]);
    for (const [what, tag] of Object.entries(tags)) {
      expect({ what, ...await read(Buffer.concat([tag, files[name]])) }).toEqual({ what, ...plain });
    }
  });

  test.each<[string, string, Uint8Array]>([
    [
      "is AAC (ADTS), which takes ffmpeg to read, and",
      "AAC of HLS",
      Buffer.concat([id3(63), frames(ADTS, ADTS, ADTS)]),
    ],
    [
      "is AIFF, which takes ffmpeg to read, and",
      "AIFF",
      Buffer.concat([id3(63), filled("FORM\0\0\x10\0AIFFCOMM")]),
    ],
    [
      "is not audio of a known format, behind its ID3 tag (",
      "something else",
      Buffer.concat([id3(63), quietNoise(3, 500)]),
    ],
    ["is not audio of a known format, behind its ID3 tag (", "nothing", id3(63)],
    [
      "is not audio of a known format, behind its ID3 tag (",
      "the file's end inside the tag",
      id3(63).subarray(0, 40),
    ],
    [
      'is text, not audio: it starts with "words',
      "text",
      Buffer.concat([id3(63), latin1("words and more\n")]),
    ],
  ])("%s ...: %s", async (start, _, bytes) => {
    const error = await read(bytes).catch((error) => error);
    expect(error.fault.slice(0, start.length)).toBe(start);
  });
});

describe("MPEG audio that begins inside a frame", () => {
  // Without the tag and the first frames, a piece of the next in front.
  const piece = sample("stereo.mp3").subarray(900);

  test("is named", async () => {
    const error = await withFile(piece, (path) => openAudio(path, { ffmpeg: NO_FFMPEG })).catch((error) =>
      error
    );
    expect(error.fault).toMatch(
      /^begins inside a frame of MPEG audio; ffmpeg might read it, and that is not installed/,
    );
  });

  test.skipIf(!hasFfmpeg)("is read by ffmpeg, with a warning", async () => {
    await withFile(piece, async (path) => {
      await using audio = await openAudio(path);
      expect((await allSamples(audio))[0].length).toBeGreaterThan(10_000);
      expect(audio.warnings[0]).toBe("begins inside a frame of MPEG audio; ffmpeg read it");
    });
  });
});

describe("a second opinion", () => {
  test("without ffmpeg: the format, the fault and the cure", async () => {
    const error = await withFile(filled("fLaC"), (path) => openAudio(path, { ffmpeg: NO_FFMPEG })).catch((
      error,
    ) => error);
    expect(error.fault).toMatch(
      /FLAC.*; ffmpeg might read it, and that is not installed \(apt-get .*\); or make a WAV/,
    );
  });

  test.skipIf(!hasFfmpeg)("ffmpeg reads what our decoder refuses, with a warning of the fault", async () => {
    // So many chunks before the samples that ours gives up.
    const many = Array.from({ length: 10_000 }, () => ({ id: "PAD ", bytes: new Uint8Array(0) }));
    await withFile(wav([fmt(), ...many, data16([1, -2, 3])]), async (path) => {
      await using audio = await openAudio(path);
      expect(await allSamples(audio)).toEqual([[1, -2, 3].map((value) => value / 32768)]);
      expect([audio.format, audio.warnings]).toEqual(["WAV, by ffmpeg", [
        "has no data chunk: it is cut short, or not a WAV file; ffmpeg read it",
      ]]);
    });
  });

  test.skipIf(!hasFfmpeg)("both refuse: both faults", async () => {
    const bytes = wav([{ id: "fmt ", bytes: fmt().bytes.subarray(0, 12) }, data16([1, 2])]);
    const error = await withFile(bytes, (path) => openAudio(path)).catch((error) => error);
    expect(error.fault).toMatch(
      /^is WAV that cannot be read here \(its fmt chunk has 12 bytes, not 16\); ffmpeg says: ./,
    );
  });
});
