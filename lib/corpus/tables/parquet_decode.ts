import { parquetCodecs } from "./parquet_codecs.ts";
import type { ParquetBytes } from "./parquet_bytes.ts";
import { checkParquetPages } from "./parquet_pages.ts";
import type { ParquetPlanParts } from "./parquet_plan.ts";
import type { Column, Table } from "./table.ts";

/**
 * Unpacks columns of a Parquet file, of all its row groups or of one. Loads hyparquet.
 *
 * @param names Of columns that the plan has.
 * @throws {RangeError} when pages or lengths of columns are not what the footer says.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parquetBytesOf } from "#lib/corpus/tables/parquet_bytes.ts";
 * import { parquetDecode } from "#lib/corpus/tables/parquet_decode.ts";
 * import { openParquetPlan } from "#lib/corpus/tables/parquet_footer.ts";
 * import { tableOf } from "#lib/corpus/tables/table_of.ts";
 * import { formatParquet } from "#lib/corpus/tables/write_parquet.ts";
 * const bytes = parquetBytesOf(await formatParquet(tableOf([{ a: 1, b: "x" }])));
 * const plan = await openParquetPlan(bytes, { name: "a.parquet" });
 * assert.deepEqual((await parquetDecode(bytes, plan, { names: ["b"] })).columns[0].values, ["x"]);
 * ```
 */
export async function parquetDecode(
  bytes: ParquetBytes,
  { columns, metadata: whole }: ParquetPlanParts,
  { names, rowGroup }: { readonly names: readonly string[]; readonly rowGroup?: number },
): Promise<Table> {
  const wanted = names.map((name) => columns.find((column) => column.name === name)!);
  const aliases = new Set(wanted.map(({ alias }) => alias));
  await checkParquetPages(bytes, whole, { columns: aliases, rowGroup });
  const groups = rowGroup === undefined ? whole.row_groups : [whole.row_groups[rowGroup]];
  const metadata = { ...whole, row_groups: groups };
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
    byteLength: bytes.byteLength,
    slice: async (start: number, end = bytes.byteLength): Promise<ArrayBuffer> => {
      const piece = await bytes.read(start, end);
      const { buffer } = piece;
      // Of bytes in memory, a copy: the decoders take whole buffers.
      return buffer instanceof ArrayBuffer && piece.length === buffer.byteLength
        ? buffer
        : new Uint8Array(piece).buffer;
    },
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
    rowCount: groups.reduce((rows, group) => rows + Number(group.num_rows), 0),
  };
}
