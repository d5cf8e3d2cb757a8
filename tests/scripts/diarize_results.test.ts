/** Results of one or several runs, put in their places together. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { thisHost } from "#lib/places/alive.ts";
import { putResults } from "#scripts/diarize/put_results.ts";
import { readRuns } from "#scripts/why/read_runs.ts";
import { again, resultsIn, run } from "./made_results.ts";

let root = "", out = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dialab-results-"));
  out = join(root, "out");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const { put, request, verdict, visible } = resultsIn(() => out);

describe("results of several runs", () => {
  const other = { ...run, channel: 1 };
  const state = async (name: string) => {
    const [told] = await readRuns(join(out, name));
    return [told.run.channel, told.state];
  };

  test("those that are left are told in one line, and each is its own run's", async () => {
    await put("one", { formats: ["rttm", "srt", "csv"], exclusive: true, provenance: true });
    expect(await put("two", { formats: ["rttm"] }, other)).toEqual([
      "Beside the new results lie talk.srt, talk.csv, talk.exclusive.rttm, talk.exclusive.srt, talk.exclusive.csv, " +
      'talk.provenance.json, made with other settings: channel none → 1; "dialab why FILE" tells of each.',
    ]);
    expect(await state("talk.rttm")).toEqual([1, "as written"]);
    expect(await state("talk.srt")).toEqual([null, "as written"]);
    expect(await state("talk.exclusive.rttm")).toEqual([null, "as written"]);
    expect((await readRuns(join(out, "talk.exclusive.rttm")))[0].run.turns).toBe("exclusive");
    writeFileSync(join(out, "talk.srt"), "mine");
    expect(await state("talk.srt")).toEqual([null, "changed"]);
    rmSync(join(out, ".dialab"), { recursive: true });
    // The sidecar is of the first run and tells its sums.
    expect(await state("talk.csv")).toEqual([null, "as written"]);
    expect(await state("talk.rttm")).toEqual([null, "changed"]);
  });

  test("what a run warned of is told with its own results", async () => {
    await put("one", { formats: ["rttm", "srt"] }, run, ["the end is missing"]);
    await put("two", { formats: ["rttm"] }, other);
    const warnings = async (name: string) => (await readRuns(join(out, name)))[0].warnings;
    expect([await warnings("talk.srt"), await warnings("talk.rttm")]).toEqual([
      ["the end is missing"],
      undefined,
    ]);
  });

  test("those of another recording of the same name are kept", async () => {
    await put("one", { formats: ["rttm"] });
    const audio = { file: "talk.wav", bytes: 9, sha256: "6".repeat(64) };
    expect(await put("two", { formats: ["rttm"] }, { ...run, audio })).toEqual([
      "talk.rttm was made from another recording or another version of it (talk.wav); it is kept as kept/talk.rttm.",
    ]);
    const texts = ["talk.rttm", "kept/talk.rttm"].map((name) => readFileSync(join(out, name), "utf8"));
    expect(texts).toEqual(["two", "one"]);
    // The same sound under another name is the same recording.
    const renamed = { ...audio, file: "speech.wav" };
    expect(await put("three", { formats: ["rttm"] }, { ...run, audio: renamed })).toEqual([]);
  });

  test("of the same settings nothing is told", async () => {
    await put("one", { formats: ["rttm", "srt"] });
    expect(await put("two", { formats: ["rttm"] })).toEqual([]);
  });

  test("a file that no run wrote is nobody's", async () => {
    await put("one", { provenance: true });
    writeFileSync(join(out, "talk.srt"), "mine");
    await expect(readRuns(join(out, "talk.srt"))).rejects.toThrow(/does not tell of it/);
  });

  test("a stranger's link is kept, and leads where it led", async () => {
    mkdirSync(out);
    writeFileSync(join(root, "theirs.txt"), "theirs");
    const link = join(out, "talk.rttm");
    symlinkSync(join("..", "theirs.txt"), link);
    expect(await put("one")).toEqual([
      "talk.rttm was there, and nothing tells that dialab wrote it; it is kept as kept/talk.rttm.",
    ]);
    const texts = [link, join(out, "kept", "talk.rttm"), join(root, "theirs.txt")];
    expect(texts.map((path) => readFileSync(path, "utf8"))).toEqual(["one", "theirs", "theirs"]);
  });

  test("a link is back as it was when one fails half-way", async () => {
    await put("one");
    const link = join(out, "talk.rttm");
    renameSync(link, join(root, "elsewhere.rttm"));
    symlinkSync(join("..", "elsewhere.rttm"), link);
    mkdirSync(join(out, "talk.srt"));
    writeFileSync(join(out, "kept"), ""); // where folders are to go
    await expect(put("two", { formats: ["rttm", "srt"] })).rejects.toThrow();
    expect([readlinkSync(link), readFileSync(link, "utf8")]).toEqual([join("..", "elsewhere.rttm"), "one"]);
  });

  test("at the same time: the set of one of them, whole", async () => {
    const words = ["a", "b", "c", "d", "e", "f"];
    const formats = ["rttm", "json", "srt", "csv"];
    await Promise.all(words.map((word, channel) => put(word, { formats }, { ...run, channel })));
    const texts = visible().map((name) => readFileSync(join(out, name), "utf8"));
    expect([texts.length, new Set(texts).size]).toEqual([4, 1]);
    const channel = words.indexOf(texts[0]);
    expect(await verdict({ formats }, { ...run, channel })).toBe("there");
    expect(readdirSync(join(out, ".dialab"))).toEqual(["talk.json"]);
  });

  test("one that fails half-way takes back what it has put", async () => {
    await put("one");
    writeFileSync(join(out, "talk.json"), "mine");
    mkdirSync(join(out, "talk.srt")); // in the way since the recording was begun
    writeFileSync(join(out, "kept"), ""); // where folders are to go
    await expect(put("two", { formats: ["rttm", "json", "srt"] }, other)).rejects.toThrow();
    expect(["talk.rttm", "talk.json"].map((name) => readFileSync(join(out, name), "utf8"))).toEqual([
      "one",
      "mine",
    ]);
    expect(await state("talk.rttm")).toEqual([null, "as written"]);
    expect(readdirSync(join(out, ".dialab"))).toEqual(["talk.json"]);
  });

  test("killed half-way: what is there of both is told by its sum, nothing is taken for an edit", async () => {
    await put("one");
    const record = readFileSync(join(out, ".dialab", "talk.json"), "utf8");
    await put("two", {}, other);
    const { runs: [first], outputs: ones } = JSON.parse(record);
    const { runs: [second], outputs: twos } = JSON.parse(
      readFileSync(join(out, ".dialab", "talk.json"), "utf8"),
    );
    const both = [...twos, ...ones.map((output: object) => ({ ...output, run: 1 }))];
    const half = { version: 2, runs: [second, first], outputs: both };
    writeFileSync(join(out, ".dialab", "talk.json"), JSON.stringify(half));
    writeFileSync(join(out, "talk.json"), "one");
    expect(await verdict({}, other)).toEqual(again("channel none → 1"));
    expect(await put("two", {}, other)).toEqual([]);
    expect(await verdict({}, other)).toBe("there");
  });
});

test("what a dead process has left out of sight goes, what a living one has does not", async () => {
  const made = ["1", "2"].map((id) =>
    `part-${thisHost()}-${id === "1" ? process.pid : 2 ** 22 + 1}-${id.repeat(16)}`
  );
  for (const name of made) mkdirSync(join(out, ".dialab", name), { recursive: true });
  await put("one");
  expect(readdirSync(join(out, ".dialab")).sort()).toEqual([made[0], "talk.json"]);
});

describe("results", () => {
  test("when one cannot be written, none appears, and those that were there stay with their record", async () => {
    await put("one");
    const failing = putResults(
      "talk",
      request({ formats: ["rttm", "json", "srt"] }),
      { run, warnings: [] },
      ({ out: staging }) => {
        writeFileSync(join(staging, "talk.rttm"), "half");
        const path = join(staging, "talk.json");
        return Promise.reject(Object.assign(new Error("ENOSPC"), { code: "ENOSPC", path }));
      },
    );
    await expect(failing).rejects.toMatchObject({ code: "ENOSPC", path: join(out, "talk.json") });
    expect(visible()).toEqual(["talk.json", "talk.rttm"]);
    expect([readFileSync(join(out, "talk.rttm"), "utf8"), await verdict()]).toEqual(["one", "there"]);
    expect(readdirSync(join(out, ".dialab"))).toEqual(["talk.json"]);
  });

  test("what a killed run left out of sight is not taken for results", async () => {
    mkdirSync(join(out, ".dialab", "talk.part"), { recursive: true });
    writeFileSync(join(out, ".dialab", "talk.part", "talk.rttm"), "half");
    expect(await verdict()).toBe("absent");
    await put("one");
    expect(readdirSync(join(out, ".dialab"))).toEqual(["talk.json"]);
  });

  test("a capture takes the place of another", async () => {
    await put("one", { dump: ["all"] });
    writeFileSync(join(out, "captures", "talk", "old.npz"), "");
    await put("two", { dump: ["all"] });
    expect(readdirSync(join(out, "captures", "talk"))).toEqual(["reference.rttm"]);
  });
});
