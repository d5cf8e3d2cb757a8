import type { Column, ColumnType, Table } from "../tables/table.ts";
import { readParquet } from "../tables/read_parquet.ts";
import type { FeatureColumns, FeatureSegment, Scalar, StoredFeature } from "./feature.ts";

/** Columns that every row has before a processor's own, and behind them. */
const BEFORE: FeatureColumns = {
  success: "bool",
  path: "text",
  wav_id: "text",
  duration: "float",
  original_sr: "int",
};
const BEHIND: FeatureColumns = { error: "text", warnings: "text", audio_sha256: "text", dialab: "text" };

/**
 * The table of rows that features make, one a recording, in their order.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { metadataTable } from "#lib/corpus/processors/feature_tables.ts";
 * const { columns } = metadataTable([], { n_turns: "int" });
 * assert.deepEqual(columns.map(({ name }) => name).slice(4), ["original_sr", "n_turns", "error", "warnings", "audio_sha256", "dialab"]);
 * ```
 */
export function metadataTable(features: readonly StoredFeature[], columns: FeatureColumns): Table {
  const cells = features.map((one): Record<string, Scalar> => ({
    ...one.scalars,
    success: one.success,
    path: one.path,
    wav_id: one.wavId,
    duration: one.durationSec,
    original_sr: one.originalSr,
    error: one.error,
    warnings: one.warnings.join("\n"),
    audio_sha256: one.audioSha256,
    dialab: one.dialab,
  }));
  return tableWith({ ...BEFORE, ...columns, ...BEHIND }, cells);
}

/**
 * The table of the features' segments: wav_id, onset, offset, duration, and a processor's own columns.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { segmentTable } from "#lib/corpus/processors/feature_tables.ts";
 * const { columns, rowCount } = segmentTable([{ wavId: "a", segments: [{ onset: 1, offset: 2.5, label: "x" }] }], { label: "text" });
 * assert.deepEqual([rowCount, columns.map(({ values }) => values[0])], [1, ["a", 1, 2.5, 1.5, "x"]]);
 * ```
 */
export function segmentTable(
  features: readonly Pick<StoredFeature, "wavId" | "segments">[],
  columns: FeatureColumns,
): Table {
  const types: FeatureColumns = {
    wav_id: "text",
    onset: "float",
    offset: "float",
    duration: "float",
    ...columns,
  };
  const cells = features.flatMap(({ wavId, segments }) =>
    segments.map((one): Record<string, Scalar> => ({
      ...one,
      wav_id: wavId,
      duration: one.offset - one.onset,
    }))
  );
  return tableWith(types, cells);
}

function tableWith(types: FeatureColumns, cells: readonly Record<string, Scalar>[]): Table {
  const columns = Object.entries(types).map(([name, type]): Column => ({
    name,
    type: type satisfies ColumnType,
    values: cells.map((row) => row[name] ?? null),
  }));
  return { columns, rowCount: cells.length };
}

/**
 * The features that tables hold, without arrays.
 *
 * @param files The table of rows, and that of segments where there is one.
 * @throws {TableError} when a file is no table, or has not the columns that are needed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFeatureTables } from "#lib/corpus/processors/feature_tables.ts";
 * const none = { columns: {}, segments: undefined };
 * await assert.rejects(readFeatureTables({ metadata: "no such.parquet", segments: undefined }, none), { code: "ENOENT" });
 * ```
 */
export async function readFeatureTables(
  files: { readonly metadata: string; readonly segments: string | undefined },
  { columns, segments }: { readonly columns: FeatureColumns; readonly segments: FeatureColumns | undefined },
): Promise<StoredFeature[]> {
  const names = Object.keys(columns);
  const table = await readParquet(files.metadata, {
    columns: Object.keys({ ...BEFORE, ...columns, ...BEHIND }),
  });
  const cell = columnsOf(table);
  const stretches = segments && files.segments !== undefined
    ? await readSegments(files.segments, segments)
    : new Map<string, FeatureSegment[]>();
  return Array.from({ length: table.rowCount }, (_, r): StoredFeature => {
    const text = (name: string) => cell(name, r) as string;
    return {
      wavId: text("wav_id"),
      path: text("path"),
      success: cell("success", r) === true,
      error: text("error"),
      durationSec: cell("duration", r) as number | null,
      originalSr: cell("original_sr", r) as number | null,
      audioSha256: cell("audio_sha256", r) as string | null,
      dialab: text("dialab"),
      warnings: text("warnings") === "" ? [] : text("warnings").split("\n"),
      scalars: Object.fromEntries(names.map((name) => [name, cell(name, r)])),
      segments: stretches.get(text("wav_id")) ?? [],
    };
  });
}

async function readSegments(file: string, columns: FeatureColumns): Promise<Map<string, FeatureSegment[]>> {
  const names = ["onset", "offset", ...Object.keys(columns)];
  const table = await readParquet(file, { columns: ["wav_id", ...names] });
  const cell = columnsOf(table);
  const found = new Map<string, FeatureSegment[]>();
  for (let r = 0; r < table.rowCount; r++) {
    const wavId = cell("wav_id", r) as string;
    const list = found.get(wavId) ?? [];
    found.set(wavId, list);
    list.push(Object.fromEntries(names.map((name) => [name, cell(name, r)])) as FeatureSegment);
  }
  return found;
}

function columnsOf({ columns }: Table): (name: string, row: number) => Scalar {
  const values = new Map(columns.map((column) => [column.name, column.values]));
  return (name, row) => values.get(name)![row] as Scalar;
}
