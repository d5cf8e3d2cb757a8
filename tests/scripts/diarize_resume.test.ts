/** What `--resume` leaves, and what it takes for changed. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions } from "#lib/pipeline/options.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { type OutputRequest, outputsOf } from "#scripts/diarize/outputs.ts";
import { referenceKey } from "#scripts/diarize/reference_key.ts";
import { scoringSettings } from "#scripts/score/scoring_settings.ts";
import { again, resultsIn, run, sum, weights } from "./made_results.ts";

let root = "", out = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dialab-results-"));
  out = join(root, "out");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const short = (digit: string) => `${digit.repeat(16)}...`;
const { put, request, verdict, visible } = resultsIn(() => out);

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

  test.each<[string[], Partial<RunProvenance>]>([
    [
      [`recording talk.wav, sha256 ${short("5")} → talk.wav, sha256 ${short("6")}`],
      { audio: { file: "talk.wav", bytes: 9, sha256: sum("6") } },
    ],
    [["preset hybrid → compact"], { preset: "compact" }],
    [["clustering vbx → ahc"], { clustering: "ahc" }],
    [["segmentation.speechThreshold none → 0.4"], {
      options: parseOptions({ hints: { numSpeakers: 2 }, segmentation: { speechThreshold: 0.4 } }),
    }],
    [["hints.numSpeakers 2 → 3"], { options: parseOptions({ hints: { numSpeakers: 3 } }) }],
    [["hints.numSpeakers 2 → none"], { options: parseOptions() }],
    [["annotation.minDurationOff 0 → 0.3"], {
      options: parseOptions({ hints: { numSpeakers: 2 }, annotation: { minDurationOff: 0.3 } }),
    }],
    [["channel none → 0"], { channel: 0 }],
    [[`embedding weights m (m.onnx), sha256 ${short("2")} → m (m.onnx), sha256 ${short("9")}`], {
      weights: { ...run.weights!, embedding: weights("9") },
    }],
    [[`PLDA transform m (m.onnx), sha256 ${short("4")} → m (m.onnx), sha256 ${short("9")}`], {
      weights: { ...run.weights!, plda: [weights("3"), weights("9")] },
    }],
    [["segmentation network on cpu → webgpu"], { networks: { segmentation: "webgpu", embedding: "cpu" } }],
    [["backend wasm → scalar"], { compute: { backend: "scalar", precision: "f64" } }],
    [[`modules of your own not told → mine.ts, sha256 ${short("7")}`], {
      imports: [{ file: "mine.ts", sha256: sum("7") }],
    }],
    [["dialab 0.1.0 → 0.2.0"], { made: { ...run.made!, dialab: "0.2.0" } }],
  ])("%j: %j", async (parts, change) => {
    await put("one");
    expect(await verdict({}, { ...run, ...change })).toEqual(again(...parts));
  });

  test("several at once are all named", async () => {
    await put("one");
    expect(await verdict({}, { ...run, preset: "x", channel: 1 })).toEqual(
      again("preset hybrid → x", "channel none → 1"),
    );
  });

  test("fewer formats are there", async () => {
    await put("one");
    expect(await verdict({ formats: ["rttm"] })).toBe("there");
  });

  test.each<[string, Partial<OutputRequest>, string]>([
    ["another format", { formats: ["rttm", "srt"] }, "talk.srt is not there"],
    [
      "exclusive turns as well",
      { exclusive: true },
      "talk.exclusive.rttm, talk.exclusive.json are not there",
    ],
    ["a page as well", { html: true }, "talk.html is not there"],
    ["embeddings as well", { embeddings: true }, "talk.embeddings.npz is not there"],
    ["a capture as well", { dump: ["all"] }, "captures/talk is not there"],
  ])("%s: %s", async (_, change, because) => {
    await put("one");
    expect(await verdict(change)).toEqual({ because });
  });

  test("a page against another reference, or scored by other rules, is another: what differs is named", async () => {
    const rules = { ...scoringSettings(new Map()), reference: "a.rttm" };
    const page = (change: object = {}) => ({ html: true, against: referenceKey({ ...rules, ...change }) });
    await put("one", page());
    expect(await verdict(page())).toBe("there");
    expect(await verdict(page({ reference: "b.rttm", uem: "z.uem", collarSec: 0.5 }))).toEqual({
      because: "talk.html differs: --reference a.rttm → b.rttm, --collar 0 → 0.5, --uem none → z.uem",
    });
    expect(await verdict({ html: true })).toEqual({
      because: "talk.html differs: --reference a.rttm → none",
    });
  });

  test("a capture of other stages is another", async () => {
    await put("one", { dump: ["plda"] });
    expect(await verdict({ dump: ["plda"] })).toBe("there");
    const all = outputsOf("talk", request({ dump: ["all"] })).at(-1)!.detail;
    expect(await verdict({ dump: ["all"] })).toEqual({
      because: `captures/talk differs: stages plda → ${all}`,
    });
  });

  test("formats of several runs with the same settings add up; of other settings they do not", async () => {
    await put("one", { formats: ["rttm"] });
    await put("two", { formats: ["srt"] });
    expect(await verdict({ formats: ["rttm", "srt"] })).toBe("there");
    await put("three", { formats: ["srt"] }, { ...run, channel: 1 });
    expect(await verdict({ formats: ["rttm", "srt"] }, { ...run, channel: 1 })).toEqual(
      again("channel none → 1"),
    );
    expect(await verdict({ formats: ["srt"] }, { ...run, channel: 1 })).toBe("there");
    expect(await verdict({ formats: ["srt"] })).toEqual(again("channel 1 → none"));
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
    expect(await verdict()).toEqual({ because: "talk.json is not there" });
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
    expect(await verdict({}, { ...run, channel: 1 })).toEqual(again("channel none → 1"));
    expect(await put("one")).toEqual([]);
    expect(await verdict()).toBe("there");
  });
});
