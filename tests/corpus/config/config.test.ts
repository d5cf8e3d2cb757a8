/** Configurations: types, names, and versions that equal Python's. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { configJson } from "#lib/corpus/config/config_json.ts";
import { canonicalConfig, configVersion } from "#lib/corpus/config/config_version.ts";
import { datasetConfig } from "#lib/corpus/config/dataset_config.ts";
import { filterConfig, isActive } from "#lib/corpus/config/filter_config.ts";
import { pipelineConfig } from "#lib/corpus/config/pipeline_config.ts";
import { pythonFloat } from "#lib/corpus/config/python_json.ts";
import { parseConfig, readConfig } from "#lib/corpus/config/read_config.ts";
import { writePipelineConfig } from "#lib/corpus/config/write_pipeline_config.ts";
import { describeWith, fixture } from "../../harness/shared_data.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-config-"));
afterAll(() => rmSync(scratch, { recursive: true }));

describe("a pipeline", () => {
  test("has defaults, and the two versions that its settings have had", () => {
    const { config, kind, version, formerVersion, warnings } = parseConfig("{}");
    expect(Object.keys(config)).toHaveLength(13);
    expect({ kind, version, formerVersion, warnings }).toEqual({
      kind: "pipeline",
      version: "b43d394f6e37",
      formerVersion: "0d19e22faca4",
      warnings: [],
    });
  });

  test("is frozen", () => {
    const config = pipelineConfig({});
    expect(() => Object.assign(config, { vad_threshold: 1 })).toThrow(TypeError);
  });

  test.each([
    ["600", "600.0"],
    ["1e2", "100"],
    ["-0", "0.0"],
    ["100", "100.00"],
  ])("%s and %s are one meaning and one version", (a, b) => {
    const versions = [a, b].map((text) => parseConfig(`{"max_clip_s": ${text}}`).version);
    expect(versions[0]).toBe(versions[1]!);
  });

  test("what differs has another version", () => {
    const texts = ["0.0", "-0.0", "1", "1.0000000000000002", "600"];
    expect(new Set(texts.map((text) => parseConfig(`{"split_search_s": ${text}}`).version)).size).toBe(5);
    const sizes = ["9007199254740992", "9007199254740993"];
    expect(new Set(sizes.map((text) => parseConfig(`{"vad_hop_size": ${text}}`).version)).size).toBe(2);
  });

  test("former names are their new ones, and disagreement is refused", () => {
    const old = parseConfig('{"noise_pool_window": 2}'), now = parseConfig('{"esc_pool_window": 2.0}');
    expect([old.version, old.formerVersion]).toEqual([now.version!, now.formerVersion!]);
    expect(old.version).not.toBe(old.formerVersion!);
    expect(() => pipelineConfig({ noise_pool_window: 1, esc_pool_window: 2 })).toThrow(
      "esc_pool_window is 2 and noise_pool_window, its former name, is 1; one value is needed",
    );
  });

  test.each<[string, RegExp]>([
    ['{"vad_threshold": "0.5"}', /^c\.json: vad_threshold is "0\.5": a number is needed\.$/],
    ['{"vtc_checkpoint": null}', /^c\.json: vtc_checkpoint is null: text is needed\.$/],
    ['{"shard_size": 1.5}', /shard_size is 1\.5: a whole number is needed/],
    ['{"shard_size": true, "target_sr": []}', /target_sr is \[\]: a whole number is needed(; shard_size|\.)/],
    ['{"vad_threshold": NaN}', /^c\.json is no JSON: /],
    ['{"shard_size": 1, "shard_size": 2}', /^c\.json: "shard_size" stands there twice; one is needed\.$/],
    [
      '{"dataset_dir": "d", "filters": {"min_snr_db": 3, "min_snr_d\\u0062": 0}}',
      /"filters\.min_snr_db" stands/,
    ],
    ["[1]", /^c\.json: it is a list, an object is needed/],
    ["null", /it is null/],
    ["", /is no JSON/],
  ])("%s is refused", (text, said) => {
    expect(() => parseConfig(text, { file: "c.json" })).toThrow(said);
  });

  test("what is no field is told, with the name that was meant", () => {
    const { warnings, version } = parseConfig('{"vad_treshold": 0.7, "__proto__": 1}', { file: "c.json" });
    expect(version).toBe("b43d394f6e37");
    expect(warnings).toEqual([
      'c.json: "vad_treshold" is no field and is ignored; did you mean "vad_threshold"?',
      'c.json: "__proto__" is no field and is ignored.',
    ]);
  });

  test("is written and read again, and both are the same", async () => {
    const config = pipelineConfig({
      vad_threshold: 1e-7,
      max_clip_s: 1e16,
      split_search_s: -0,
      vtc_checkpoint: "modèle 🎙\u007f",
      vad_hop_size: 9007199254740993n,
    });
    const file = await writePipelineConfig(scratch, config);
    const again = await readConfig(scratch);
    expect(again.file).toBe(file);
    expect(again.config).toEqual(config);
    expect(Object.is((again.config as typeof config).split_search_s, -0)).toBe(true);
    expect(readFileSync(file, "utf8")).toContain('"max_clip_s": 1e+16,\n');
  });
});

test("Python's floats read back as the same number, whatever their size", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      const text = pythonFloat(x);
      expect(Object.is(Number(text), x)).toBe(true);
      expect(text).toMatch(/^-?(\d+\.\d+|\d(\.\d+)?e[+-]\d{2,3})$/);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test("JSON keeps its whole numbers, and texts that look like them", () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.string(), (n, text) => {
      const value = configJson(`{"n": ${n}, "t": ${JSON.stringify(text)}}`, "x") as { n: bigint; t: string };
      expect([BigInt(value.n), value.t]).toEqual([n, text]);
    }),
    { seed: 2, numRuns: 500 },
  );
  expect(configJson('{"t": "int 12345678901234567890", "n": 12345678901234567890}', "x")).toEqual({
    t: "int 12345678901234567890",
    n: 12345678901234567890n,
  });
});

describe("filters", () => {
  test("whole numbers and floats are one; an empty list asks for something", () => {
    expect(filterConfig({ min_snr_db: 3n }).min_snr_db).toBe(3);
    expect([{}, { max_snr_db: null }, { required_labels: [] }].map((f) => isActive(filterConfig(f)))).toEqual(
      [
        false,
        false,
        true,
      ],
    );
  });

  test.each<[unknown, RegExp]>([
    [{ min_snr_db: "3" }, /min_snr_db is "3": a number or null is needed/],
    [{ min_snr_db: NaN }, /min_snr_db is NaN/],
    [{ required_labels: "KCHI" }, /required_labels is "KCHI": a list of texts or null is needed/],
    [{ required_labels: ["KCHI", 1] }, /required_labels\.1 is 1: text is needed/],
    [{ min_vtc_segments: 0.5 }, /min_vtc_segments is 0\.5: a whole number or null/],
  ])("%j is refused", (value, said) => expect(() => filterConfig(value)).toThrow(said));

  test("what is no filter is told, or refused where it is asked for, with the nearest", () => {
    const text = '{"min_dur": 3, "max_snr_db": 1}',
      warnings = ['f.json: "min_dur" is no field and is ignored.'];
    expect(parseConfig(text, { file: "f.json", kind: "filter" }).warnings).toEqual(warnings);
    expect(() => parseConfig(text, { file: "f.json", kind: "filter", unknown: "refuse" })).toThrow(
      /^f\.json: "min_dur" is no field; the nearest is "min_duration_s"\. There are min_duration_s, max_dur/,
    );
  });

  test("bounds that nothing meets are told", () => {
    const warnings: string[] = [];
    filterConfig({ min_snr_db: 20, max_snr_db: 10 }, { file: "f.json", warn: (w) => warnings.push(w) });
    expect(warnings).toEqual(["f.json: nothing passes min_snr_db 20 and max_snr_db 10 at once."]);
  });
});

describe("a data set", () => {
  test("names the section of what is wrong", () => {
    const warnings: string[] = [];
    const value = { dataset_dir: "d", comment: 1, filters: { bogus: 1 }, pipeline: { shard_sizes: 3 } };
    datasetConfig(value, { file: "d.json", warn: (w) => warnings.push(w) });
    expect(warnings).toEqual([
      'd.json: "comment" is no field and is ignored.',
      'd.json: "pipeline.shard_sizes" is no field and is ignored; did you mean "shard_size"?',
      'd.json: "filters.bogus" is no field and is ignored.',
    ]);
    expect(() => datasetConfig({ dataset_dir: "d", loader: { batch_size: "x" } }, { file: "d.json" }))
      .toThrow(
        'd.json: loader.batch_size is "x": a whole number is needed.',
      );
    expect(() => datasetConfig({ dataset_dir: "d", loader: null })).toThrow(
      "loader is null, an object is needed",
    );
  });
});

describeWith("the shared configurations", fixture("corpus/configs"), (folder) => {
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8"));
  // A number beyond 2^53 keeps its digits in the text alone.
  const exact = configJson(
    readFileSync(join(folder, "expected.json"), "utf8"),
    "expected.json",
  ) as typeof expected;

  test.each(Object.keys(expected.versions))("%s: text and version", (name) => {
    const { given, version, version_with_fields_typed: typed, canonical } = exact.versions[name];
    const config = pipelineConfig(given);
    if (typed === undefined) return expect(configVersion(config, { former: true })).toBe(version);
    expect(configVersion(config)).toBe(typed);
    if (typed === version) expect(canonicalConfig(config)).toBe(canonical);
  });

  test.each(["saved", "with_unknown_field", "only_one_field", "empty_object", "float_in_json"])(
    "%s is read",
    async (name) => {
      const { file, fields, version } = expected.loading[name];
      const reading = await readConfig(join(folder, file));
      expect(reading.version).toBe(version);
      if (fields) expect(reading.config).toEqual(fields);
      expect(reading.warnings).toHaveLength(name === "with_unknown_field" ? 1 : 0);
    },
  );

  test("a whole number in the file is the float", async () => {
    const [a, b] = await Promise.all(
      ["load_int_in_json.json", "load_float_in_json.json"].map((f) => readConfig(join(folder, f))),
    );
    expect(a.version).toBe(b.version!);
  });

  test("filters and data sets are those of the original", async () => {
    for (const name of ["filter", "dataset", "dataset_partial"]) {
      const { file, fields, version } = expected.loading[name];
      const reading = await readConfig(join(folder, file));
      expect<unknown>(reading.config).toEqual(fields);
      if (version) expect(reading.version).toBe(version);
    }
    expect((await readConfig(folder)).version).toBe(expected.loading.from_directory.version);
  });

  test.each(["load_bad", "load_null_field", "load_wrong_type", "no_such"])("%s is refused", async (name) => {
    await expect(readConfig(join(folder, `${name}.json`))).rejects.toThrow(name);
  });
});
