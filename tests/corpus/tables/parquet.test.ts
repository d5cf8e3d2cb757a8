import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseParquet, readParquet } from "#lib/corpus/tables/read_parquet.ts";
import type { Column, Table } from "#lib/corpus/tables/table.ts";
import { tableOf } from "#lib/corpus/tables/table_of.ts";
import { formatParquet, writeParquet } from "#lib/corpus/tables/write_parquet.ts";

const folder = mkdtempSync(join(tmpdir(), "dialab-tables-"));
afterAll(() => rmSync(folder, { recursive: true }));

const table = (...columns: Column[]): Table => ({ columns, rowCount: columns[0].values.length });
const again = async (written: Table) => await parseParquet(await formatParquet(written));

/** A column of each type, with what is easily lost. */
const EDGES: readonly Column[] = [
  { name: "bool", type: "bool", values: [true, false, null] },
  { name: "int", type: "int", values: [-(2n ** 63n), 2n ** 63n - 1n, Number.MAX_SAFE_INTEGER] },
  { name: "unsigned", type: "int", values: [2n ** 64n - 1n, 0, null] },
  { name: "float", type: "float", values: [NaN, -Infinity, -0] },
  { name: "zeros", type: "float", values: [0, -0, 5e-324] },
  { name: "text", type: "text", values: ["", "\ufeffa\0b", "🎙"] },
  { name: "Text", type: "text", values: ["é", "e\u0301", null] },
  { name: "日本.語", type: "binary", values: [Uint8Array.of(), Uint8Array.of(0, 255), null] },
  { name: "date", type: "date", values: ["0001-01-01", "1969-12-31", "9999-12-31"] },
  { name: "time", type: "time", values: ["00:00:00", "23:59:59.999999999", null] },
  { name: "moment", type: "timestamp", values: ["1969-12-31T23:59:59.999999", "9999-12-31T23:59:59", null] },
  {
    name: "fine",
    type: "timestamp",
    values: ["2026-01-01T00:00:00.123456789Z", null, "1970-01-01T00:00:00Z"],
  },
  { name: "duration", type: "duration", values: [-1n, 1_500_000n, null] },
  { name: "decimal", type: "decimal", values: ["-0.0001", "99999999999999999999.0000", null] },
  { name: "list", type: "list", values: [[], null, [null, 0.5, -0]] },
  { name: "lists", type: "list", values: [[[]], [null, ["x", null]], []] },
  {
    name: "struct",
    type: "struct",
    values: [{ constructor: null, n: 1 }, null, { constructor: "x", n: null }],
  },
  { name: "structs", type: "list", values: [[{ a: 1.5, b: [true] }, null], [], [{ a: null, b: null }]] },
  { name: "", type: "null", values: [null, null, null] },
  { name: "__proto__", type: "int", values: [1, 2, 3] },
];

describe("a table as Parquet", () => {
  test.each(EDGES.map((column) => [column.type, column.name, column] as const))(
    "%s %j comes back identical",
    async (_type, _name, column) => {
      const { columns: [back], rowCount } = await again(table(column));
      expect(rowCount).toBe(3);
      expect(back).toEqual(column);
      back.values.forEach((value, i) => {
        if (typeof value === "number") expect(Object.is(value, column.values[i])).toBe(true);
      });
    },
  );

  test("comes back identical with all of them, and empty", async () => {
    expect(await again(table(...EDGES))).toEqual(table(...EDGES));
    const types = [
      "bool",
      "int",
      "float",
      "text",
      "binary",
      "date",
      "timestamp",
      "decimal",
      "list",
      "null",
    ] as const;
    const empty = table(...types.map((type) => ({ name: type, type, values: [] })));
    const back = await again(empty);
    expect(back).toEqual(empty);
  });

  test("comes back identical whatever is in it", async () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(-0, NaN, Infinity), fc.constant(null));
    const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constant(null));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(value, text, fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n))),
        async (rows) => {
          const written = table(
            { name: "f", type: "float", values: rows.map(([f]) => f) },
            { name: "t", type: "text", values: rows.map(([, t]) => t) },
            {
              name: "i",
              type: "int",
              values: rows.map(([, , i]) => Number.isSafeInteger(Number(i)) ? Number(i) : i),
            },
          );
          expect(await again(written)).toEqual(written);
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  test("has the same bytes each time, and columns as asked", async () => {
    const file = join(folder, "a.parquet");
    await writeParquet(file, table(...EDGES));
    expect(Buffer.compare(readFileSync(file), await formatParquet(table(...EDGES)))).toBe(0);
    expect(readdirSync(folder)).toEqual(["a.parquet"]);
    const { columns } = await readParquet(file, { columns: ["Text", "int"] });
    expect(columns.map(({ name }) => name)).toEqual(["Text", "int"]);
    await expect(readParquet(file, { columns: ["TEXT"] })).rejects.toThrow(
      /a\.parquet has no column "TEXT"; the nearest is "[tT]ext"/,
    );
  });

  test("goes over several row groups and pages", async () => {
    const rows = Array.from({ length: 250_000 }, (_, i) => ({ id: `rec_${i % 7}`, n: i, x: i / 3 }));
    const written = tableOf(rows);
    const back = await again(written);
    expect(back.rowCount).toBe(250_000);
    for (const [c, { values }] of back.columns.entries()) {
      expect(values.findIndex((value, i) => value !== written.columns[c].values[i])).toBe(-1);
    }
  }, 30_000);

  test.each<[string, Column, RegExp]>([
    ["text for a number", { name: "n", type: "int", values: [1, "2"] }, /Column "n", row 1: "2" is no int/],
    ["a fraction for a whole number", { name: "n", type: "int", values: [0.5] }, /row 0: 0\.5 is no int/],
    [
      "what needs more than 64 bits",
      { name: "n", type: "int", values: [2n ** 64n] },
      /needs more than 64 bits/,
    ],
    [
      "signs beside the largest",
      { name: "n", type: "int", values: [2n ** 64n - 1n, -1] },
      /needs more than 64 bits/,
    ],
    ["half of a pair", { name: "t", type: "text", values: ["a\ud83c"] }, /half of a surrogate pair/],
    ["no day", { name: "d", type: "date", values: ["2026-02-30"] }, /"2026-02-30" is no day/],
    [
      "decimals of 39 digits",
      { name: "d", type: "decimal", values: ["9".repeat(38), "0.1"] },
      /need 39 digits/,
    ],
    ["two kinds of time", {
      name: "t",
      type: "timestamp",
      values: ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00"],
    }, /unlike the first/],
    [
      "structs without a field",
      { name: "s", type: "struct", values: [{}] },
      /Column "s" has structs without a field/,
    ],
  ])("refuses %s", async (_what, column, fault) => {
    await expect(formatParquet(table(column))).rejects.toThrow(fault);
  });

  test("takes decimals of all 38 digits that there are", async () => {
    const values = [`${"9".repeat(37)}.5`, `-${"1".repeat(37)}.0`, "0.1"];
    const { columns: [back] } = await again(table({ name: "d", type: "decimal", values }));
    expect(back.values).toEqual(values);
  });

  test("refuses tables that are none", async () => {
    const column: Column = { name: "a", type: "int", values: [1] };
    await expect(formatParquet({ columns: [], rowCount: 0 })).rejects.toThrow("without any column");
    await expect(formatParquet(table(column, column))).rejects.toThrow('two columns "a"');
    await expect(formatParquet({ columns: [column], rowCount: 2 })).rejects.toThrow(
      'Column "a" has 1 values, and the table 2 rows',
    );
  });

  test("any byte that changes is told, and any end that lacks", async () => {
    const whole = await formatParquet(tableOf([{ wav_id: "a", snr: 1.5 }, { wav_id: "b", snr: null }]));
    const right = await parseParquet(whole);
    for (let at = 0; at < whole.length; at++) {
      const damaged = whole.slice();
      damaged[at] ^= 1 << (at % 8);
      const read = await parseParquet(damaged, { name: "x.parquet" }).catch((error) => {
        expect(String(error)).toMatch(/^TableError: x\.parquet/);
      });
      if (read !== undefined) expect(read).toEqual(right);
      await expect(parseParquet(whole.subarray(0, at))).rejects.toThrow("Parquet file ");
    }
  });

  test("a list that claims billions is refused at once", async () => {
    const footer = Uint8Array.of(0x15, 2, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0);
    const text = new TextEncoder();
    const file = Uint8Array.of(
      ...text.encode("PAR1"),
      ...footer,
      footer.length,
      0,
      0,
      0,
      ...text.encode("PAR1"),
    );
    const start = performance.now();
    await expect(parseParquet(file, { name: "x.parquet" })).rejects.toThrow(
      /x\.parquet: a list of 2147483647 in 1 byte/,
    );
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
