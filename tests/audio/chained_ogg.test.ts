/** Ogg files of several streams: all of it by ffmpeg, or a clear refusal; never a part in silence. */
import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readAudio } from "#lib/audio/mod.ts";
import { faultIn, withFile } from "./wav_bytes.ts";

const sample = (name: string) => readFileSync(fileURLToPath(new URL(`samples/${name}`, import.meta.url)));

/** Pages given another stream's number; ffmpeg passes over their checksums, which are then wrong, with a warning. */
function renumbered(ogg: Uint8Array): Buffer {
  const out = Buffer.from(ogg);
  for (let at = out.indexOf("OggS"); at >= 0; at = out.indexOf("OggS", at + 4)) {
    out.writeUInt32LE((out.readUInt32LE(at + 14) ^ 1) >>> 0, at + 14);
    out.writeUInt32LE(0, at + 22);
    out.writeUInt32LE(pageCrc(out, at), at + 22);
  }
  return out;
}

/** CRC-32 of polynomial 0x04c11db7, unreflected, from 0, over a page. (RFC 3533, section 6) */
function pageCrc(ogg: Buffer, at: number): number {
  const segments = ogg[at + 26];
  const end = at + 27 + segments + ogg.subarray(at + 27, at + 27 + segments).reduce((a, b) => a + b, 0);
  let crc = 0;
  for (let i = at; i < end; i++) {
    crc ^= ogg[i] << 24;
    for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
  }
  return crc >>> 0;
}

describe("Ogg of several streams", () => {
  test.each([["stereo.ogg", "Ogg Vorbis"], ["stereo.opus", "Ogg Opus"]])("%s twice", async (name, format) => {
    const once = sample(name);
    const twice = Buffer.concat([once, renumbered(once)]);
    expect(await faultIn(twice)).toBe(
      `is ${format} of several streams, which takes ffmpeg to read, and that is not installed ` +
        "(apt-get install ffmpeg, brew install ffmpeg); or make a WAV or FLAC of it",
    );
    if (spawnSync("ffmpeg", ["-version"]).error !== undefined) return;
    const length = (bytes: Uint8Array) =>
      withFile(bytes, async (path) => (await readAudio(path)).samples.length);
    const [all, one] = [await length(twice), await length(once)];
    expect(Math.abs(all - 2 * one)).toBeLessThan(0.1 * one);
  });
});
