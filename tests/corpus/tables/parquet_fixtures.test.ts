/** Parquet files of pyarrow and polars, with all their types and codecs. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseParquet, readParquet } from "#lib/corpus/tables/read_parquet.ts";
import { rowsOf } from "#lib/corpus/tables/rows_of.ts";
import type { ColumnType } from "#lib/corpus/tables/table.ts";
import { formatParquet } from "#lib/corpus/tables/write_parquet.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";

interface ExpectedFile {
  readonly rows: number;
  readonly arrowSchema: Readonly<Record<string, string>>;
  readonly data: readonly Record<string, unknown>[] | null;
  readonly head?: readonly Record<string, unknown>[];
  readonly tail?: readonly Record<string, unknown>[];
}

/** A value as expected.json writes it: NaN and infinities in words, bytes in base64, maps as pairs. */
function written(value: unknown, arrow: string): unknown {
  if (arrow.startsWith("duration")) return value === null ? null : { microseconds: value };
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString("base64") };
  if (arrow.startsWith("timestamp")) return value === null ? null : moment(value as string);
  if (arrow.startsWith("map")) {
    return (value as { key: unknown; value: unknown }[] | null)?.map((pair) => [pair.key, pair.value]) ??
      null;
  }
  if (Array.isArray(value)) return value.map((element) => written(element, ""));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, written(field, "")]));
}

/** A moment in UTC to the nanosecond, whatever its zone and however many digits. */
function moment(text: string): string {
  const [, seconds, digits = "", zone = ""] = /^([^.+Z]+)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/.exec(text)!;
  return `${new Date(`${seconds}${zone || "Z"}`).toISOString().slice(0, 19)}.${digits.padEnd(9, "0")}${
    zone && "Z"
  }`;
}

function expectedRow(
  row: Record<string, unknown>,
  arrow: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map((
      [name, value],
    ) => [name, typeof value === "string" && arrow[name].startsWith("timestamp") ? moment(value) : value]),
  );
}

describeWith("Parquet of others", fixture("corpus/parquet"), (folder) => {
  const all = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Record<string, ExpectedFile>;
  const files = Object.keys(all).filter((name) => name.endsWith(".parquet"));

  test.each(files)("%s has the rows of its writer, before and after a round trip", async (name) => {
    const { rows, arrowSchema, data, head, tail } = all[name];
    const read = await readParquet(join(folder, name));
    expect(read.rowCount).toBe(rows);
    expect(read.columns.map((column) => column.name)).toEqual(Object.keys(arrowSchema));
    for (const table of [read, await parseParquet(await formatParquet(read))]) {
      const found = rowsOf(table).map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [name, written(value, arrowSchema[name])]),
        )
      );
      const wanted = (list: readonly Record<string, unknown>[]) =>
        list.map((row) => expectedRow(row, arrowSchema));
      if (data !== null) expect(found).toEqual(wanted(data));
      if (head !== undefined) expect(found.slice(0, head.length)).toEqual(wanted(head));
      if (tail !== undefined) expect(found.slice(-tail.length)).toEqual(wanted(tail));
    }
  });

  test("keeps 64 bits, nanoseconds and -0", async () => {
    const { columns } = await readParquet(join(folder, "pyarrow_types_snappy.parquet"));
    const values = (name: string) => columns.find((column) => column.name === name)!.values;
    expect(values("i64").slice(0, 3)).toEqual([-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n]);
    expect(values("u64")[0]).toBe(2n ** 64n - 1n);
    expect(values("ts_ns")[2]).toBe("1969-12-31T23:59:59.999999999");
    expect(Object.is(values("f64")[4], -0)).toBe(true);
  });

  test.each<[string, ColumnType]>([
    ["ok", "bool"],
    ["n", "int"],
    ["duration", "float"],
    ["cat", "text"],
    ["enum", "text"],
    ["at", "timestamp"],
    ["day", "date"],
    ["tm", "time"],
    ["blob", "binary"],
    ["labels", "list"],
    ["vec", "list"],
    ["gap_after", "null"],
  ])("%s of polars is %s", async (name, type) => {
    const { columns: [column] } = await readParquet(join(folder, "polars_zstd.parquet"), { columns: [name] });
    expect(column.type).toBe(type);
  });

  test.each(["truncated.parquet", "not_parquet.parquet"])("%s is refused with its name", async (name) => {
    await expect(readParquet(join(folder, name))).rejects.toThrow(`${name} is `);
  });
});
