/** Whole numbers keep every digit: in conditions, and in files that manifests write. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
import { readParquet } from "#lib/corpus/tables/read_parquet.ts";
import { tableOf } from "#lib/corpus/tables/table_of.ts";
import { writeParquet } from "#lib/corpus/tables/write_parquet.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-wanted-"));
afterAll(() => rmSync(scratch, { recursive: true }));

test("a wanted number is held against the column's own type", async () => {
  await using manifest = await MetadataManifest.fromRows([
    { wav_id: "a", n: 9007199254740993n, d: "0.50", f: 0.5 },
    { wav_id: "b", n: 9007199254740992n, d: "1.25", f: 7 },
    { wav_id: "c", n: 7, d: null, f: null },
  ], { types: { d: "decimal" } });
  const ids = async (column: string, values: string[], kind: "oneOf" | "noneOf" = "oneOf") =>
    (await manifest.filter([{ column, kind, values }]).wavIds()).join("");
  expect(await ids("n", ["9007199254740993"])).toBe("a");
  expect(await ids("n", ["9007199254740993"], "noneOf")).toBe("bc");
  expect(await ids("n", [" 7.0 "])).toBe("c");
  expect(await ids("n", ["0x7"])).toBe("c");
  expect(await ids("n", ["7.5", "9223372036854775808", "x", ""])).toBe("");
  expect(await ids("n", ["9223372036854775808"], "noneOf")).toBe("abc");
  expect(await ids("d", ["0.5", "1.254"])).toBe("a");
  expect(await ids("f", ["7", "nan"])).toBe("b");
});

test("numbers with and without a sign, put below each other, are written with all digits", async () => {
  const files = ["a", "b"].map((name) => join(scratch, `${name}.parquet`)),
    out = join(scratch, "out.parquet");
  await writeParquet(files[0], tableOf([{ wav_id: "a", n: 2n ** 64n - 1n }]));
  await writeParquet(files[1], tableOf([{ wav_id: "b", n: -9007199254740993n }]));
  await using manifest = await MetadataManifest.fromParquet(files);
  await manifest.toParquet(out);
  const { columns } = await readParquet(out);
  expect(columns[1].values.map(String)).toEqual(["18446744073709551615", "-9007199254740993"]);
});
