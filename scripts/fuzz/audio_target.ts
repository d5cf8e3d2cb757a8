import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { AudioFileError } from "#lib/audio/audio_file_error.ts";
import { encodeWav, type WavSampleFormat } from "#lib/audio/encode_wav.ts";
import { openAudio } from "#lib/audio/open_audio.ts";
import { finePages, sampleBytes } from "./audio_seeds.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

/** An executable that is not there: the readers here are under test. */
const NO_FFMPEG = "/nowhere/ffmpeg";

/** The damage that is done to containers: what disks, networks and editors do. */
const KINDS = [
  ...[
    "flipBits",
    "flipBits",
    "flipBits",
    "editNumber",
    "editNumber",
    "truncate",
    "insert",
    "remove",
    "repeat",
  ],
  ...["swapBlocks", "zeroRun", "zeroRun"],
];

/**
 * Samples by which ffmpeg may differ: it keeps the padding of AAC's last packet and of MP3 without a count, and its AAC
 * decoder begins with the priming where an edit list is broken.
 */
const TOLERANCE: Readonly<Record<string, number>> = {
  wav: 1,
  flac: 0,
  mp3: 2 * 1152 + 529,
  ogg: 960,
  m4a: 3 * 1024,
};

let folder: string | undefined;

/** A file for the bytes, the same each time. */
function written(bytes: Uint8Array, name: string): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "dialab-fuzz-"));
    folder = made;
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  }
  const path = join(folder, `a.${name}`);
  writeFileSync(path, bytes);
  return path;
}

/** Samples per channel that ffmpeg reads; undefined where it is not there, or refuses. */
function ffmpegFrames(path: string): number | undefined {
  const args = ["-nostdin", "-v", "quiet", "-i", path, "-map", "0:a:0", "-ac", "1", "-f", "u8", "pipe:1"];
  const { status, stdout, error } = spawnSync("ffmpeg", args, { maxBuffer: 2 ** 28 });
  return error || status !== 0 || stdout.length === 0 ? undefined : stdout.length;
}

/** What was read without a warning. */
interface Silent {
  readonly count: number;
  readonly announced: number | undefined;
}

/** Reads a file to its end. */
async function read(
  path: string,
): Promise<{ count: number; announced: number | undefined; warnings: readonly string[] }> {
  const { console: terminal } = globalThis;
  const { error, warn, log } = terminal;
  const said: unknown[] = [];
  terminal.error = terminal.warn = terminal.log = (...words: unknown[]) => said.push(...words);
  try {
    await using audio = await openAudio(path, { ffmpeg: NO_FFMPEG });
    let count = 0;
    for await (const block of audio.blocks()) {
      if (block.length !== audio.channels) throw new Error(`${block.length} of ${audio.channels} channels`);
      count += block[0].length;
    }
    return { count, announced: audio.frames, warnings: audio.warnings };
  } finally {
    Object.assign(terminal, { error, warn, log });
    // deno-lint-ignore no-unsafe-finally
    if (said.length > 0) throw new Error(`A decoder wrote to the terminal: ${said.join(" ")}`);
  }
}

/**
 * A reader of recordings: without a warning, as many samples come out as ffmpeg reads, or as the container announces.
 * The seeds' own numbers are right as well: most damage is to what is heard or to nothing.
 */
async function audioTarget(
  name: string,
  makeSeeds: () => Promise<readonly Uint8Array[]>,
): Promise<FuzzTarget> {
  const seeds = await makeSeeds();
  const counts = new Set<number>();
  for (const seed of seeds) {
    const { count, warnings } = await read(written(seed, name));
    if (warnings.length > 0) throw new Error(`A seed is read with warnings: ${warnings.join("; ")}`);
    counts.add(count);
  }
  const explained = (path: string, { count, announced }: Silent) => {
    if (counts.has(count) && count === announced) return true;
    const frames = ffmpegFrames(path);
    return frames === undefined ? count === announced : Math.abs(frames - count) <= TOLERANCE[name];
  };
  return {
    name,
    seeds,
    kinds: KINDS,
    async parse(bytes) {
      const path = written(bytes, name);
      const { count, announced, warnings } = await read(path);
      if (warnings.length > 0 || explained(path, { count, announced })) return;
      throw new Error(
        `${count} samples without a warning; announced are ${announced}, ffmpeg reads ${ffmpegFrames(path)}`,
      );
    },
    isExpected: (error) => error instanceof AudioFileError,
  };
}

const WAV_FORMATS: readonly WavSampleFormat[] = ["u8", "s16", "s24", "s32", "f32", "f64"];

/** Recordings of one to three channels in every kind of samples that we write, and one in RF64. */
function wavSeeds(): Uint8Array[] {
  const channel = Float32Array.from({ length: 600 }, (_, i) => Math.sin(i / 7) / 2);
  const seeds = WAV_FORMATS.map((format, i) =>
    encodeWav(Array.from({ length: 1 + i % 3 }, () => channel), { sampleRate: 8000 * (1 + i % 3), format })
  );
  return [...seeds, rf64(seeds[1])];
}

/** The same WAV as RF64: the sizes in the header say that they are in a chunk of their own. */
function rf64(wav: Uint8Array): Uint8Array {
  const out = new Uint8Array(wav.length + 36);
  const text = (at: number, letters: string) => out.set(new TextEncoder().encode(letters), at);
  const view = new DataView(out.buffer);
  out.set(wav.subarray(12), 48);
  text(0, "RF64");
  view.setUint32(4, 0xffffffff, true);
  text(8, "WAVEds64");
  view.setUint32(16, 28, true);
  view.setBigUint64(20, BigInt(out.length - 8), true);
  const data = 48 + 24;
  view.setBigUint64(28, BigInt(view.getUint32(data + 4, true)), true);
  view.setUint32(data + 4, 0xffffffff, true);
  return out;
}

/** The readers of recordings, by container. */
export const AUDIO_TARGETS: Readonly<Record<string, () => Promise<FuzzTarget>>> = {
  wav: () => audioTarget("wav", () => Promise.resolve(wavSeeds())),
  flac: () => audioTarget("flac", () => Promise.resolve([sampleBytes("stereo16.flac")])),
  mp3: () => audioTarget("mp3", () => Promise.resolve([sampleBytes("stereo.mp3")])),
  ogg: () =>
    audioTarget("ogg", async () => [
      await finePages("stereo.opus"),
      await finePages("stereo.ogg"),
      await finePages("stereo16.oga"),
    ]),
  m4a: () =>
    audioTarget("m4a", () => Promise.resolve(["stereo.m4a", "alac.m4a", "index_last.m4a"].map(sampleBytes))),
};
