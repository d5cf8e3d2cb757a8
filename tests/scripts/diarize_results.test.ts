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
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseOptions } from "#lib/pipeline/options.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { type OutputRequest, outputsOf } from "#scripts/diarize/outputs.ts";
import { putResults } from "#scripts/diarize/put_results.ts";
import { checkOutputs, resumeVerdict } from "#scripts/diarize/results.ts";
import { HOST } from "#scripts/diarize/alive.ts";
import { withLock } from "#scripts/diarize/result_lock.ts";
import { readRuns } from "#scripts/why/read_runs.ts";
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
    expect(await verdict({ formats: ["rttm", "srt"] }, { ...run, channel: 1 })).toEqual(again("channel"));
    expect(await verdict({ formats: ["srt"] }, { ...run, channel: 1 })).toBe("there");
    expect(await verdict({ formats: ["srt"] })).toEqual(again("channel"));
    // The first run's is as it was.
    expect(await verdict({ formats: ["rttm"] })).toBe("there");
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

describe("a result that is not as dialab wrote it", () => {
  const edit = (name: string, text: string) => writeFileSync(join(out, name), text);
  const because = { because: "talk.rttm changed since dialab wrote it" };

  test.each([["emptied", ""], ["a letter of it", "onE"]])("%s: computed again, and kept", async (_, text) => {
    await put("one");
    edit("talk.rttm", text);
    expect(await verdict()).toEqual(because);
    expect(await verdict({ formats: ["json"] })).toBe("there");
    expect(await put("one")).toEqual([
      "talk.rttm was changed since dialab wrote it; it is kept as kept/talk.rttm.",
    ]);
    const texts = ["talk.rttm", "kept/talk.rttm"].map((name) => readFileSync(join(out, name), "utf8"));
    expect([...texts, await verdict()]).toEqual(["one", text, "there"]);
  });

  test("edits of several times are all kept, and the same one once", async () => {
    for (const text of ["a", "b", "b"]) {
      await put("one");
      edit("talk.rttm", text);
    }
    expect((await put("one"))[0]).toMatch(/kept as kept\/2\/talk\.rttm\.$/);
    const kept = (readdirSync(join(out, "kept"), { recursive: true }) as string[]).sort();
    expect(kept).toEqual(["2", join("2", "talk.rttm"), "talk.rttm"]);
  });

  test("a file that somebody else put there", async () => {
    mkdirSync(out);
    edit("talk.rttm", "a reference");
    expect(await put("one")).toEqual([
      "talk.rttm was there, and nothing tells that dialab wrote it; it is kept as kept/talk.rttm.",
    ]);
    expect(readFileSync(join(out, "kept", "talk.rttm"), "utf8")).toBe("a reference");
  });

  test("a capture in which a file was changed, added or taken away", async () => {
    const dump = { dump: ["all"] };
    const at = (name: string) => join("captures", "talk", name);
    for (
      const change of [
        () => edit(at("reference.rttm"), "x"),
        () => edit(at("mine.txt"), ""),
        () => rmSync(join(out, at("reference.rttm"))),
      ]
    ) {
      await put("one", dump);
      change();
      expect(await verdict(dump)).toEqual({ because: "captures/talk changed since dialab wrote it" });
    }
    await put("one", dump);
    expect(existsSync(join(out, "kept", "2", at("mine.txt")))).toBe(true);
  });

  test("one of the same content that was touched is as it was", async () => {
    await put("one");
    edit("talk.rttm", "one");
    expect([await verdict(), await put("one")]).toEqual(["there", []]);
  });

  test("a record of an earlier version, which has no sums", async () => {
    await put("one");
    const outputs = { "talk.rttm": "", "talk.json": "" };
    writeFileSync(join(out, ".dialab", "talk.json"), JSON.stringify({ run, outputs }));
    const untold = "nothing tells what the results that are there were made with";
    expect(await verdict()).toEqual({ because: untold });
    expect(await verdict({}, { ...run, channel: 1 })).toEqual(again("channel"));
    expect(await put("one")).toEqual([]);
    expect(await verdict()).toBe("there");
  });
});

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
      'talk.provenance.json, made with another channel; "dialab why FILE" tells of each.',
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

  test("of the same settings nothing is told", async () => {
    await put("one", { formats: ["rttm", "srt"] });
    expect(await put("two", { formats: ["rttm"] })).toEqual([]);
  });

  test("a file that no run wrote is nobody's", async () => {
    await put("one", { provenance: true });
    writeFileSync(join(out, "talk.srt"), "mine");
    await expect(readRuns(join(out, "talk.srt"))).rejects.toThrow(/does not tell of it/);
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
    expect(await verdict({}, other)).toEqual(again("channel"));
    expect(await put("two", {}, other)).toEqual([]);
    expect(await verdict({}, other)).toBe("there");
  });
});

describe("locks", () => {
  const lock = () => join(root, "a.lock");
  const hold = (pid: number, host = HOST) => writeFileSync(lock(), JSON.stringify({ host, pid, id: "x" }));
  const DEAD = 2 ** 22 + 1;

  test("of a dead process is taken over", async () => {
    hold(DEAD);
    expect(await withLock(lock(), () => Promise.resolve(7))).toBe(7);
    expect(readdirSync(root)).toEqual([]);
  });

  test.each([["of a living process", process.pid, HOST], ["of another machine", DEAD, "elsewhere"]])(
    "%s is waited for, and its holder named",
    async (_, pid, host) => {
      hold(pid, host);
      const refused = withLock(lock(), () => Promise.resolve(7), { waitSec: 0.1 });
      await expect(refused).rejects.toThrow(`a.lock is held by process ${pid} on ${host}`);
      const waiting = withLock(lock(), () => Promise.resolve(7));
      rmSync(lock());
      expect(await waiting).toBe(7);
    },
  );

  test("that nobody has touched for long is nobody's", async () => {
    hold(process.pid);
    utimesSync(lock(), new Date(0), new Date(0));
    expect(await withLock(lock(), () => Promise.resolve(7))).toBe(7);
  });

  test("let one in at a time, and go when the work fails", async () => {
    let inside = 0, most = 0;
    await Promise.all(Array.from({ length: 8 }, () =>
      withLock(lock(), async () => {
        most = Math.max(most, ++inside);
        await Promise.resolve();
        inside--;
      })));
    expect(most).toBe(1);
    await expect(withLock(lock(), () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(lock())).toBe(false);
  });
});

test("what a dead process has left out of sight goes, what a living one has does not", async () => {
  const made = ["1", "2"].map((id) =>
    `part-${HOST}-${id === "1" ? process.pid : 2 ** 22 + 1}-${id.repeat(16)}`
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
