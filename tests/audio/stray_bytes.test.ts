/** Sound that stands in a file behind a size that is too small, behind damage, or in other files behind it: that is told. */
import { afterAll, describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { readAudio } from "#lib/audio/mod.ts";
import { leftToBun } from "#tests/harness/left_to_bun.ts";

const hasFfmpeg = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!hasFfmpeg && process.env.CI) throw new Error("ffmpeg is missing, which CI needs");
const folder = mkdtempSync(join(tmpdir(), "dialab-stray-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Seconds of a tone by ffmpeg. */
function made(name: string, codec = "", sec = 12): Buffer {
  const path = join(folder, name);
  const { stderr, status } = spawnSync("ffmpeg", [
    ...`-nostdin -v error -y -f lavfi -i sine=f=440:r=16000:d=${sec}`.split(" "),
    ...[...codec.split(" ").filter(Boolean), path],
  ]);
  expect([String(stderr), status]).toEqual(["", 0]);
  return readFileSync(path);
}

async function heard(name: string, bytes: Uint8Array) {
  writeFileSync(join(folder, name), bytes);
  const { samples, warnings } = await readAudio(join(folder, name));
  return { sec: samples.length / 16_000, said: warnings.join("; "), warnings };
}

/** Half of a size, at a place behind a name. */
function halved(bytes: Buffer, options: { name: string; behind: number; as: "32" | "64" | "64LE" }): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(options.name) + options.behind;
  if (options.as === "32") copy.writeUInt32BE(copy.readUInt32BE(at) >>> 1, at);
  else if (options.as === "64") copy.writeBigUInt64BE(copy.readBigUInt64BE(at) / 2n, at);
  else copy.writeBigUInt64LE(copy.readBigUInt64LE(at) / 2n, at);
  return copy;
}

const NONE = /has 19\d{4} bytes behind its chunks that are none, which were not read/;

describe.skipIf(!hasFfmpeg || leftToBun)("a size of half of its sound", () => {
  test.each<[file: string, codec: string, name: string, behind: number, as: "32" | "64" | "64LE"]>([
    ["a.caf", "-c:a pcm_s16le", "data", 4, "64"],
    ["a.aiff", "", "SSND", 4, "32"],
    ["a.wav", "-rf64 always", "ds64", 16, "64LE"],
  ])("%s", async (file, codec, name, behind, as) => {
    const { sec, said } = await heard(file, halved(made(file, codec), { name, behind, as }));
    // As ffmpeg 5.1.9: 6 of 12 s, which the header of AIFF tells.
    expect(Math.abs(sec - 6)).toBeLessThan(0.01);
    expect(said).toMatch(NONE);
    expect(said.includes("of 12.000 s are there")).toBe(file === "a.aiff");
  });

  test("AIFF whose count of samples is half as well", async () => {
    const bytes = halved(made("b.aiff"), { name: "SSND", behind: 4, as: "32" });
    const { sec, said } = await heard("b.aiff", halved(bytes, { name: "COMM", behind: 10, as: "32" }));
    expect(Math.abs(sec - 6)).toBeLessThan(0.01);
    expect(said).toMatch(NONE);
  });

  test("Wave64, which ffmpeg refuses", async () => {
    const bytes = made("a.w64");
    bytes.writeBigUInt64LE(24n + 192_000n, bytes.indexOf("data") + 16);
    await expect(heard("a.w64", bytes)).rejects.toThrow(
      /is Wave64 without audio; ffmpeg says: .*Invalid data/,
    );
  });

  test("AU, which is read to its end", async () => {
    const { sec, said } = await heard("a.au", halved(made("a.au"), { name: ".snd", behind: 8, as: "32" }));
    expect(sec).toBe(12);
    expect(said).toMatch(
      /^has 192000 bytes behind the end that its header tells, which were read as sound$/,
    );
  });
});

describe.skipIf(!hasFfmpeg || leftToBun)("what is no box of fragments", () => {
  const fragments = () => made("f.mp4", "-c:a aac -movflags frag_keyframe+empty_moov -frag_duration 1000000");

  test("between the fourth and the fifth", async () => {
    const bytes = fragments();
    let fifth = 0;
    for (let i = 0; i < 5; i++) fifth = bytes.indexOf("moof", fifth) + 4;
    fifth -= 8;
    const broken = Buffer.concat([bytes.subarray(0, fifth), Buffer.alloc(5000), bytes.subarray(fifth)]);
    const { sec, said } = await heard("g.mp4", broken);
    // ffmpeg 5.1.9: 4.096 s of 12.
    expect(sec).toBeLessThan(5);
    const lost = bytes.toString("latin1").split("moof").length - 1 - 4;
    expect(said).toBe(
      `is damaged at byte ${fifth}, behind 4 fragments, where a box is expected: the ${
        broken.length - fifth
      } bytes from there on, with ${lost} more fragments, were not read`,
    );
  });

  test("zeros over 8 % of the file", async () => {
    const bytes = fragments();
    bytes.fill(0, Math.floor(bytes.length * 0.4), Math.floor(bytes.length * 0.48));
    const { said } = await heard("h.mp4", bytes);
    expect(said).toMatch(
      /is damaged at byte \d+, behind \d fragments, .* with \d more fragments, were not read/,
    );
  });
});

describe.skipIf(!hasFfmpeg || leftToBun)("joined files", () => {
  test("WAVs of a codec: only the first is read", async () => {
    const one = made("j.wav", "-c:a adpcm_ms", 4);
    expect((await heard("j.wav", one)).warnings).toEqual([]);
    const { sec, said } = await heard("k.wav", Buffer.concat([one, one, one]));
    expect(sec).toBeLessThan(4.1);
    expect(said).toMatch(/^has another WAV file behind it, which was not read$/);
  });

  test("three of WebM: ffmpeg leaves out the third", async () => {
    const one = made("l.webm", "-c:a libopus", 4);
    const two = await heard("m.webm", Buffer.concat([one, one]));
    expect([two.sec > 7.9, two.said.includes("files in it")]).toEqual([true, false]);
    const { sec, said } = await heard("n.webm", Buffer.concat([one, one, one]));
    // ffmpeg 5.1.9: 8.007 s.
    expect(Math.abs(sec - 8)).toBeLessThan(0.1);
    expect(said).toMatch(
      new RegExp(
        `has 3 files in it, one behind the other: what is behind the second, ${one.length} bytes, may not`,
      ),
    );
  });

  test("VOC with zeros inside ends there", async () => {
    const bytes = made("o.voc");
    const third = Math.floor(bytes.length / 3);
    bytes.fill(0, third, third + 9000);
    const { sec, said } = await heard("o.voc", bytes);
    expect(sec).toBeLessThan(5);
    expect(said).toMatch(/^has 2\d{5} bytes behind the block that ends it, which were not read/);
  });
});
