import { isDeepStrictEqual } from "node:util";
import { parquetBytesOf } from "#lib/corpus/tables/parquet_bytes.ts";
import { checkParquetSeal } from "#lib/corpus/tables/parquet_seal.ts";
import { parseTable } from "#lib/corpus/tables/read_table.ts";
import type { Table } from "#lib/corpus/tables/table.ts";
import { TableError } from "#lib/corpus/tables/table_error.ts";
import { tableOf } from "#lib/corpus/tables/table_of.ts";
import { formatParquet } from "#lib/corpus/tables/write_parquet.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

const ROWS: readonly Readonly<Record<string, unknown>>[] = Array.from({ length: 60 }, (_, i) => ({
  wav_id: `rec_${i}.é`,
  duration: i % 7 === 0 ? null : i / 8,
  n: i % 5 === 0 ? 2n ** 60n + BigInt(i) : i,
  success: i % 3 === 0,
  error: "",
  segments: Array.from({ length: i % 4 }, (_, s) => ({ onset: s / 2, label: s === 2 ? null : "KCHI" })),
}));

/** Every column has a value a row, whatever became of the values. */
function checkShape({ columns, rowCount }: Table): void {
  const short = columns.find(({ values }) => values.length !== rowCount || values.includes(undefined));
  if (short !== undefined) throw new Error(`column ${short.name} lacks values, and nothing was said`);
}

/** Files of our own with their seal, where any damage must be told, and as others write them, without it. */
async function parquetTarget(): Promise<FuzzTarget> {
  const tables = [
    tableOf(ROWS),
    tableOf(ROWS.slice(0, 1)),
    tableOf([], { types: { wav_id: "text", n: "int" } }),
  ];
  const sealed = await Promise.all(tables.map(formatParquet));
  return {
    name: "parquet",
    seeds: [...sealed, ...sealed.map(withoutSeal)],
    parse: async (bytes) => {
      const table = await parseTable(bytes, { name: "x.parquet", format: "parquet" });
      checkShape(table);
      if (
        await checkParquetSeal(parquetBytesOf(bytes)) &&
        !tables.some((whole) => isDeepStrictEqual(whole, table))
      ) {
        throw new Error("damage was not told");
      }
      return table;
    },
    isExpected: (error) => error instanceof TableError,
  };
}

function withoutSeal(file: Uint8Array): Uint8Array {
  const footerBytes =
    new DataView(file.buffer, file.byteOffset, file.byteLength).getUint32(file.length - 8, true) + 8;
  const sealBytes = "dialab-crc32\n".length + 8;
  const footer = file.length - footerBytes;
  const bare = new Uint8Array(file.length - sealBytes);
  bare.set(file.subarray(0, footer - sealBytes));
  bare.set(file.subarray(footer), footer - sealBytes);
  return bare;
}

/** A row for every line that is not blank, or an error. */
function jsonLinesTarget(): FuzzTarget {
  const lines = ROWS.map((row) =>
    JSON.stringify(row, (_, value) => typeof value === "bigint" ? Number(value) : value)
  );
  const seeds = [
    `${lines.join("\n")}\n`,
    `${lines.slice(0, 3).join("\r\n")}\r\n`,
    '{"wav_id": "a", "snr": NaN, "n": 9007199254740993}\n\n{"wav_id": "b\\u00e9\\n", "snr": -Infinity}',
    '[{"wav_id": "a"}, {"wav_id": "b", "n": 1}]',
  ];
  return {
    name: "jsonl",
    seeds: seeds.map((text) => new TextEncoder().encode(text)),
    parse: async (bytes) => {
      const table = await parseTable(bytes, { name: "x.jsonl", format: "jsonl" });
      checkShape(table);
      const text = new TextDecoder().decode(bytes).trim();
      const filled = text.split(/\r?\n/).filter((line) => line.trim() !== "").length;
      if (!text.startsWith("[") && table.rowCount !== filled) {
        throw new Error(`${table.rowCount} rows of ${filled} lines, and nothing was said`);
      }
      return table;
    },
    isExpected: (error) => error instanceof TableError,
  };
}

/** The readers of tables, by name. */
export const TABLE_TARGETS: Readonly<Record<string, () => FuzzTarget | Promise<FuzzTarget>>> = {
  parquet: parquetTarget,
  jsonl: jsonLinesTarget,
};
