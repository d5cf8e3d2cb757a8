/** Files that are no recordings, each with the message that tells why and what to do. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import {
  AudioFileError,
  audioFromSamples,
  chunks,
  encodeWav,
  mixChannels,
  openAudio,
  readAudio,
} from "#lib/audio/mod.ts";
import { systemFault } from "#lib/audio/open_file.ts";
import { alone, faultIn, NO_FFMPEG, unknown, withFile } from "./wav_bytes.ts";

const text = (value: string) => new TextEncoder().encode(value);

describe("what is not audio", () => {
  test.each([
    ["an empty file", new Uint8Array(0), "is empty: it has 0 bytes"],
    [
      "text",
      text("SPEAKER a 1 0.0 1.0\nand more"),
      'is text, not audio: it starts with "SPEAKER a 1 0.0 1.0"',
    ],
    [
      "other bytes",
      new Uint8Array(100),
      unknown(),
    ],
    [
      "M4A without ffmpeg",
      text("\0\0\0\x20ftypM4A \0\0\0\0"),
      alone(
        "is cut short: it has 16 of at least 32 bytes, and its index (moov) is behind them; nothing can be read without it",
        "M4A",
      ),
    ],
    ["FLAC's mark alone", text("fLaC"), alone("holds no FLAC audio that can be decoded", "FLAC")],
    ["an ID3 tag alone", text("ID3\x04\0\0\0\0\0\x0a0123456789"), unknown(", behind its ID3 tag")],
  ])("%s", async (_, bytes, fault) => expect(await faultIn(bytes)).toBe(fault));

  test("a folder, and a file that is not there", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dialab-audio-"));
    const fault = async (path: string) => {
      const error = await openAudio(path).catch((error) => error);
      expect(error).toBeInstanceOf(AudioFileError);
      expect(error.message).toBe(`${path}: ${error.fault}`);
      return error.fault;
    };
    expect(await fault(folder)).toBe("is a folder, not an audio file");
    expect(await fault(join(folder, "a.wav"))).toBe("there is no such file");
    await rm(folder, { recursive: true });
  });

  test("a pipe or a device", async () => {
    if (process.platform === "win32") return;
    const error = await openAudio("/dev/null").catch((error) => error);
    expect(error.fault).toBe("is a pipe or a device; audio is read from regular files");
    // Nobody writes to it: to open it would wait for ever.
    const folder = await mkdtemp(join(tmpdir(), "dialab-audio-"));
    const pipe = join(folder, "a.wav");
    spawnSync("mkfifo", [pipe]);
    const said = await openAudio(pipe).catch((error) => error);
    expect(said.fault).toBe("is a pipe or a device; audio is read from regular files");
    await rm(folder, { recursive: true });
  }, 10_000);

  test("the system's refusal, in words", () => {
    const error = systemFault(Object.assign(new Error("EACCES: x"), { code: "EACCES" }), "a.wav");
    expect(error.message).toBe("a.wav: may not be read: permission denied");
    expect((error.cause as Error).message).toBe("EACCES: x");
    expect(systemFault(new Error("EIO: i/o error"), "a.wav").fault).toBe("cannot be read: EIO: i/o error");
  });

  test.skipIf(process.platform === "win32")("a file that may not be read", async () => {
    await withFile(encodeWav(Float32Array.of(0), { sampleRate: 8000 }), async (path) => {
      await chmod(dirname(path), 0o755);
      await chmod(path, 0);
      // Nothing is hidden from root, who becomes nobody for a moment.
      const isRoot = process.geteuid!() === 0;
      const read = () => openAudio(path).catch((error) => error);
      if (isRoot) process.seteuid!(65534);
      const error = await read().finally(() => isRoot && process.seteuid!(0));
      expect(error).toBeInstanceOf(AudioFileError);
      expect(error.fault).toBe("may not be read: permission denied");
    });
  });
});

describe("samples that are not numbers", () => {
  const bad = Float32Array.from({ length: 24000 }, (_, i) => i === 12345 ? NaN : 0);
  const bytes = encodeWav([new Float32Array(24000), bad], { sampleRate: 8000, format: "f32" });

  test("the first is named with its place and time", async () => {
    await withFile(bytes, async (path) => {
      const error = await readAudio(path).catch((error) => error);
      expect(error).toBeInstanceOf(AudioFileError);
      expect(error.fault).toBe("sample 12345 of channel 1 (at 1.543 s) is NaN, not a number in [-1, 1]");
    });
  });

  test("infinity is one, in a later block too", async () => {
    const late = Float32Array.from({ length: 300_000 }, (_, i) => i === 299_999 ? Infinity : 0);
    const audio = audioFromSamples(late, { sampleRate: 16000, name: "late" });
    const error = await Array.fromAsync(chunks(audio)).catch((error) => error);
    expect(error.message).toBe(
      "late: sample 299999 of channel 0 (at 18.750 s) is Infinity, not a number in [-1, 1]",
    );
  });

  test.each([1e30, -2e6])("%d is one: it would drown all others", async (absurd) => {
    const samples = Float32Array.from({ length: 24000 }, (_, i) => i === 12345 ? absurd : 0.1);
    await withFile(encodeWav(samples, { sampleRate: 8000, format: "f32" }), async (path) => {
      const error = await readAudio(path).catch((error) => error);
      expect(error).toBeInstanceOf(AudioFileError);
      expect(error.fault).toBe(
        `sample 12345 of channel 0 (at 1.543 s) is ${absurd}, not a number in [-1, 1]`,
      );
      expect((await readAudio(path, { allowNonFinite: true })).samples.length).toBe(48000);
    });
  });

  test("allowNonFinite lets them travel as far as the filter reaches", async () => {
    await withFile(bytes, async (path) => {
      const { samples } = await readAudio(path, { allowNonFinite: true });
      const spoilt = [...samples.keys()].filter((i) => Number.isNaN(samples[i]));
      expect(spoilt.length).toBeGreaterThan(10);
      expect(spoilt.every((i) => Math.abs(i - 2 * 12345) <= 16)).toBe(true);
    });
  });
});

describe("what is unusual but read", () => {
  test("one sample makes one chunk", async () => {
    await withFile(encodeWav(Float32Array.of(0.5), { sampleRate: 16000 }), async (path) => {
      await using audio = await openAudio(path);
      const [chunk, ...others] = await Array.fromAsync(chunks(audio));
      expect([others.length, chunk.length, chunk.samples[0], chunk.samples[1]]).toEqual([0, 1, 0.5, 0]);
    });
  });

  test("nine channels are averaged, or one is taken", async () => {
    const channels = Array.from({ length: 9 }, (_, c) => new Float32Array(100).fill(c / 16));
    await withFile(encodeWav(channels, { sampleRate: 16000 }), async (path) => {
      expect((await readAudio(path)).samples.every((sample) => sample === 4 / 16)).toBe(true);
      expect((await readAudio(path, { channel: 8 })).samples.every((sample) => sample === 8 / 16)).toBe(true);
      await expect(readAudio(path, { channel: 9 })).rejects.toThrow(
        "There is no channel 9: the recording has 9",
      );
    });
  });

  test("the mean is summed in float32 in the channels' order, as torch.mean does", () => {
    const [a, b, c] = [1, 2 ** -25, 2 ** -25];
    const mean = (...values: number[]) => mixChannels(values.map((value) => Float32Array.of(value)))[0];
    expect(mean(a, b, c)).toBe(Math.fround(1 / 3));
    expect(mean(b, c, a)).toBe(Math.fround(Math.fround(1 + 2 ** -24) / 3));
  });

  test("a rate that nothing can be done with", async () => {
    await withFile(encodeWav(Float32Array.of(0.5), { sampleRate: 4_000_000_001 }), async (path) => {
      const error = await readAudio(path).catch((error) => error);
      expect(error).toBeInstanceOf(AudioFileError);
      expect(error.fault).toMatch(/^has a sample rate of 4000000001 Hz; a recording has 1000 to 768000 Hz$/);
    });
  });

  test("a closed recording says so", async () => {
    await withFile(encodeWav(new Float32Array(10), { sampleRate: 8000 }), async (path) => {
      const audio = await openAudio(path, { ffmpeg: NO_FFMPEG });
      await audio.close();
      await audio.close();
      const error = await Array.fromAsync(audio.blocks()).catch((error) => error);
      expect(error.fault).toBe("was closed while it was read");
    });
  });
});
