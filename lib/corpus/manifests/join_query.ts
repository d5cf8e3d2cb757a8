import type { ManifestColumn } from "./manifest_column.ts";
import type { ManifestQueryParts } from "./parquet_source.ts";

/** Which rows a join keeps: those of all stages, all of the first, or all. */
export type JoinStrategy = "inner" | "left" | "outer";

/** A join that is not made yet. */
export interface JoinShapeParts {
  readonly parts: readonly (ManifestQueryParts & { readonly source: string })[];
  readonly how: JoinStrategy;
  /** With `{source}` in it. */
  readonly suffix: string;
}

/**
 * The query of a chained join by `wav_id`. A column of the right side whose name is taken gets the suffix; nulls match nothing.
 *
 * @throws {RangeError} when a part has no `wav_id`, or a name with its suffix is taken too.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { joinQuery } from "#lib/corpus/manifests/join_query.ts";
 * const column = (name: string) => ({ name, type: "text", sqlType: "VARCHAR" } as const);
 * const part = (source: string) => ({ source, sql: `SELECT c0, c1 FROM ${source}`, columns: [column("wav_id"), column("error")] });
 * const { columns } = joinQuery({ parts: [part("vad"), part("vtc")], how: "inner", suffix: "_{source}" });
 * assert.deepEqual(columns.map(({ name }) => name), ["wav_id", "error", "error_vtc"]);
 * ```
 */
export function joinQuery(
  { parts, how, suffix }: JoinShapeParts,
  { needed = new Set() }: {
    /** Columns of the result that may not be null: rows that lack their stage are left out, which is less work. */
    readonly needed?: ReadonlySet<number>;
  } = {},
): ManifestQueryParts {
  const [first, ...others] = parts;
  const firstId = idOf(first);
  let sql = first.sql;
  let columns: readonly ManifestColumn[] = first.columns;
  const isNeeded = (from: number, to: number) => {
    for (let c = from; c < to; c++) if (c !== firstId && needed.has(c)) return true;
    return false;
  };
  for (const part of others) {
    const rightId = idOf(part);
    const taken = new Set(columns.map(({ name }) => name));
    const right = part.columns.flatMap((column, from) => {
      if (from === rightId) return [];
      const name = taken.has(column.name)
        ? column.name + suffix.replaceAll("{source}", part.source)
        : column.name;
      return [{ from, column: { ...column, name } }];
    });
    for (const { column: { name } } of right) {
      if (taken.has(name)) {
        throw new RangeError(
          `Joining ${part.source}: there is a column ${
            JSON.stringify(name)
          } already. Give the stages other names, or another suffix.`,
        );
      }
      taken.add(name);
    }
    const end = columns.length + right.length;
    const kind = kindOf(how, isNeeded(0, columns.length), isNeeded(columns.length, end));
    const fields = [
      ...columns.map((_, i) =>
        i === firstId && how === "outer" ? `coalesce(l.c${i}, r.c${rightId}) AS c${i}` : `l.c${i} AS c${i}`
      ),
      ...right.map(({ from }, i) => `r.c${from} AS c${columns.length + i}`),
    ];
    sql = `SELECT ${
      fields.join(", ")
    } FROM (${sql}) AS l ${kind} JOIN (${part.sql}) AS r ON l.c${firstId} = r.c${rightId}`;
    columns = [...columns, ...right.map(({ column }) => column)];
  }
  return { sql, columns };
}

function kindOf(
  how: JoinStrategy,
  leftNeeded: boolean,
  rightNeeded: boolean,
): "INNER" | "LEFT" | "RIGHT" | "FULL" {
  if (how === "inner") return "INNER";
  if (how === "left") return rightNeeded ? "INNER" : "LEFT";
  if (leftNeeded) return rightNeeded ? "INNER" : "LEFT";
  return rightNeeded ? "RIGHT" : "FULL";
}

function idOf({ columns, source }: JoinShapeParts["parts"][number]): number {
  const id = columns.findIndex(({ name }) => name === "wav_id");
  if (id < 0) {
    throw new RangeError(
      `${source} has no column "wav_id" to be joined by; it has ${
        columns.map(({ name }) => name).join(", ")
      }.`,
    );
  }
  return id;
}
