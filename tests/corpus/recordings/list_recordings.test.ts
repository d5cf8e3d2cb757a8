/** Folders of recordings: what is found, in which order, and what is told of the rest. */
import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { findAudioFiles } from "#lib/corpus/recordings/find_audio_files.ts";
import { listRecordings } from "#lib/corpus/recordings/list_recordings.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-folders-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const wav = (samples: number) => encodeWav(new Float32Array(samples), { sampleRate: 16_000 });
function put(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(join(scratch, path)), { recursive: true });
  writeFileSync(join(scratch, path), content);
}
put("tree/b/2.wav", wav(8000));
put("tree/b/\uFF5E.wav", wav(16));
put("tree/b/\u{1F399}.wav", wav(16));
put("tree/B.WAV", wav(4000));
put("tree/a b.wav", wav(16));
put("tree/a b/é.wav", wav(16));
put("tree/._B.wav", "apple");
put("tree/empty.flac", "");
put("tree/no_audio.mp3", "this is no audio at all");
put("tree/notes.txt", "text");
put("tree/.hidden/x.wav", wav(16));
put("elsewhere/far.wav", wav(16));
symlinkSync("..", join(scratch, "tree", "b", "loop"));
symlinkSync(join(scratch, "elsewhere"), join(scratch, "tree", "away"));
symlinkSync("nowhere.wav", join(scratch, "tree", "gone.wav"));

const PATHS = [
  "B.WAV",
  "a b.wav",
  "a b/é.wav",
  "away/far.wav",
  "b/2.wav",
  "b/\uFF5E.wav",
  "b/\u{1F399}.wav",
  "no_audio.mp3",
];

test("files are found in the order of their bytes, and the rest is told", async () => {
  const warnings: string[] = [];
  const found = await findAudioFiles(join(scratch, "tree"), { warn: (warning) => warnings.push(warning) });
  expect(found).toEqual(PATHS);
  expect(warnings.map((text) => text.replace(scratch, "S"))).toEqual([
    "Folder S/tree: passed over 1 file without a byte (empty.flac); 1 hidden file (._B.wav); " +
    "1 link to nothing (gone.wav); 1 link to a folder that is looked through already (b/loop).",
  ]);
});

test("they get names and lengths; what is no audio is a fault", async () => {
  const progress: number[] = [];
  const list = await listRecordings(join(scratch, "tree"), {
    warn: () => {},
    onProgress: (done, total) => progress.push(done / total),
  });
  expect(list.recordings.map(({ path }) => path)).toEqual(PATHS.slice(0, -1));
  expect(list.recordings[0]).toMatchObject({
    wavId: "B",
    durationSec: 0.25,
    file: join(scratch, "tree", "B.WAV"),
  });
  expect(list.faults).toHaveLength(1);
  expect(list.faults[0]).toContain("no_audio.mp3");
  expect(progress.at(-1)).toBe(1);
});

test("two of one stem: a fault that names both, and none with whole paths", async () => {
  put("twins/a/1.wav", wav(16));
  put("twins/b/1.wav", wav(32));
  const folder = join(scratch, "twins");
  const { recordings, faults } = await listRecordings(folder);
  expect([recordings.length, faults.length]).toEqual([1, 1]);
  expect(faults[0]).toContain(join(folder, "b/1.wav"));
  expect(faults[0]).toContain(join(folder, "a/1.wav"));
  const whole = await listRecordings(folder, { ids: "path" });
  expect(whole.recordings.map(({ wavId }) => wavId)).toEqual(["a--1", "b--1"]);
});

test("it can be ended, and a folder that is not there is told", async () => {
  await expect(
    listRecordings(join(scratch, "tree"), { signal: AbortSignal.abort(new Error("enough")), warn: () => {} }),
  )
    .rejects.toThrow("enough");
  await expect(findAudioFiles(join(scratch, "no such"))).rejects.toMatchObject({ code: "ENOENT" });
});
