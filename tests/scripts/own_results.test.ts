/** A reference that is dialab's own result, or the hypothesis itself, is told; one that would be written over is refused. */
import { afterAll, expect, test } from "bun:test";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "#lib/audio/mod.ts";
import { ownResults, sameFiles } from "#scripts/score/own_results.ts";
import { runCommand } from "./command.ts";
import { resultsIn } from "./made_results.ts";

const folder = mkdtempSync(join(tmpdir(), "dialab-own-results-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);
const LINE = "SPEAKER talk 1 0 1 <NA> <NA> anna <NA> <NA>\n";

test("results are known by their records, edited and copied ones are not", async () => {
  const { put } = resultsIn(() => folder);
  await put(LINE, { formats: ["rttm"], exclusive: true });
  copyFileSync(path("talk.rttm"), path("copy.rttm"));
  expect(await ownResults(["talk", "talk.exclusive", "copy"].map((name) => path(`${name}.rttm`)))).toEqual([
    `${path("talk.rttm")}, ${
      path("talk.exclusive.rttm")
    } are results of dialab, as .dialab beside it tells: ` +
    "is that the reference that was meant?",
  ]);
  writeFileSync(path("talk.exclusive.rttm"), LINE.replace("anna", "ben"));
  expect(await ownResults([path("talk.exclusive.rttm")])).toEqual([]);
});

test("one file on both sides is told, by whatever name", () => {
  symlinkSync("copy.rttm", path("link.rttm"));
  expect(sameFiles([path("talk.rttm"), path("link.rttm")], [path("copy.rttm")])).toEqual([
    `${path("link.rttm")} is reference and hypothesis in one.`,
  ]);
  expect(sameFiles([path("talk.rttm")], [path("copy.rttm")])).toEqual([]);
});

test("score warns of both", async () => {
  const { status, stderr } = await runCommand("score", [path("talk.rttm"), path("talk.rttm")]);
  expect(status).toBe(0);
  expect(stderr).toMatch(/is a result of dialab[^]*is reference and hypothesis in one/);
}, 60_000);

test("diarize refuses a reference where its result is to go, before it works", async () => {
  const out = path("meetings");
  mkdirSync(out);
  const rttm = join(out, "meeting.rttm");
  writeFileSync(rttm, LINE);
  writeFileSync(path("meeting.wav"), encodeWav(new Float32Array(16000), { sampleRate: 16000 }));
  for (const reference of [rttm, out]) {
    const { status, stderr } = await runCommand("diarize", [
      ...[path("meeting.wav"), "--preset", "own", "--out", out, "--reference", reference],
    ]);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(
        /A result of meeting would take the place of .*meeting\.rttm, which is read: give another --out/,
      ),
    ]);
  }
  expect([readFileSync(rttm, "utf8"), readdirSync(out)]).toEqual([LINE, ["meeting.rttm"]]);
}, 60_000);
