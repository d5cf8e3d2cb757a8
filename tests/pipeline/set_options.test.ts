import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { z } from "zod";
import { ahcSpeakers } from "#lib/pipeline/ahc_speakers.ts";
import { clusteringNamed, defineClustering, unreadSections } from "#lib/pipeline/clusterings.ts";
import { mergeOptions } from "#lib/pipeline/merge_options.ts";
import { listOptions, type OptionFact } from "#lib/pipeline/option_list.ts";
import { parseOptions } from "#lib/pipeline/options.ts";
import { parseRunProvenance, stagesOf } from "#lib/pipeline/run_provenance.ts";
import { setOptions } from "#lib/pipeline/set_options.ts";

defineClustering({
  name: "test-own",
  title: "for tests",
  options: z.strictObject({
    radius: z.number().gt(0).default(0.5),
    linkage: z.enum(["single", "average"]).default("average"),
    restart: z.boolean().default(false),
  }),
  stages: ({ radius }) => ahcSpeakers().slice(0, radius > 1 ? 3 : 5),
});

const at = (options: unknown, key: string) =>
  key.split(".").reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], options);

/** A value in an option's range, as text and as it is kept. */
function valid({ key, type, range }: OptionFact): fc.Arbitrary<[text: string, value: unknown]> {
  if (key === "clustering.linkage") return fc.constantFrom(["single", "single"], ["average", "average"]);
  if (type === "boolean") return fc.boolean().map((value) => [String(value), value]);
  if (type === "integer") return fc.integer({ min: 1, max: 1000 }).map((value) => [String(value), value]);
  const max = /under 1|to 1$/.test(range) ? 0.99 : 50;
  return fc.double({ min: 0.001, max, noNaN: true }).map((value) => [String(value), value]);
}

describe("settings by their dotted names", () => {
  const facts = listOptions("test-own");

  test("there is every option of a run, with its default", () => {
    const keys = facts.map(({ key }) => key);
    expect(keys).toEqual(
      expect.arrayContaining(["segmentation.speechThreshold", "hints.numSpeakers", "vbx.fa"]),
    );
    expect(keys).toEqual(
      expect.arrayContaining(["grid.chunks.stepSec", "clustering.radius", "clustering.linkage"]),
    );
    const defaults = parseOptions();
    for (const { key, default: value } of listOptions()) {
      expect([key, at(defaults, key)]).toEqual([key, value]);
    }
    for (const { key, description } of listOptions()) {
      expect([key, description.length > 10]).toEqual([key, true]);
    }
  });

  test("each, at any valid value, is in the provenance of the run as it was set", () => {
    for (const fact of facts) {
      fc.assert(
        fc.property(valid(fact), ([text, value]) => {
          const set = setOptions([`${fact.key}=${text}`], "test-own");
          const options = parseOptions(mergeOptions({ vbx: { fb: 2 } }, set));
          const run = JSON.parse(JSON.stringify({ version: 1, clustering: "test-own", options }));
          expect(at(parseRunProvenance(run).options, fact.key)).toBe(value);
          if (fact.key !== "vbx.fb") expect(options.vbx.fb).toBe(2);
        }),
        { seed: 5, numRuns: 20 },
      );
    }
  });

  test("a clustering's own reach its stages", () => {
    const stages = (radius: number) =>
      stagesOf({ clustering: "test-own", options: setOptions([`clustering.radius=${radius}`], "test-own") })
        .length;
    expect([stages(0.5), stages(2)]).toEqual([5, 3]);
  });

  test("off is null", () => {
    expect(setOptions(["segmentation.speechThreshold=off"])).toEqual({
      segmentation: { speechThreshold: null },
    });
  });

  test.each([
    ["vbx.fa", "SECTION.OPTION=VALUE"],
    ["=1", "SECTION.OPTION=VALUE"],
    ["vbx.fax=1", "no option vbx.fax. Did you mean vbx.fa? vbx has vbx.fa, vbx.fb"],
    ["minDurationOff=1", "Did you mean annotation.minDurationOff?"],
    ["annotation.minDurationof=1", "Did you mean annotation.minDurationOff?"],
    ["vbx.fa=", "vbx.fa is a number over 0, not "],
    ["vbx.fa=0", "vbx.fa is a number over 0, not 0"],
    ["vbx.fa=1e999", "vbx.fa is a number over 0, not 1e999"],
    ["vbx.fa=0x10", "vbx.fa is a number over 0, not 0x10"],
    ["vbx.maxIterations=2.5", "vbx.maxIterations is a whole number from 1, not 2.5"],
    [
      "segmentation.speechThreshold=1",
      "segmentation.speechThreshold is a number over 0, under 1, or off, not 1",
    ],
    ["training.minActiveRatio=2", "a number 0 to 1, not 2"],
    ["clustering.radius=0", "clustering.radius is a number over 0, not 0"],
    ["clustering.linkage=ward", "clustering.linkage is a word single or average, not ward"],
    ["clustering.restart=maybe", "clustering.restart is true or false, not maybe"],
    ["__proto__.x=1", "no option __proto__.x"],
  ])("%s is refused: %s", (assignment, message) => {
    expect(() => setOptions([assignment], "test-own")).toThrow(message);
  });

  test("one that is set twice is refused, unless to the same", () => {
    expect(() => setOptions(["vbx.fa=1", "vbx.fa=2"])).toThrow("vbx.fa is set twice, to 1 and to 2");
    expect(setOptions(["vbx.fa=1", "vbx.fa=1.0"])).toEqual({ vbx: { fa: 1 } });
  });

  test("vbx has no options of its own", () => {
    expect(() => setOptions(["clustering.radius=1"])).toThrow("no option clustering.radius");
    expect(() => stagesOf({ clustering: "vbx", options: { clustering: { radius: 1 } } })).toThrow(
      "no options of its own",
    );
  });
});

describe("clusterings", () => {
  test("one that nobody registered is refused, with the cure", () => {
    expect(() => stagesOf({ clustering: "spectral" })).toThrow(
      /no clustering "spectral"; there are vbx, ahc, .*--import/,
    );
    for (const name of ["constructor", "__proto__", ""]) {
      expect(() => clusteringNamed(name)).toThrow("no clustering");
    }
  });

  test.each(["vbx", "ahc"])("dialab's own %s cannot be replaced", (name) => {
    expect(() => defineClustering({ name, title: "", stages: [] })).toThrow("dialab's own");
  });

  test("a name that files and command lines cannot carry is refused", () => {
    for (const name of ["", "a b", "-a", "ä", "a.b"]) {
      expect(() => defineClustering({ name, title: "", stages: [] })).toThrow("letters, digits and hyphens");
    }
  });

  test("a name can be registered again, as a cell that is run again does", () => {
    defineClustering({ name: "test-again", title: "", stages: [] });
    defineClustering({ name: "test-again", title: "", stages: ahcSpeakers() });
    expect(stagesOf({ clustering: "test-again" }).length).toBe(ahcSpeakers().length);
  });

  test("what one does not read is told; of one that does not say, nothing is", () => {
    const options = { vbx: { fa: 1 }, ahc: {}, annotation: { minDurationOff: 1 } };
    expect(unreadSections("ahc", options)).toEqual(["vbx"]);
    expect(unreadSections("vbx", options)).toEqual([]);
    expect(unreadSections("test-own", options)).toEqual([]);
  });
});

test("the threshold that an early dump had beside its options is one of them", () => {
  const run = parseRunProvenance({ version: 1, clustering: "ahc", options: {}, speechThreshold: 0.5 });
  expect(run.options.segmentation.speechThreshold).toBe(0.5);
  const likeliest = parseRunProvenance({ version: 1, clustering: "ahc", options: {}, speechThreshold: null });
  expect(likeliest.options.segmentation.speechThreshold).toBe(null);
});
