import type { ManifestColumn } from "../manifests/manifest_column.ts";
import type { MetadataManifest } from "../manifests/metadata_manifest.ts";
import { valueFromSql } from "../manifests/value_from_sql.ts";
import type { ColumnType } from "../tables/table.ts";

/** What a column of a manifest holds. */
export interface ColumnSummary {
  readonly name: string;
  readonly type: ColumnType;
  readonly nulls: number;
  /** Values that are no number; 0 where the type has none. */
  readonly nans: number;
  /** Of numbers, without NaN; of days and moments as text, whose median is null. Null where there is no value. */
  readonly min: number | bigint | string | null;
  /** The middle value, or the mean of the two middle ones. */
  readonly median: number | null;
  readonly max: number | bigint | string | null;
  /** How many different values text or booleans have; null for other types. */
  readonly distinct: number | null;
  /** The three commonest of those, and how often each comes; none where every value comes once. */
  readonly common: readonly { readonly value: string; readonly count: number }[];
}

const NUMBERS: readonly ColumnType[] = ["int", "float", "decimal"];
const MOMENTS: readonly ColumnType[] = ["date", "time", "timestamp"];
const WORDS: readonly ColumnType[] = ["text", "bool"];

/** Values that are told of text. */
const COMMON = 3;

/**
 * Looks through the columns of a manifest, one after the other, so that memory holds one at most.
 *
 * @returns One of each column, in their order.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
 * import { columnSummaries } from "#lib/corpus/summary/column_summary.ts";
 * await using manifest = await MetadataManifest.fromRows([{ wav_id: "a", snr: 20 }, { wav_id: "b", snr: 5 }]);
 * const [id, snr] = await columnSummaries(manifest);
 * assert.deepEqual([id.distinct, snr.min, snr.median, snr.max], [2, 5, 12.5, 20]);
 * ```
 */
export async function columnSummaries(manifest: MetadataManifest): Promise<ColumnSummary[]> {
  const rows = await manifest.count();
  const summaries: ColumnSummary[] = [];
  for (const [index, column] of manifest.columns.entries()) {
    summaries.push(await summaryOf(manifest, { index, column, rows }));
  }
  return summaries;
}

async function summaryOf(
  manifest: MetadataManifest,
  { index, column: { name, type, sqlType }, rows }: {
    readonly index: number;
    readonly column: ManifestColumn;
    readonly rows: number;
  },
): Promise<ColumnSummary> {
  const none = { name, type, nulls: rows, nans: 0, min: null, median: null, max: null, distinct: null };
  if (type === "null") return { ...none, common: [] };
  const c = `c${index}`, from = `FROM (${manifest.parts().sql})`;
  const ask = async (fields: readonly string[]) =>
    (await manifest.query(`SELECT ${fields.join(", ")} ${from}`))[0];
  if (NUMBERS.includes(type)) {
    const isFloat = type === "float";
    const value = type === "decimal" ? `CAST(${c} AS DOUBLE)` : c;
    const real = isFloat ? ` FILTER (NOT isnan(${c}))` : "";
    const [count, nans, min, median, max] = await ask([
      `count(${c})`,
      isFloat ? `count(*) FILTER (isnan(${c}))` : "0",
      `min(${value})${real}`,
      `CAST(quantile_cont(${value}, 0.5)${real} AS DOUBLE)`,
      `max(${value})${real}`,
    ]);
    return {
      ...none,
      nulls: rows - Number(count),
      nans: Number(nans),
      min: valueFromSql(min) as number | bigint | null,
      median: median as number | null,
      max: valueFromSql(max) as number | bigint | null,
      common: [],
    };
  }
  if (WORDS.includes(type)) {
    // The whole is grouped once: how many groups there are, and the greatest of them.
    const found = await manifest.query(
      `WITH g AS MATERIALIZED (SELECT ${c} AS v, count(*) AS n ${from} GROUP BY ${c}) ` +
        `SELECT (SELECT count(v) FROM g), (SELECT coalesce(sum(n), 0) FROM g WHERE v IS NULL), CAST(v AS VARCHAR), n ` +
        `FROM (SELECT * FROM g WHERE v IS NOT NULL ORDER BY n DESC, v LIMIT ${COMMON}) ORDER BY n DESC, v`,
    );
    if (found.length === 0) return { ...none, distinct: 0, common: [] };
    const [[distinct, nulls]] = found;
    const common = found.map(([, , value, count]) => ({ value: String(value), count: Number(count) }));
    const each = Number(distinct) > 1 && common[0].count === 1;
    return { ...none, nulls: Number(nulls), distinct: Number(distinct), common: each ? [] : common };
  }
  const isMoment = MOMENTS.includes(type);
  const [count, min, max] = await ask([
    `count(${c})`,
    ...isMoment ? [`min(${c})`, `max(${c})`] : ["NULL", "NULL"],
  ]);
  const text = (value: unknown) => valueFromSql(value, sqlType) as string | null;
  return { ...none, nulls: rows - Number(count), min: text(min), max: text(max), common: [] };
}
