/** Damaged recordings are read or refused with an AudioFileError: none hangs, takes the memory or fails otherwise. */
import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AudioFileError, openAudio } from "#lib/audio/mod.ts";
import { type FuzzOutcome, fuzzTarget } from "../../scripts/fuzz/fuzz_target.ts";
import { data16, fmt, NO_FFMPEG, wav } from "./wav_bytes.ts";

const sample = (name: string) => readFileSync(fileURLToPath(new URL(`samples/${name}`, import.meta.url)));
const samples = Array.from({ length: 200 }, (_, i) => i);
const ds64 = Buffer.alloc(28);
ds64.writeBigUInt64LE(400n, 8);

const SEEDS: Record<string, readonly Uint8Array[]> = {
  wav: [
    wav([fmt(), data16(samples)]),
    wav([fmt({ channels: 2, subTag: 1 }), { id: "LIST", bytes: Buffer.alloc(7) }, data16(samples)]),
    wav([{ id: "ds64", bytes: ds64 }, fmt({ tag: 3, bits: 32 }), data16(samples, 0xffffffff)], {
      riff: "RF64",
    }),
  ],
  flac: [sample("stereo16.flac")],
  mp3: [sample("stereo.mp3")],
  vorbis: [sample("stereo.ogg")],
  opus: [sample("stereo.opus")],
  m4a: [sample("stereo.m4a"), sample("alac.m4a")],
};

describe("every damaged file ends well", () => {
  test.each([["wav", 600], ["flac", 60], ["mp3", 60], ["vorbis", 200], ["opus", 60], ["m4a", 200]] as const)(
    "%s",
    async (name, end) => {
      const folder = mkdtempSync(join(tmpdir(), "dialab-audio-"));
      const path = join(folder, "a.wav");
      const parse = async (bytes: Uint8Array) => {
        writeFileSync(path, bytes);
        await using audio = await openAudio(path, { ffmpeg: NO_FFMPEG });
        for await (const block of audio.blocks()) expect(block.length).toBe(audio.channels);
      };
      const isExpected = (error: unknown) => error instanceof AudioFileError;
      const all: FuzzOutcome[] = [];
      const target = { name: `audio ${name}`, seeds: SEEDS[name], parse, isExpected };
      for await (const outcome of fuzzTarget(target, { seed: 5, end, limitMs: 5000 })) all.push(outcome);
      rmSync(folder, { recursive: true });
      expect(all.filter(({ result }) => result === "failed")).toEqual([]);
      for (const result of ["read", "refused"]) {
        expect(all.some((outcome) => outcome.result === result)).toBe(true);
      }
    },
    60_000,
  );
});
