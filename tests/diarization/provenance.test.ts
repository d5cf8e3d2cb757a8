/** What a result depended on, compared with another's and with this installation. */
import { afterAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  compareProvenance,
  type ProvenanceDifference,
  worstEffect,
} from "#lib/diarization/compare_provenance.ts";
import { presetNamed } from "#lib/diarization/presets.ts";
import { wouldRepeat } from "#lib/diarization/would_repeat.ts";
import { fileSha256 } from "#lib/networks/file_sha256.ts";
import { modelCard } from "#lib/networks/model_cards.ts";
import { differingOptions } from "#lib/pipeline/differing_options.ts";
import { type CommunityOptionsInput, parseOptions } from "#lib/pipeline/options.ts";
import { parseRunProvenance, type RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { projectRoot } from "#lib/places/places.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-provenance-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const weights = (name: string) => {
  const { file, sha256 } = modelCard(name);
  return { model: name, file: file.split("/").at(-1)!, sha256 };
};
const own = presetNamed("own");
const made = {
  dialab: "1.0.0",
  commit: "0123456789abcdef0123456789abcdef01234567",
  runtime: "bun 1",
  platform: "linux x64",
};

/** A run of preset `own`, given some options. */
function runOf(given: CommunityOptionsInput = {}): RunProvenance {
  const options = parseOptions({ ...own.options, ...given });
  return {
    version: 2,
    clustering: own.clustering,
    options,
    notDefault: differingOptions(options),
    notOfPreset: differingOptions(options, parseOptions(own.options)),
    preset: "own",
    channel: null,
    weights: {
      segmentation: weights("segmentation-own"),
      embedding: weights("embedding-own"),
      plda: [weights("own-plda"), weights("own-xvec-transform")],
    },
    networks: { segmentation: "cpu", embedding: "cpu" },
    compute: { backend: "wasm", precision: "f64" },
    made,
    audio: { file: "talk.wav", bytes: 9, sha256: "5".repeat(64) },
  };
}

const told = (differences: readonly ProvenanceDifference[]) =>
  differences.map(({ what, effect }) => `${what}: ${effect}`);

describe("two runs", () => {
  const run = runOf();
  const weightsOfOther = {
    ...run.weights!,
    embedding: { ...run.weights!.embedding, sha256: "9".repeat(64) },
  };

  test("alike: nothing", () => expect(compareProvenance(run, runOf())).toEqual([]));

  test.each<[string, Partial<RunProvenance>, string[]]>([
    ["other weights", { weights: weightsOfOther }, ["embedding weights: results"]],
    ["another recording", { audio: { ...run.audio!, sha256: "6".repeat(64) } }, ["recording: results"]],
    ["the recording by another name", { audio: { ...run.audio!, file: "b.wav" } }, ["recording: none"]],
    ["a hint", { options: runOf({ hints: { numSpeakers: 2 } }).options }, ["hints.numSpeakers: results"]],
    ["two options", { options: runOf({ vbx: { fa: 0.3, fb: 3 } }).options }, [
      "vbx.fa: results",
      "vbx.fb: results",
    ]],
    ["another channel", { channel: 0 }, ["channel: results"]],
    ["another threshold", { options: runOf({ segmentation: { speechThreshold: 0.5 } }).options }, [
      "segmentation.speechThreshold: results",
    ]],
    ["another backend", { compute: { backend: "scalar", precision: "f64" } }, ["backend: bits"]],
    [
      "a GPU in single precision",
      { compute: { backend: "webgpu", precision: "f32", adapter: "x" } },
      ["backend: bits", "precision: unknown", "adapter: bits"],
    ],
    ["another provider", { networks: { segmentation: "webgpu", embedding: "cpu" } }, [
      "segmentation network on: bits",
    ]],
    ["another commit", { made: { ...made, commit: "f".repeat(40) } }, ["commit: unknown"]],
    ["no commit", { made: { ...made, commit: undefined } }, ["commit: unknown"]],
    ["another runtime", { made: { ...made, runtime: "deno 2" } }, ["runtime: bits"]],
    ["a module of one's own", { imports: [{ file: "mine.ts", sha256: "7".repeat(64) }] }, [
      "modules of your own: unknown",
    ]],
    ["none, told and not told", { imports: [] }, []],
    ["another name of the preset", { preset: "mine" }, ["preset: none"]],
  ])("%s", (_, change, differences) => {
    expect(told(compareProvenance(run, { ...run, ...change }))).toEqual(differences);
  });

  test("modified files: not known, even if both name one commit", () => {
    const modified = { ...run, made: { ...made, commit: `${made.commit}-modified` } };
    expect(told(compareProvenance(modified, modified))).toEqual(["commit: unknown"]);
  });

  const module = (file: string, digit: string) => ({ file, sha256: digit.repeat(64) });
  test.each<[string, ReturnType<typeof module>[], string[]]>([
    ["the same", [module("mine.ts", "7"), module("./part.ts", "8")], []],
    ["by another name", [module("yours.ts", "7"), module("./part.ts", "8")], ["modules of your own: none"]],
    ["edited", [module("mine.ts", "9"), module("./part.ts", "8")], ["modules of your own: unknown"]],
    ["its part edited", [module("mine.ts", "7"), module("./part.ts", "9")], ["modules of your own: unknown"]],
    ["one of two", [module("mine.ts", "7")], ["modules of your own: unknown"]],
  ])("modules of one's own: %s", (_, imports, differences) => {
    const one = { ...run, imports: [module("mine.ts", "7"), module("./part.ts", "8")] };
    expect(told(compareProvenance(one, { ...run, imports }))).toEqual(differences);
  });

  test("exclusive turns and those as heard: results; a page tells of neither", () => {
    const [all, exclusive] = (["overlapping", "exclusive"] as const).map((turns) => ({ ...run, turns }));
    expect(told(compareProvenance(all, exclusive))).toEqual(["turns: results"]);
    expect(compareProvenance(all, all)).toEqual([]);
    expect(compareProvenance(run, exclusive)).toEqual([]);
  });

  test("the worst counts", () => {
    const effects = ["bits", "results", "none"] as const;
    expect(worstEffect(effects.map((effect) => ({ effect })))).toBe("results");
  });
});

describe("this installation", () => {
  test("has the same: none", async () => {
    const found = await wouldRepeat(
      runOf({ hints: { minSpeakers: 2 }, annotation: { minDurationOff: 0.3 } }),
      { made },
    );
    expect([found.outcome, found.differences, found.missing, found.notes]).toEqual(["none", [], [], []]);
    expect(found.weights.map(({ same }) => same)).toEqual([true, true, true, true]);
  });

  test("has other weights in the folder that is named: told by their sums", async () => {
    const folder = join(scratch, "models");
    mkdirSync(join(folder, "own"), { recursive: true });
    writeFileSync(join(folder, modelCard("embedding-own").file), "other weights");
    const found = await wouldRepeat(runOf(), { made, models: folder });
    expect([found.outcome, told(found.differences)]).toEqual(["results", ["embedding weights: results"]]);
    expect(found.weights.find(({ same }) => same === false)?.path).toBe(
      join(folder, modelCard("embedding-own").file),
    );
  });

  test("lacks weights: missing, with what to do", async () => {
    const run = runOf();
    const gone = {
      ...run.weights!,
      embedding: { ...weights("embedding-own"), model: "embedding-of-nobody" },
    };
    const found = await wouldRepeat({ ...run, preset: "mine", weights: gone }, { made });
    expect([found.outcome, found.missing.length, found.notes.length]).toEqual(["missing", 1, 1]);
    expect(found.missing[0]).toMatch(/^embedding weights: No model is called embedding-of-nobody/);
  });

  test("has another preset of that name: each setting", async () => {
    const run = runOf();
    const options = parseOptions({ ...own.options, vbx: { fa: 0.25, fb: 2 } });
    const found = await wouldRepeat({ ...run, options, notOfPreset: {} }, { made });
    expect(found.differences).toEqual([
      { what: "vbx.fa", a: "0.25", b: "0.2", effect: "results", means: "another setting" },
    ]);
  });

  test("a module of one's own: not loaded here, loaded, edited", async () => {
    const imports = [{ file: "mine.ts", sha256: "7".repeat(64) }];
    const run = { ...runOf(), version: 3, imports } as const;
    const bare = await wouldRepeat(run, { made });
    expect([bare.outcome, told(bare.differences), bare.notes.length]).toEqual([
      "unknown",
      ["modules of your own: unknown"],
      1,
    ]);
    expect(bare.notes[0]).toMatch(/^mine\.ts was loaded before it; .*--import/);
    expect((await wouldRepeat(run, { made, imports })).outcome).toBe("none");
    const edited = [{ file: "mine.ts", sha256: "8".repeat(64) }];
    expect((await wouldRepeat(run, { made, imports: edited })).outcome).toBe("unknown");
  });

  test("a run that is told in version 1", async () => {
    const { notDefault: _, notOfPreset: __, ...rest } = runOf({ hints: { maxSpeakers: 3 } });
    const { commit: ___, ...before } = made;
    const run = parseRunProvenance(JSON.parse(JSON.stringify({ ...rest, version: 1, made: before })));
    const found = await wouldRepeat(run, { made });
    expect([found.outcome, told(found.differences)]).toEqual(["unknown", ["commit: unknown"]]);
  });

  test("--audio: another file, or the same by another name", async () => {
    const file = join(scratch, "b.wav");
    copyFileSync(join(projectRoot(), "LICENSE"), file);
    const run = { ...runOf(), audio: { file: "a.wav", bytes: 1, sha256: await fileSha256(file) } };
    expect((await wouldRepeat(run, { made, audio: file })).outcome).toBe("none");
    expect((await wouldRepeat(runOf(), { made, audio: file })).outcome).toBe("results");
  });
});
