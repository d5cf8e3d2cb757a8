import { readFile } from "node:fs/promises";
import { nearestName } from "./nearest_name.ts";
import { parquetCodecs } from "./parquet_codecs.ts";
import { checkParquetPages } from "./parquet_pages.ts";
import { parquetPlan, type ParquetPlanParts } from "./parquet_plan.ts";
import { checkParquetSeal } from "./parquet_seal.ts";
import type { Column, Table } from "./table.ts";
import { TableError } from "./table_error.ts";
import { checkThrift } from "./thrift_check.ts";

/** Settings of `readParquet` and `parseParquet`. */
export interface ReadParquetOptions {
  /** Names of the columns to read, in this order. Default: all, in the file's. */
  readonly columns?: readonly string[];
}

/** Settings of `parseParquet`. */
export interface ParseParquetOptions extends ReadParquetOptions {
  /** The file's name in errors. Default: `Parquet file`. */
  readonly name?: string;
}

/**
 * Reads a Parquet file whole, with all digits: 64-bit integers, nanoseconds, decimals, half precision, lists, structs and maps; snappy,
 * zstd, gzip, brotli, LZ4 or none. No native library is needed. Big ones are a `MetadataManifest`.
 *
 * @throws {TableError} that names the file when it is no Parquet file or a damaged one: row counts and lengths of columns are held to the
 *   footer, and checksums where there are any.
 * @throws {RangeError} when a column is asked for that is not there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rm } from "node:fs/promises";
 * import { readParquet } from "#lib/corpus/tables/read_parquet.ts";
 * import { rowsOf } from "#lib/corpus/tables/rows_of.ts";
 * import { tableOf } from "#lib/corpus/tables/table_of.ts";
 * import { writeParquet } from "#lib/corpus/tables/write_parquet.ts";
 *
 * await writeParquet("vad.parquet", tableOf([{ wav_id: "rec", duration: 1.5 }]));
 * const table = await readParquet("vad.parquet", { columns: ["duration"] });
 * assert.deepEqual(rowsOf(table), [{ duration: 1.5 }]);
 * await rm("vad.parquet");
 * ```
 */
export async function readParquet(file: string, options: ReadParquetOptions = {}): Promise<Table> {
  return await parseParquet(await readFile(file), { ...options, name: file });
}

/**
 * Reads a Parquet file that lies in memory.
 *
 * @throws {TableError} as `readParquet` does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseParquet } from "#lib/corpus/tables/read_parquet.ts";
 * await assert.rejects(parseParquet(new Uint8Array(20), { name: "a.parquet" }), /^TableError: a\.parquet is no Parquet file/);
 * ```
 */
export async function parseParquet(
  bytes: Uint8Array,
  { columns, name = "Parquet file" }: ParseParquetOptions = {},
): Promise<Table> {
  const fail = (fault: string, cause?: unknown) => new TableError(`${name}${fault}`, { cause });
  const magic = (start: number) => String.fromCharCode(...bytes.subarray(start, start + 4));
  if (bytes.length < 12 || magic(0) !== "PAR1") {
    throw fail(" is no Parquet file: it does not begin with PAR1.");
  }
  const end = magic(bytes.length - 4);
  if (end !== "PAR1") {
    throw fail(end === "PARE" ? " is encrypted." : " is damaged or not whole: it does not end in PAR1.");
  }
  let plan: ParquetPlanParts;
  try {
    checkParquetSeal(bytes);
    const footerBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 8, true);
    if (footerBytes > bytes.length - 12) {
      throw new RangeError(`It has ${bytes.length} bytes, and a footer of ${footerBytes}.`);
    }
    checkThrift(bytes.subarray(bytes.length - 8 - footerBytes, bytes.length - 8));
    const { parquetMetadata, parquetSchema } = await import("hyparquet");
    const metadata = parquetMetadata(bytes, { geoparquet: false });
    plan = parquetPlan(metadata, parquetSchema(metadata));
  } catch (error) {
    throw fail(`: ${reasonOf(error, "its footer cannot be read")}`, error);
  }
  const wanted = columns ?? plan.columns.map((column) => column.name);
  const missing = wanted.find((column) => !plan.columns.some((there) => there.name === column));
  if (missing !== undefined) {
    throw new RangeError(
      `${name} has no column ${nearestName(missing, plan.columns.map((column) => column.name))}`,
    );
  }
  try {
    return await decode(bytes, plan, wanted);
  } catch (error) {
    throw fail(`: ${reasonOf(error, "it cannot be read")}`, error);
  }
}

async function decode(
  bytes: Uint8Array,
  { columns, metadata }: ParquetPlanParts,
  names: readonly string[],
): Promise<Table> {
  const wanted = names.map((name) => columns.find((column) => column.name === name)!);
  const aliases = new Set(wanted.map(({ alias }) => alias));
  await checkParquetPages(bytes, metadata, { columns: aliases });
  const [{ parquetReadAsync }, { assembleAsync }, { parquetSchema }] = await Promise.all([
    import("hyparquet/src/read.js"),
    import("hyparquet/src/rowgroup.js"),
    import("hyparquet"),
  ]);
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const same = (stored: unknown) => stored;
  const parsers = {
    ...{ timestampFromMilliseconds: same, timestampFromMicroseconds: same, timestampFromNanoseconds: same },
    stringFromBytes: (stored: Uint8Array | undefined) => stored && text.decode(stored),
  };
  const file = {
    byteLength: bytes.length,
    // A copy, also of a Buffer, whose own slice is a view.
    slice: (start: number, end?: number) => new Uint8Array(bytes.subarray(start, end)).buffer,
  };
  const compressors = await parquetCodecs();
  const values = new Map<string, unknown[]>(wanted.map(({ alias }) => [alias, []]));
  // Column by column, so that no more than one is unpacked beside its values.
  for (const { alias, name, convert } of wanted) {
    const options = { file, metadata, columns: [alias], compressors, parsers, utf8: false };
    const into = values.get(alias)!;
    if (into.length > 0) continue;
    const tree = parquetSchema(metadata);
    for (const group of parquetReadAsync(options)) {
      const [column] = assembleAsync(group, tree, options.parsers).asyncColumns;
      const before = into.length;
      for (const piece of (await column.data).data) {
        for (let i = 0; i < piece.length; i++) into.push(convert(piece[i]));
      }
      if (into.length - before !== group.groupRows) {
        throw new RangeError(
          `Its column ${JSON.stringify(name)} has ${
            into.length - before
          } values in a row group of ${group.groupRows}.`,
        );
      }
    }
  }
  return {
    columns: wanted.map(({ name, type, alias }): Column => ({ name, type, values: values.get(alias)! })),
    rowCount: Number(metadata.num_rows),
  };
}

/** What is wrong, where the fault is one of ours; what other code says of damaged bytes is of no help by itself. */
function reasonOf(error: unknown, otherwise: string): string {
  if (!(error instanceof Error)) return otherwise;
  if (/^(Its|It|A|The|Row|Column) /.test(error.message)) {
    return error.message.replace(/^[A-Z]/, (c) => c.toLowerCase());
  }
  return `${otherwise}: ${error.message}`;
}
