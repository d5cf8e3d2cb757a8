import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JoinStrategy } from "#lib/corpus/manifests/join_query.ts";
import { ManifestJoiner } from "#lib/corpus/manifests/manifest_joiner.ts";
import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
import { readParquet } from "#lib/corpus/tables/read_parquet.ts";
import { rowsOf } from "#lib/corpus/tables/rows_of.ts";
import type { Table } from "#lib/corpus/tables/table.ts";
import { tableOf } from "#lib/corpus/tables/table_of.ts";
import { writeParquet } from "#lib/corpus/tables/write_parquet.ts";

const folder = mkdtempSync(join(tmpdir(), "dialab-manifests-"));
afterAll(() => rmSync(folder, { recursive: true }));
const spill = join(folder, "spill");
mkdirSync(spill);
const options = { threads: 1, spillFolder: spill };

describe("a manifest", () => {
  test("keeps all types through the database and a file of its own", async () => {
    const table: Table = {
      rowCount: 2,
      columns: [
        { name: "wav_id", type: "text", values: ["\uffff", "🎙"] },
        { name: "bool", type: "bool", values: [true, null] },
        { name: "int", type: "int", values: [-(2n ** 63n), 5] },
        { name: "float", type: "float", values: [NaN, -Infinity] },
        { name: "binary", type: "binary", values: [Uint8Array.of(0, 255), null] },
        { name: "date", type: "date", values: ["0001-01-01", "9999-12-31"] },
        { name: "time", type: "time", values: ["23:59:59.999999999", null] },
        { name: "moment", type: "timestamp", values: ["1969-12-31T23:59:59.999999", null] },
        { name: "fine", type: "timestamp", values: ["2026-01-01T00:00:00.123456789", null] },
        { name: "utc", type: "timestamp", values: ["2026-01-01T00:00:00.000001Z", null] },
        { name: "decimal", type: "decimal", values: ["-0.0001", "12.3400"] },
        { name: "list", type: "list", values: [[null, 0.5], []] },
        { name: "struct", type: "struct", values: [{ a: { b: [1] }, c: null }, null] },
        { name: "null", type: "null", values: [null, null] },
      ],
    };
    await using manifest = await MetadataManifest.fromTable(table, options);
    expect(await manifest.toTable()).toEqual(table);
    const file = join(folder, "all.parquet");
    await manifest.withoutColumns(["null"]).toParquet(file);
    const written = await readParquet(file);
    expect(written).toEqual({ ...table, columns: table.columns.slice(0, -1) });
    expect(readdirSync(folder).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  test("takes names letter by letter", async () => {
    await using manifest = await MetadataManifest.fromRows([{
      wav_id: "a",
      Error: 1,
      error: 2,
      'x"y': 3,
      "": 4,
      c0: 5,
    }], options);
    expect((await manifest.toTable()).columns.map(({ values: [value] }) => value)).toEqual([
      "a",
      1,
      2,
      3,
      4,
      5,
    ]);
    expect(await manifest.filter([{ column: "Error", kind: "atMost", value: 1 }]).count()).toBe(1);
    expect(await manifest.filter([{ column: "error", kind: "atMost", value: 1 }]).count()).toBe(0);
    const file = join(folder, "case.parquet");
    await manifest.toParquet(file);
    expect(rowsOf(await readParquet(file))).toEqual([{
      wav_id: "a",
      Error: 1,
      error: 2,
      'x"y': 3,
      "": 4,
      c0: 5,
    }]);
    expect(() => manifest.filter([{ column: "ERROR", kind: "isTrue" }])).toThrow(
      'rows has no column "ERROR"; the nearest is "Error"',
    );
    expect(() => manifest.filter([{ column: "wav_id", kind: "atLeast", value: 1 }])).toThrow(
      'Column "wav_id" is text, and',
    );
    await using other = await MetadataManifest.fromParquet(file, options);
    expect(other.columns.map(({ name }) => name)).toEqual(["wav_id", "Error", "error", 'x"y', "", "c0"]);
  });

  test("gives rows with a column of any name, which can be changed", async () => {
    const table: Table = {
      rowCount: 1,
      columns: ["wav_id", "__proto__", "constructor"].map((name) => ({ name, type: "text", values: [name] })),
    };
    await using manifest = await MetadataManifest.fromTable(table, options);
    const rows = [];
    for await (const row of manifest.rows()) rows.push(row);
    expect(rows.map((row) => Object.entries(row))).toEqual([
      [["wav_id", "wav_id"], ["__proto__", "__proto__"], ["constructor", "constructor"]],
    ]);
    for (const name of Object.keys(rows[0])) {
      expect(Object.getOwnPropertyDescriptor(rows[0], name)).toEqual({
        ...{ value: name, enumerable: true, writable: true, configurable: true },
      });
    }
  });

  test("puts files together by exact name and widest type", async () => {
    const files = ["f0", "f1", "f2"].map((name) => join(folder, `${name}.parquet`));
    await writeParquet(files[0], tableOf([{ wav_id: "a", n: 1, Error: "x" }]));
    await writeParquet(files[1], tableOf([{ n: 0.5, wav_id: "b", error: "y" }]));
    await writeParquet(files[2], tableOf([{ wav_id: "c", n: null, more: 2n ** 60n }]));
    await using manifest = await MetadataManifest.fromParquet(join(folder, "f?.parquet"), options);
    expect(rowsOf(await manifest.toTable())).toEqual([
      { wav_id: "a", n: 1, Error: "x", error: null, more: null },
      { wav_id: "b", n: 0.5, Error: null, error: "y", more: null },
      { wav_id: "c", n: null, Error: null, error: null, more: 2n ** 60n },
    ]);
    await expect(MetadataManifest.fromParquet(join(folder, "nothing_*.parquet"), options)).rejects.toThrow(
      "no file is called so",
    );
  });

  test("is made of CSV and JSON lines", async () => {
    writeFileSync(join(folder, "a.csv"), "wav_id,snr,n\n007,1.5,1\n08,,2\n");
    await using csv = await MetadataManifest.fromCsv(join(folder, "a.csv"), options);
    expect(rowsOf(await csv.toTable())).toEqual([{ wav_id: "007", snr: 1.5, n: 1 }, {
      wav_id: "08",
      snr: null,
      n: 2,
    }]);
    expect(csv.source).toBe("a");
    writeFileSync(join(folder, "a.json"), '{"wav_id": 7, "snr": NaN}\n{"wav_id": 10, "snr": 1}\n');
    await using json = await MetadataManifest.fromJsonl(join(folder, "a.json"), options);
    expect(rowsOf(await json.toTable())).toEqual([{ wav_id: "10", snr: 1 }, { wav_id: "7", snr: NaN }]);
  });

  test("counts what conditions take, alone and in order", async () => {
    const rows = [1, 2, 3, NaN, null].map((snr, i) => ({
      wav_id: `${i}`,
      snr,
      ok: i % 2 === 0,
      labels: i < 2 ? '{"KCHI": 0}' : "{",
    }));
    await using manifest = await MetadataManifest.fromRows(rows, options);
    const conditions = [
      { column: "snr", kind: "atLeast", value: 2 },
      { column: "ok", kind: "isTrue" },
      { column: "labels", kind: "hasLabel", labels: ["KCHI"] },
    ] as const;
    const counts = await manifest.countBy(conditions);
    expect(counts.conditions.map(({ failed, taken }) => [failed, taken])).toEqual([[3, 3], [2, 1], [3, 1]]);
    expect([counts.rowCount, counts.passed]).toEqual([5, 0]);
    expect(await manifest.filter(conditions).count()).toBe(0);
    expect(await manifest.filter([{ column: "snr", kind: "noneOf", values: ["1"] }]).wavIds()).toEqual([
      "1",
      "2",
    ]);
    expect(await manifest.filter([{ column: "ok", kind: "oneOf", values: ["false"] }]).wavIds()).toEqual([
      "1",
      "3",
    ]);
  });

  test("selects, renames and drops columns", async () => {
    await using manifest = await MetadataManifest.fromRows([{ uid: 1, a: 2, b: 3 }], options);
    const renamed = manifest.rename({ uid: "wav_id" });
    expect(await renamed.wavIds()).toEqual(["1"]);
    expect(renamed.select(["b"]).columns.map(({ name }) => name)).toEqual(["wav_id", "b"]);
    expect(renamed.withoutColumns(["a"]).columns.map(({ name }) => name)).toEqual(["wav_id", "b"]);
    expect(() => renamed.select(["nope"])).toThrow('no column "nope"');
    expect(() => manifest.rename({ a: "b" })).toThrow('two columns "b"');
  });

  test("leaves nothing behind, and tells when it is closed", async () => {
    const manifest = await MetadataManifest.fromRows([{ wav_id: "a" }], options);
    expect(readdirSync(spill).length).toBe(1);
    const derived = manifest.filter([{ column: "wav_id", kind: "oneOf", values: ["a"] }]);
    await manifest.close();
    await manifest.close();
    expect(readdirSync(spill)).toEqual([]);
    await expect(derived.count()).rejects.toThrow("The manifest is closed.");
    await expect(MetadataManifest.fromParquet(join(folder, "absent.parquet"), options)).rejects.toThrow(
      "absent.parquet",
    );
    expect(readdirSync(spill)).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });
});

describe("a join", () => {
  const id = fc.constantFrom("a", "b", "c", "é", "e\u0301", null);
  const stage = fc.array(fc.record({ wav_id: id, v: fc.constantFrom(1, 2, NaN, null) }), { maxLength: 5 });
  const types = { wav_id: "text", v: "float" } as const;

  test("with a filter is the same as the filter after it, whatever is in the stages", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(stage, stage, stage),
        fc.constantFrom<JoinStrategy>("inner", "left", "outer"),
        fc.subarray(["v", "v_s1", "v_s2"], { minLength: 1 }),
        async (stages, how, names) => {
          const parts = await Promise.all(
            stages.map((rows, i) => MetadataManifest.fromRows(rows, { types, source: `s${i}`, ...options })),
          );
          await using joined = await new ManifestJoiner(parts).join({ how, checkDuplicates: false });
          const met = (value: unknown) => typeof value === "number" && value >= 1;
          const text = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
          const rows = rowsOf(await joined.toTable());
          const filtered = joined.filter(names.map((column) => ({ column, kind: "atLeast", value: 1 })));
          expect(text(rowsOf(await filtered.toTable()))).toEqual(
            text(rows.filter((row) => names.every((name) => met(row[name])))),
          );
          // Against the definition: every pair of rows with the same id, and what has none where the strategy keeps it.
          expect(text(rows)).toEqual(text(joinedPlainly(stages, how)));
        },
      ),
      { seed: 3, numRuns: 12 },
    );
  }, 60_000);

  test("warns of ids that come twice and refuses what cannot be", async () => {
    const twice = await MetadataManifest.fromRows([{ wav_id: "a", x: 1 }, { wav_id: "a", x: 2 }], {
      source: "vad",
      ...options,
    });
    const other = await MetadataManifest.fromRows([{ wav_id: "a", y: 1 }], { source: "snr", ...options });
    const warnings: string[] = [];
    await using joined = await new ManifestJoiner([twice, other]).join({
      warn: (warning) => warnings.push(warning),
    });
    expect(await joined.count()).toBe(2);
    expect(warnings).toEqual(['vad: 1 id has more than one row ("a"), and rows multiply in the join.']);
    await using without = await MetadataManifest.fromRows([{ uid: "a" }], { source: "x", ...options });
    await expect(new ManifestJoiner([joined, without]).join()).rejects.toThrow(
      'x has no column "wav_id" to be joined by; it has uid.',
    );
    expect(() => new ManifestJoiner([])).toThrow("one manifest at least");
    await expect(new ManifestJoiner([joined]).join({ how: "cross" as "inner" })).rejects.toThrow(
      "inner, left or outer",
    );
  });
});

type StageRow = { wav_id: string | null; v: number | null };

function joinedPlainly(
  stages: readonly (readonly StageRow[])[],
  how: JoinStrategy,
): Record<string, unknown>[] {
  let rows: Record<string, unknown>[] = stages[0].map(({ wav_id, v }) => ({ wav_id, v }));
  stages.slice(1).forEach((stage, i) => {
    const name = `v_s${i + 1}`;
    const next: Record<string, unknown>[] = [];
    const matched = new Set<StageRow>();
    for (const row of rows) {
      const same = stage.filter(({ wav_id }) => wav_id !== null && wav_id === row.wav_id);
      same.forEach((one) => matched.add(one));
      if (same.length > 0) next.push(...same.map(({ v }) => ({ ...row, [name]: v })));
      else if (how !== "inner") next.push({ ...row, [name]: null });
    }
    if (how === "outer") {
      const empty = Object.fromEntries(
        Object.keys(rows[0] ?? next[0] ?? namesBefore(i)).map((key) => [key, null]),
      );
      for (const one of stage) {
        if (!matched.has(one)) next.push({ ...empty, wav_id: one.wav_id, [name]: one.v });
      }
    }
    rows = next;
  });
  return rows;
}

function namesBefore(i: number): Record<string, null> {
  return Object.fromEntries(["wav_id", "v", "v_s1"].slice(0, i + 2).map((name) => [name, null]));
}
