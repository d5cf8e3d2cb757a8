import { describe, expect, test } from "bun:test";
import { z } from "zod";
import {
  communityOptions,
  type CommunityOptionsInput,
  OptionsError,
  parseOptions,
} from "#lib/pipeline/options.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";

// pyannote's own values: shared PIPELINE.md sections 1, 2, 6, 7, 9, 10, 11.
const COMMUNITY_1_VALUES = {
  segmentation: { speechThreshold: null },
  hints: {},
  training: { minActiveRatio: 0.2 },
  ahc: { threshold: 0.6 },
  vbx: { fa: 0.07, fb: 0.8, maxIterations: 20, elboEpsilon: 1e-4, initSmoothing: 7 },
  kmeans: { runs: 3, seed: 42 },
  annotation: { minDurationOff: 0 },
  clustering: {},
  grid: {
    chunks: { startSec: 0, durationSec: 10, stepSec: 1 },
    frames: { startSec: 0, durationSec: 0.0619375, stepSec: 0.016875 },
  },
};

describe("options", () => {
  test("default to community-1's", () => {
    expect(parseOptions()).toEqual(COMMUNITY_1_VALUES);
    expect(parseOptions({})).toEqual(COMMUNITY_1_VALUES);
    expect(parseOptions({ vbx: {}, grid: { frames: {} } })).toEqual(COMMUNITY_1_VALUES);
  });

  test("one that is given leaves the others", () => {
    expect(parseOptions({ vbx: { fa: 0.1 } })).toEqual({
      ...COMMUNITY_1_VALUES,
      vbx: { ...COMMUNITY_1_VALUES.vbx, fa: 0.1 },
    });
  });

  test("what one caller changes another does not see", () => {
    parseOptions().grid.chunks.stepSec = 99;
    parseOptions().vbx.fa = 99;
    expect(parseOptions()).toEqual(COMMUNITY_1_VALUES);
  });

  test("an unknown one is told with those that there are, in every section", () => {
    const said = (options: object) => {
      try {
        return `${JSON.stringify(parseOptions(options))}`;
      } catch (error) {
        return (error as OptionsError).message;
      }
    };
    expect(said({ vbx: { f: 0.2, g: 1 } })).toBe(
      'Options are not valid: vbx has no "f"; it has fa, fb, maxIterations, elboEpsilon, initSmoothing; ' +
        'vbx has no "g"; it has fa, fb, maxIterations, elboEpsilon, initSmoothing.',
    );
    expect(said({ VBx: {} })).toBe(
      'Options are not valid: there is no "VBx"; did you mean "vbx"? There are segmentation, hints, training, ahc, vbx, kmeans, annotation, ' +
        "clustering, grid.",
    );
    const { grid, clustering: _, ...sections } = parseOptions();
    for (const [path, values] of Object.entries({ ...sections, "grid.chunks": grid.chunks })) {
      const [section, inner] = path.split(".");
      const message = said({ [section]: inner === undefined ? { no: 1 } : { [inner]: { no: 1 } } });
      expect(message).toContain(`Options are not valid: ${path} has no "no"; it has `);
      for (const key of Object.keys(values)) expect(message).toContain(key);
    }
    expect(said({ hints: { speakers: 2 } })).toContain("it has numSpeakers, minSpeakers, maxSpeakers.");
  });

  test.each<[string, unknown]>([
    ["treshold", { ahc: { treshold: 0.7 } }],
    ["VBx", { VBx: { fa: 0.1 } }],
    ["ahc.threshold", { ahc: { threshold: -0.1 } }],
    ["ahc.threshold", { ahc: { threshold: NaN } }],
    ["ahc.threshold", { ahc: { threshold: "0.6" } }],
    ["vbx.fa", { vbx: { fa: 0 } }],
    ["vbx.fb", { vbx: { fb: -1 } }],
    ["vbx.maxIterations", { vbx: { maxIterations: 0 } }],
    ["vbx.maxIterations", { vbx: { maxIterations: 1.5 } }],
    ["vbx.elboEpsilon", { vbx: { elboEpsilon: Infinity } }],
    ["training.minActiveRatio", { training: { minActiveRatio: 1.01 } }],
    ["training.minActiveRatio", { training: { minActiveRatio: -0.01 } }],
    ["hints.numSpeakers", { hints: { numSpeakers: 0 } }],
    ["hints.minSpeakers", { hints: { minSpeakers: 2.5 } }],
    ["hints.maxSpeakers", { hints: { maxSpeakers: null } }],
    ["kmeans.seed", { kmeans: { seed: 2 ** 32 } }],
    ["kmeans.seed", { kmeans: { seed: 1.5 } }],
    ["kmeans.runs", { kmeans: { runs: 0 } }],
    ["annotation.minDurationOff", { annotation: { minDurationOff: -1 } }],
    ["grid.frames.stepSec", { grid: { frames: { stepSec: 0 } } }],
    ["grid.chunks.durationSec", { grid: { chunks: { durationSec: -10 } } }],
    ["options", "fast"],
  ])("an error names %s in %j", (name, wrong) => {
    const parse = () => parseOptions(wrong as CommunityOptionsInput);
    expect(parse).toThrow(OptionsError);
    expect(parse).toThrow(RangeError);
    expect(parse).toThrow(name);
  });

  test("an error names all that is wrong", () => {
    expect(() => parseOptions({ vbx: { fa: -1 }, ahc: { threshold: -1 }, hints: { numSpeakers: 0 } }))
      .toThrow(
        /(?=.*vbx\.fa)(?=.*ahc\.threshold)(?=.*hints\.numSpeakers)/,
      );
  });

  test("a wrong option stops a run before its first stage", async () => {
    let ran = false;
    const stage = { name: "a", needs: [], gives: [], run: () => ((ran = true), {}) };
    await expect(runStages([stage], {}, { options: { vbx: { fa: -1 } } })).rejects.toThrow(OptionsError);
    expect(ran).toBe(false);
  });
});

describe("the JSON Schema", () => {
  const schema = z.toJSONSchema(communityOptions, { io: "input" }) as {
    properties: Record<string, { properties: Record<string, Record<string, unknown>> }>;
    additionalProperties: boolean;
  };

  test("has every option, with default, bounds and a description of each", () => {
    expect(Object.keys(schema.properties)).toEqual(Object.keys(COMMUNITY_1_VALUES));
    expect(schema.properties.vbx.properties.fa).toEqual({
      default: 0.07,
      description: "Acoustic factor F_A.",
      type: "number",
      exclusiveMinimum: 0,
    });
    for (const [group, { properties }] of Object.entries(schema.properties)) {
      if (group === "grid" || group === "clustering") continue;
      for (const [name, option] of Object.entries(properties)) {
        expect([group, name, typeof option.description]).toEqual([group, name, "string"]);
        if (group !== "hints") expect([group, name, "default" in option]).toEqual([group, name, true]);
      }
    }
  });

  test("knows of no other option", () => expect(schema.additionalProperties).toBe(false));

  test("asks for nothing of the input, and names every option of the output", () => {
    expect("required" in schema).toBe(false);
    const output = z.toJSONSchema(communityOptions) as { required: string[] };
    expect(output.required).toEqual(Object.keys(COMMUNITY_1_VALUES));
  });
});
