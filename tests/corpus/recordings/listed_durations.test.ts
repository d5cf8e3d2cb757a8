/** Durations in a list are of what can be read, not what a header announces: of whole files, cut ones, and ones that were joined. */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeWav, openAudio } from "#lib/audio/mod.ts";
import { flacEndIsThere } from "#lib/audio/flac_end.ts";
import { memoryFile } from "#lib/audio/memory_file.ts";
import { listRecordings } from "#lib/corpus/recordings/list_recordings.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-durations-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const sample = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../audio/samples/${name}`, import.meta.url))));
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

const WAYS: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
  ["whole", (bytes) => bytes],
  ["cut", (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.7))],
  ["without its last bytes", (bytes) => bytes.subarray(0, -3)],
  ["twice", (bytes) => joined(bytes, bytes)],
  ["cut, and another behind", (bytes) => joined(bytes.subarray(0, Math.floor(bytes.length * 0.7)), bytes)],
  ["with a tag behind", (bytes) => joined(bytes, new TextEncoder().encode("TAG"), new Uint8Array(125))],
];

test.each([
  "mono24.flac",
  "stereo16.flac",
  "stereo16.oga",
  "stereo.mp3",
  "stereo.ogg",
  "stereo.opus",
  "a.wav",
])(
  "%s",
  async (name) => {
    const bytes = name === "a.wav" ? encodeWav(new Float32Array(5000), { sampleRate: 8000 }) : sample(name);
    const folder = join(scratch, name);
    mkdirSync(folder);
    WAYS.forEach(([, change], i) => writeFileSync(join(folder, `${i}_${name}`), change(bytes)));
    const told: string[] = [];
    const { recordings, faults } = await listRecordings(folder, { warn: (text) => told.push(text) });
    // Of one page or frame nothing is left where it is cut.
    expect(faults.every((fault) => /\/[12]_\S+: holds no .* audio that can be decoded/.test(fault))).toBe(
      true,
    );
    expect(faults.length + recordings.length).toBe(WAYS.length);
    for (const { file, path, durationSec } of recordings) {
      const i = Number(path[0]);
      await using audio = await openAudio(file);
      let frames = 0;
      for await (const [first] of audio.blocks()) frames += first.length;
      expect([WAYS[i][0], durationSec]).toEqual([WAYS[i][0], frames / audio.sampleRate]);
    }
    const [whole, cut] = [0, 1].map((i) => recordings.find(({ path }) => path.startsWith(`${i}_`)));
    expect(told.filter((text) => text.includes(whole!.file))).toEqual([]);
    if (cut) {
      expect(cut.durationSec).toBeLessThan(0.9 * whole!.durationSec);
      expect(told.some((text) => text.includes(cut.file))).toBe(true);
    }
  },
);

test("the end of a FLAC is found without decoding, and only where it is its own", async () => {
  for (const name of ["mono24.flac", "stereo16.flac"]) {
    const bytes = sample(name);
    const found = await Promise.all(
      WAYS.map(([, change]) => flacEndIsThere(memoryFile(change(bytes), name))),
    );
    expect(found).toEqual([true, false, false, false, false, true]);
    const damaged = bytes.slice();
    damaged[damaged.length - 20] ^= 1;
    expect(await flacEndIsThere(memoryFile(damaged, name))).toBe(false);
  }
});
