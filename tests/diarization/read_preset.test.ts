import { afterAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
import { bestPreset } from "#lib/diarization/best_preset.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { gatherProvenance } from "#lib/diarization/gather_provenance.ts";
import { presetNamed } from "#lib/diarization/presets.ts";
import { PresetFileError, readPreset } from "#lib/diarization/read_preset.ts";
import { modelCard } from "#lib/networks/model_cards.ts";
import { projectRoot } from "#lib/places/places.ts";

const root = mkdtempSync(join(tmpdir(), "dialab-presets-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const SLOW = 120_000;

function file(name: string, content: unknown): string {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("a preset's file", () => {
  test("has of what it extends all that it does not say, option by option", async () => {
    const preset = await readPreset(file("a.json", { extends: "own", options: { vbx: { fa: 0.3 } } }));
    const { options, ...own } = presetNamed("own");
    expect(preset).toEqual({
      ...own,
      name: "a",
      title: "a",
      options: { ...options, vbx: { fa: 0.3, fb: 2 } },
    });
  });

  test("warns of what files set and their clustering does not read, not of what dialab's presets have", async () => {
    const warnings: string[] = [];
    const read = (name: string, content: object) =>
      readPreset(file(name, content), { warn: (warning) => warnings.push(warning.replace(root, "")) });
    await read("plain.json", { extends: "own", clustering: "ahc" });
    await read("vbx.json", { extends: "own", options: { vbx: { fa: 0.9 } } });
    expect(warnings).toEqual([]);
    await read("ahc.json", { extends: "vbx.json", clustering: "ahc" });
    expect(warnings).toEqual([
      '/ahc.json: what is set in "vbx" has no effect: the clustering "ahc" does not read it.',
    ]);
  });

  test("is no folder, and is there", async () => {
    mkdirSync(join(root, "folder.json"), { recursive: true });
    await expect(readPreset(join(root, "folder.json"))).rejects.toThrow(
      /folder\.json: it is a folder\. A preset is one of/,
    );
    await expect(readPreset(join(root, "none.json"))).rejects.toThrow(/none\.json: there is no such file\./);
  });

  test("extends another, beside it or elsewhere, and that another", async () => {
    file("deep/base.json", { extends: "../a.json", name: "base", clustering: "ahc", plda: null });
    const preset = await readPreset(
      file("c.json", { extends: "deep/base.json", title: "C", options: { ahc: { threshold: 1 } } }),
    );
    expect([preset.name, preset.title, preset.clustering, preset.plda]).toEqual(["c", "C", "ahc", undefined]);
    expect(preset.options).toEqual({ ahc: { threshold: 1 }, vbx: { fa: 0.3, fb: 2 } });
  });

  test("may stand alone, and begin with a byte order mark", async () => {
    const { segmentation, embedding, plda, clustering } = presetNamed("hybrid");
    const alone = file(
      "alone.json",
      `\uFEFF${JSON.stringify({ segmentation, embedding, plda, clustering })}`,
    );
    expect((await readPreset(alone)).options).toEqual({});
  });

  test("faults are told in plain words: the key, what it was, what is needed, what was probably meant", async () => {
    const content = {
      extends: "own",
      embedding: { kind: "mask", model: "m" },
      options: {
        vbx: { fa: -1, fx: 2, maxIterations: 2.5 },
        segmentation: { speechThreshold: true },
        annotation: { minDurationOff: "long" },
        hints: 3,
      },
    };
    const { message } = await readPreset(file("many.json", JSON.stringify(content))).catch((error) => error);
    for (
      const words of [
        'embedding.kind is "mask": did you mean "masked"? "masked" or "windows" is needed',
        "options.vbx.fa is -1: a number over 0 is needed",
        'options.vbx has no "fx"; did you mean "fa"?',
        "options.vbx.maxIterations is 2.5: a whole number from 1 is needed",
        "options.segmentation.speechThreshold is true: a number over 0, under 1, or null is needed",
        'options.annotation.minDurationOff is "long": a number from 0 is needed',
        "options.hints is 3: an object of numSpeakers, minSpeakers, maxSpeakers is needed",
      ]
    ) {
      expect(message).toContain(words);
    }
    expect(message).not.toMatch(/Invalid|Too small|expected/);
  });

  test.each<[string, unknown, string]>([
    ["an unknown key", { extend: "own" }, 'there is no "extend"; did you mean "extends"?'],
    [
      "an unknown option",
      { extends: "own", options: { ahc: { treshold: 1 } } },
      'options.ahc has no "treshold"; did you mean "threshold"?',
    ],
    [
      "a wrong type",
      { extends: "own", options: { ahc: { threshold: "much" } } },
      'options.ahc.threshold is "much"',
    ],
    ["a value out of range", { extends: "own", options: { vbx: { fa: -1 } } }, "options.vbx.fa is -1"],
    [
      "a preset that there is not",
      { extends: "hybird" },
      'extends is "hybird": There is no preset "hybird"; did you mean "hybrid"?',
    ],
    ["a preset that is gone", { extends: "interim" }, '"hybrid" has taken its place'],
    [
      "a network that there is not",
      { extends: "own", segmentation: "segmentation-owm" },
      'did you mean "segmentation-own"?',
    ],
    [
      "a PLDA that there is not",
      { extends: "own", plda: { model: "x", transform: "own-xvec-transform" } },
      'plda.model is "x"',
    ],
    ["a clustering that there is not", { extends: "own", clustering: "ahv" }, 'did you mean "ahc"?'],
    ["nothing to stand on", {}, "segmentation, embedding, clustering are missing"],
    ["no object", "[]", "the preset is []: an object of $schema, extends, "],
    ["no JSON", "{extends: own}", "is no JSON"],
    ["nothing", "", "is no JSON"],
    ["a file that there is not", { extends: "nowhere.json" }, "nowhere.json: there is no such file"],
    ["the name of one of dialab's", { extends: "own", name: "own" }, '"own" is a preset of dialab\'s'],
    ["no PLDA where VBx needs one", { extends: "own", plda: null }, '"vbx" needs a PLDA'],
    [
      "another grid",
      { extends: "own", options: { grid: { chunks: { stepSec: 0.5 } } } },
      "grid.chunks.stepSec 0.5",
    ],
    [
      "a key twice",
      '{"extends":"own","options":{"vbx":{"fa":0.1,"fa":0.9}}}',
      "options.vbx.fa stands there twice",
    ],
    ["UTF-16", "\ufffd\ufffd{\0}\0", "is not in UTF-8, perhaps in UTF-16"],
    [
      "hints that contradict each other",
      { extends: "own", options: { hints: { minSpeakers: 3, maxSpeakers: 2 } } },
      "hints.minSpeakers is 3, which must not exceed hints.maxSpeakers, 2",
    ],
    [
      "a negative smoothing",
      { extends: "own", options: { vbx: { initSmoothing: -5 } } },
      "vbx.initSmoothing is -5",
    ],
    ["itself", { extends: "wrong.json" }, "extends itself"],
    [
      "options that its clustering has not",
      { extends: "own", options: { clustering: { radius: 1 } } },
      "no options of its own",
    ],
  ])("with %s is refused", async (_, content, message) => {
    const error = await readPreset(file("wrong.json", content)).catch((error) => error);
    expect(error).toBeInstanceOf(PresetFileError);
    expect(error.message).toContain(message);
    expect(error.message).toContain(".json");
  });
});

describe("the best preset", () => {
  const put = (folder: string, names: readonly string[]) => {
    for (const name of names) file(join(folder, modelCard(name).file), "");
    return join(root, folder);
  };
  const { segmentation, embedding, plda } = presetNamed("community-1");
  const weights = [embedding.model, ...Object.values(plda!)];

  test("is community-1 where all its weights are", () => {
    const models = put("all", [segmentation, ...weights]);
    expect(bestPreset({ models })).toEqual({ preset: presetNamed("community-1") });
  });

  test("is hybrid where only the segmentation is, and says how to get a better one", () => {
    const { preset, note } = bestPreset({ models: put("some", [segmentation]) });
    // WeSpeaker's weights may be on this machine.
    if (preset.name === "community-1") return expect(note).toBe(undefined);
    expect([preset.name, /hybrid is taken.*dialab fetch models/.test(note!)]).toEqual(["hybrid", true]);
  });
});

describe("a diarizer's options", () => {
  test("are the preset's, over them those that it was opened with, over them a recording's", async () => {
    copyFileSync(join(projectRoot(), "LICENSE"), join(root, "talk.wav"));
    await using diarizer = await Diarizer.open({
      preset: "own",
      options: { vbx: { fa: 0.3 }, segmentation: { speechThreshold: 0.4 } },
    });
    const settings = { options: { hints: { numSpeakers: 2 }, vbx: { fb: 3 } } };
    const { options, clustering } = await gatherProvenance(join(root, "talk.wav"), { diarizer, settings });
    expect([options.vbx.fa, options.vbx.fb, options.ahc.threshold]).toEqual([0.3, 3, 0.4]);
    expect([options.segmentation.speechThreshold, options.hints.numSpeakers, clustering]).toEqual([
      0.4,
      2,
      "vbx",
    ]);
    expect(() => diarizer.optionsWith({ grid: { frames: { stepSec: 0.02 } } })).toThrow(
      /grid\.frames\.stepSec 0\.02/,
    );
    expect(() => diarizer.optionsWith({ segmentation: { speechThreshold: 0.6 } })).toThrow(
      /opened with 0\.4/,
    );
    expect(diarizer.optionsWith({ segmentation: { speechThreshold: 0.4 } }).vbx?.fa).toBe(0.3);
  }, SLOW);

  test("that its clustering does not read are told", async () => {
    const preset = { ...presetNamed("own"), clustering: "ahc", plda: undefined };
    await using diarizer = await Diarizer.open({ preset, options: { vbx: { fa: 0.3 } } });
    expect(diarizer.warnings).toEqual([
      'What is set in "vbx" has no effect: the clustering "ahc" of preset own does not read it.',
    ]);
  }, SLOW);

  test("change what is heard: more is speech at a lower threshold", async () => {
    const samples = Float32Array.from(
      { length: 16000 * 10 },
      (_, i) => Math.sin(i / 12) * Math.sin(i / 3000) / 8,
    );
    const frames = async (speechThreshold: number) => {
      await using diarizer = await Diarizer.open({
        preset: "own",
        options: { segmentation: { speechThreshold } },
      });
      const { segmentations } = await diarizer.hear(audioFromSamples(samples, { sampleRate: 16000 }));
      return segmentations.data.reduce((sum, x) => sum + x, 0);
    };
    expect(await frames(0.001)).toBeGreaterThan(await frames(0.999));
  }, SLOW);
});
