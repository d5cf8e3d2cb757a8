import type { MetadataManifest } from "../manifests/metadata_manifest.ts";

/** What a stage's segments come to. */
export interface SegmentSummary {
  readonly rows: number;
  readonly totalSec: number;
  /** Of each label, those with most seconds first; none where segments have no label. */
  readonly labels: readonly { readonly label: string; readonly rows: number; readonly totalSec: number }[];
}

/**
 * Adds up a table of segments, with `onset` and `offset` in seconds and maybe a `label`.
 *
 * @throws {RangeError} when it has no onset or offset.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
 * import { segmentSummary } from "#lib/corpus/summary/segment_summary.ts";
 * await using segments = await MetadataManifest.fromRows([{ wav_id: "a", onset: 1, offset: 2.5, label: "FEM" }]);
 * assert.deepEqual(await segmentSummary(segments), { rows: 1, totalSec: 1.5, labels: [{ label: "FEM", rows: 1, totalSec: 1.5 }] });
 * ```
 */
export async function segmentSummary(segments: MetadataManifest): Promise<SegmentSummary> {
  const { sql, columns } = segments.select(["onset", "offset"]).parts();
  const at = (name: string) => `c${columns.findIndex((column) => column.name === name)}`;
  const seconds = `coalesce(sum(CAST(${at("offset")} - ${at("onset")} AS DOUBLE)), 0)`;
  const [[rows, totalSec]] = await segments.query(`SELECT count(*), ${seconds} FROM (${sql})`);
  if (!segments.has("label")) return { rows: Number(rows), totalSec: Number(totalSec), labels: [] };
  const labelled = segments.select(["onset", "offset", "label"]).parts();
  const label = `c${labelled.columns.findIndex(({ name }) => name === "label")}`;
  const found = await segments.query(
    `SELECT ${label}, count(*), ${seconds} AS s FROM (${labelled.sql}) GROUP BY ${label} ORDER BY s DESC, ${label}`,
  );
  const labels = found.map(([label, rows, sec]) => ({
    label: label === null ? "" : String(label),
    rows: Number(rows),
    totalSec: Number(sec),
  }));
  return { rows: Number(rows), totalSec: Number(totalSec), labels };
}
