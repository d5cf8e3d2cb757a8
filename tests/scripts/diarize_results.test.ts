/** Where results go: looked at before the work, put there together, and left under `--resume` only if made alike. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
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
import { parseOptions } from "#lib/pipeline/options.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { type OutputRequest, outputsOf } from "#scripts/diarize/outputs.ts";
import { checkOutputs, putResults, resumeVerdict } from "#scripts/diarize/results.ts";
import { runCommand } from "./command.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
let root = "", out = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dialab-results-"));
  out = join(root, "out");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const sum = (digit: string) => digit.repeat(64);
const weights = (digit: string) => ({ model: "m", file: "m.onnx", sha256: sum(digit) });
const run: RunProvenance = {
  version: 1,
  clustering: "vbx",
  options: parseOptions({ hints: { numSpeakers: 2 } }),
  preset: "hybrid",
  channel: null,
  weights: { segmentation: weights("1"), embedding: weights("2"), plda: [weights("3"), weights("4")] },
  networks: { segmentation: "cpu", embedding: "cpu" },
  compute: { backend: "wasm", precision: "f64" },
  made: { dialab: "0.1.0", runtime: "bun 1", platform: "linux x64" },
  audio: { file: "talk.wav", bytes: 9, sha256: sum("5") },
};
const request = (change: Partial<OutputRequest> = {}): OutputRequest => ({
  ...{
    out,
    formats: ["rttm", "json"],
    exclusive: false,
    html: false,
    embeddings: false,
    provenance: false,
    dump: undefined,
  },
  ...change,
});

/** Puts results as if diarized, each holding a word. */
const put = (word: string, change: Partial<OutputRequest> = {}, made = run) =>
  putResults("talk", request(change), made, (staged) => {
    for (const { name, isFolder } of outputsOf("talk", staged)) {
      const path = join(staged.out, name);
      mkdirSync(isFolder ? path : join(path, ".."), { recursive: true });
      writeFileSync(isFolder ? join(path, "reference.rttm") : path, word);
    }
    return Promise.resolve();
  });
const verdict = (change: Partial<OutputRequest> = {}, wanted = run) =>
  resumeVerdict("talk", request(change), () => Promise.resolve(wanted));
const visible = () => readdirSync(out).filter((name) => name !== ".dialab").sort();
const again = (...parts: string[]) => ({
  because: `the results that are there were made with another ${parts.join(", another ")}`,
});

describe("--resume", () => {
  test("nothing is there", async () => {
    expect(await verdict()).toBe("absent");
  });

  test("all is there, made alike: by a program on another machine, from a file of another name", async () => {
    await put("one");
    expect(await verdict()).toBe("there");
    const elsewhere = {
      ...run,
      made: { ...run.made!, runtime: "deno 2", platform: "darwin arm64" },
      audio: { ...run.audio!, file: "other.wav" },
    };
    expect(await verdict({}, elsewhere)).toBe("there");
    expect(visible()).toEqual(["talk.json", "talk.rttm"]);
  });

  test.each<[string, Partial<RunProvenance>]>([
    ["recording", { audio: { file: "talk.wav", bytes: 9, sha256: sum("6") } }],
    ["preset", { preset: "compact" }],
    ["preset", { clustering: "ahc" }],
    ["option", {
      options: parseOptions({ hints: { numSpeakers: 2 }, segmentation: { speechThreshold: 0.4 } }),
    }],
    ["number of speakers asked for", { options: parseOptions({ hints: { numSpeakers: 3 } }) }],
    ["number of speakers asked for", { options: parseOptions() }],
    ["option", { options: parseOptions({ hints: { numSpeakers: 2 }, ahc: { threshold: 0.7 } }) }],
    ["channel", { channel: 0 }],
    ["set of weights", { weights: { ...run.weights!, embedding: weights("9") } }],
    ["set of weights", { weights: { ...run.weights!, plda: [weights("3"), weights("9")] } }],
    ["provider", { networks: { segmentation: "webgpu", embedding: "cpu" } }],
    ["backend", { compute: { backend: "scalar", precision: "f64" } }],
    ["module of your own", { imports: [{ file: "mine.ts", sha256: sum("7") }] }],
    ["version of dialab", { made: { ...run.made!, dialab: "0.2.0" } }],
  ])("another %s: %j", async (part, change) => {
    await put("one");
    expect(await verdict({}, { ...run, ...change })).toEqual(again(part));
  });

  test("several at once are all named", async () => {
    await put("one");
    expect(await verdict({}, { ...run, preset: "x", channel: 1 })).toEqual(again("preset", "channel"));
  });

  test.each<[string, Partial<OutputRequest>, "there" | "absent"]>([
    ["fewer formats", { formats: ["rttm"] }, "there"],
    ["another format", { formats: ["rttm", "srt"] }, "absent"],
    ["exclusive turns as well", { exclusive: true }, "absent"],
    ["a page as well", { html: true }, "absent"],
    ["embeddings as well", { embeddings: true }, "absent"],
    ["a capture as well", { dump: ["all"] }, "absent"],
  ])("%s: %s", async (_, change, wanted) => {
    await put("one");
    expect(await verdict(change)).toBe(wanted);
  });

  test("a capture of other stages is another", async () => {
    await put("one", { dump: ["plda"] });
    expect(await verdict({ dump: ["plda"] })).toBe("there");
    expect(await verdict({ dump: ["all"] })).toBe("absent");
  });

  test("formats of several runs with the same settings add up; of other settings they do not", async () => {
    await put("one", { formats: ["rttm"] });
    await put("two", { formats: ["srt"] });
    expect(await verdict({ formats: ["rttm", "srt"] })).toBe("there");
    await put("three", { formats: ["srt"] }, { ...run, channel: 1 });
    expect(await verdict({ formats: ["rttm", "srt"] }, { ...run, channel: 1 })).toBe("absent");
    expect(await verdict({ formats: ["rttm"] })).toEqual(again("channel"));
  });

  test.each<[string, () => void]>([
    ["none", () => rmSync(join(out, ".dialab"), { recursive: true })],
    ["half of one", () => writeFileSync(join(out, ".dialab", "talk.json"), '{"run":{"ver')],
    ["one of another kind", () => writeFileSync(join(out, ".dialab", "talk.json"), "[]")],
    ["a folder", () => {
      rmSync(join(out, ".dialab", "talk.json"));
      mkdirSync(join(out, ".dialab", "talk.json"));
    }],
  ])("no record, %s: computed again, with the reason", async (_, damage) => {
    await put("one");
    damage();
    const because = "nothing tells what the results that are there were made with";
    expect(await verdict()).toEqual({ because });
  });

  test("a result that was taken away", async () => {
    await put("one");
    rmSync(join(out, "talk.json"));
    expect(await verdict()).toBe("absent");
  });
});

describe("results", () => {
  test("when one cannot be written, none appears, and those that were there stay with their record", async () => {
    await put("one");
    const failing = putResults(
      "talk",
      request({ formats: ["rttm", "json", "srt"] }),
      run,
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

describe("places for results", () => {
  const name = (letters: number) => "n".repeat(letters);
  test.each<[string, string, Partial<OutputRequest>, RegExp | undefined]>([
    ["a name that fits with .json", name(250), {}, undefined],
    [
      "one that fits with .rttm alone",
      name(250),
      { exclusive: true },
      /name is too long for its file system$/,
    ],
    ["one that fits nowhere", name(255), { formats: ["lab"] }, /name is too long for its file system$/],
    ["letters of several bytes", "ü".repeat(126), {}, /name is too long for its file system$/],
    ["a folder where a file is to go", "taken", {}, /taken\.rttm is a folder, where a file is to go$/],
    [
      "a file where a capture is to go",
      "taken",
      { formats: [], dump: ["all"] },
      /captures.taken is no folder, where/,
    ],
    ["captures is a file", "other", { out: "CAPTURES", dump: ["all"] }, /a part of the path is a file/],
  ])("%s", (_, uri, change, said) => {
    mkdirSync(join(out, "taken.rttm"), { recursive: true });
    mkdirSync(join(out, "captures"));
    writeFileSync(join(out, "captures", "taken"), "");
    mkdirSync(join(root, "CAPTURES"));
    writeFileSync(join(root, "CAPTURES", "captures"), "");
    const where = change.out === undefined ? out : join(root, change.out);
    const check = () => checkOutputs(uri, request({ ...change, out: where }));
    if (said === undefined) check();
    else expect(check).toThrow(said);
  });
});

describe("diarize --out, before anything is loaded", () => {
  test.each<[string, string, number, RegExp]>([
    ["a file", "results", 2, /^error: \S*results is a file, --out needs a folder\.\nTry --help\.\n$/],
    [
      "below a file",
      "results/deep/er",
      2,
      /^error: \S*results is a file, --out \S* needs a folder there\.\nTry/,
    ],
    ["a link to nowhere", "dangling", 3, /^error: --out \S*dangling cannot be made: /],
    [
      "a name that is too long",
      "o".repeat(300),
      3,
      /^error: \S*o{300}: the name is too long for its file system\.\n$/,
    ],
    ["in a folder without files", "/proc/dialab", 3, /^error: --out \/proc\/dialab cannot be made: /],
    ["such a folder", "/proc", 3, /^error: Nothing can be written where --out says: /],
    ["a device", "/dev/null", 2, /^error: \/dev\/null is a file, --out needs a folder/],
  ])("%s", async (_, place, wanted, said) => {
    if (place.startsWith("/") && !existsSync("/proc/self")) return;
    writeFileSync(join(root, "talk.wav"), "");
    writeFileSync(join(root, "results"), "");
    symlinkSync(join(root, "nowhere"), join(root, "dangling"));
    const before = readdirSync(root).sort();
    const path = place.startsWith("/") ? place : join(root, place);
    const { status, stdout, stderr } = await runCommand("diarize", [join(root, "talk.wav"), "--out", path]);
    expect(stderr).toMatch(said);
    expect([status, stdout]).toEqual([wanted, ""]);
    expect(readdirSync(root).sort()).toEqual(before);
  }, SLOW);

  test.each<[string, string[], number, RegExp]>([
    [
      "a models folder that is not there",
      ["--models", "gone"],
      3,
      /^error: The models folder \S*gone does not exist\.\n$/,
    ],
    [
      "a models folder that is a file",
      ["--models", "talk.wav"],
      3,
      /talk\.wav is a file, where a models folder is needed/,
    ],
    [
      "--json into a folder that is not there",
      ["--json", "gone/a.json"],
      3,
      /^error: The folder \S*gone of --json/,
    ],
    ["--json into a folder", ["--json", "folder.json"], 2, /folder\.json is a folder, --json needs a file/],
  ])("%s", async (_, args, wanted, said) => {
    writeFileSync(join(root, "talk.wav"), "");
    mkdirSync(join(root, "folder.json"));
    const { status, stderr } = await runCommand("diarize", ["talk.wav", "--out", "out", ...args], {
      cwd: root,
    });
    expect(stderr).toMatch(said);
    expect(status).toBe(wanted);
    expect(existsSync(out)).toBe(false);
  }, SLOW);

  test("a GPU that is not there: exit 3, the cure, and nothing else", async () => {
    writeFileSync(join(root, "talk.wav"), "");
    const env = { DIALAB_SOFTWARE_ADAPTERS: root, DIALAB_ADAPTER: "no such adapter" };
    const args = ["talk.wav", "--out", "out", "--backend", "webgpu"];
    const { status, stderr } = await runCommand("diarize", args, { cwd: root, env });
    expect(stderr).toMatch(
      /^error: Dawn finds no GPU adapter named "no such adapter": .* Install a driver .*\n$/,
    );
    expect([status, existsSync(out)]).toEqual([3, false]);
  }, SLOW);
});

test("a place of the environment that is not there is warned of", async () => {
  const gone = join(root, "gone");
  const { stderr } = await runCommand("fetch", ["models", "plda", "--offline"], {
    env: { DIALAB_MODELS: gone },
  });
  expect(stderr).toContain(
    `warning: DIALAB_MODELS names ${gone}, which is no folder; other places are looked into.\n`,
  );
}, SLOW);
