import { conditionSqlIn } from "./condition_sql.ts";
import type { ManifestCondition } from "./manifest_condition.ts";
import type { ManifestEngine } from "./manifest_engine.ts";
import type { ManifestQueryParts } from "./parquet_source.ts";

/** What conditions took of a manifest. */
export interface ManifestCounts {
  /** Rows before. */
  readonly rowCount: number;
  /** Rows that meet all conditions. */
  readonly passed: number;
  readonly conditions: readonly {
    readonly condition: ManifestCondition;
    /** Rows that do not meet it. */
    readonly failed: number;
    /** Rows that do not meet it and met all before it. */
    readonly taken: number;
  }[];
}

/**
 * How many rows each condition does not let pass, alone and after those before it, in one pass.
 *
 * @throws {RangeError} when a column is not there, or its type has no such condition.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countConditions } from "#lib/corpus/manifests/count_conditions.ts";
 * import { ManifestEngine } from "#lib/corpus/manifests/manifest_engine.ts";
 * await using engine = new ManifestEngine({ threads: 1 });
 * const columns = [{ name: "snr", type: "int", sqlType: "INTEGER" }] as const;
 * const query = { sql: "SELECT unnest([5, 20]) AS c0", columns, source: "snr" };
 * const { passed } = await countConditions(engine, query, [{ column: "snr", kind: "atLeast", value: 10 }]);
 * assert.equal(passed, 1);
 * ```
 */
export async function countConditions(
  engine: ManifestEngine,
  query: ManifestQueryParts & { readonly source: string },
  conditions: readonly ManifestCondition[],
): Promise<ManifestCounts> {
  const met = conditions.map((condition) => `coalesce(${conditionSqlIn(query, condition)}, false)`);
  const before = (i: number) => ["true", ...met.slice(0, i)].join(" AND ");
  const counts = [
    "count(*)",
    `count(*) FILTER (${before(met.length)})`,
    ...met.flatMap((one, i) => [
      `count(*) FILTER (NOT ${one})`,
      `count(*) FILTER (${before(i)} AND NOT ${one})`,
    ]),
  ];
  const [row] = await engine.rows(`SELECT ${counts.join(", ")} FROM (${query.sql})`);
  const [rowCount, passed, ...rest] = row.map(Number);
  return {
    rowCount,
    passed,
    conditions: conditions.map((condition, i) => ({
      condition,
      failed: rest[2 * i],
      taken: rest[2 * i + 1],
    })),
  };
}
