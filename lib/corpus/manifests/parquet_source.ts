import { randomUUID } from "node:crypto";
import { idColumnOf } from "../ids/id_text.ts";
import { columnTypeOfSql, type ManifestColumn, widerSqlType } from "./manifest_column.ts";
import type { ManifestEngine } from "./manifest_engine.ts";
import { sqlText } from "./sql_text.ts";
import { idSql } from "./id_sql.ts";

/** A query whose columns are c0, c1, ... and what each is called. */
export interface ManifestQueryParts {
  readonly sql: string;
  readonly columns: readonly ManifestColumn[];
}

/**
 * The query that reads Parquet files as one: columns by their exact name in the order they first come up in, of the widest type, null
 * where a file lacks them. The database would take names that differ in case only for one, and types from the first file.
 *
 * Ids become text file by file, before one's whole numbers are put below another's doubles.
 *
 * @param files Paths.
 * @param options.idColumn The column of ids. Default: the first that is there of `wav_id`, `uid`, `file_id`.
 * @throws {RangeError} that names the file that cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ManifestEngine } from "#lib/corpus/manifests/manifest_engine.ts";
 * import { parquetSource } from "#lib/corpus/manifests/parquet_source.ts";
 * await using engine = new ManifestEngine({ threads: 1 });
 * await assert.rejects(parquetSource(engine, ["nothing.parquet"]), /nothing\.parquet/);
 * ```
 */
export async function parquetSource(
  engine: ManifestEngine,
  files: readonly string[],
  options: { readonly idColumn?: string } = {},
): Promise<ManifestQueryParts> {
  // Files of one schema are read together.
  const groups = new Map<
    string,
    { readonly files: string[]; readonly names: string[]; readonly nulls: boolean[] }
  >();
  for (const [file, schema] of await schemasOf(engine, files)) {
    const key = JSON.stringify(schema);
    const group = groups.get(key);
    if (group !== undefined) group.files.push(file);
    else {groups.set(key, {
        files: [file],
        names: schema.map(({ name }) => name),
        nulls: schema.map(({ isNull }) => isNull),
      });}
  }
  const { idColumn = idColumnOf([...groups.values()].flatMap(({ names }) => names)) } = options;
  const sources = await Promise.all([...groups.values()].map(async ({ files, names, nulls }) => {
    // Which file a row is of, for errors about ids; the name of that column must be no other's.
    const list = `read_parquet([${
      files.map(sqlText).join(", ")
    }], binary_as_string = false, hive_partitioning = false, filename = 'f${randomUUID()}')`;
    const described = await query(engine, `DESCRIBE SELECT * FROM ${list}`, files);
    const columns = names.map((name, i) => ({ name, sqlType: nulls[i] ? "NULL" : String(described[i][1]) }));
    return { columns, from: `${list} AS t(${[...names.map((_, i) => `s${i}`), "file"].join(", ")})` };
  }));
  const widest = new Map<string, string>();
  for (const { name, sqlType } of sources.flatMap(({ columns }) => columns)) {
    const before = widest.get(name);
    const wider = before === undefined ? sqlType : widerSqlType(before, sqlType);
    widest.set(name, name === idColumn ? "VARCHAR" : wider);
  }
  const columns = [...widest].map(([name, sqlType]): ManifestColumn => ({
    name,
    type: columnTypeOfSql(sqlType),
    sqlType,
  }));
  const selects = sources.map((source) => {
    const fields = columns.map(({ name, sqlType }, c) => {
      const at = source.columns.findIndex((column) => column.name === name);
      const to = sqlType === "NULL" ? "INTEGER" : sqlType;
      if (at < 0 || source.columns[at].sqlType === "NULL") return `NULL::${to} AS c${c}`;
      if (name === idColumn) {
        return `${idSql(`s${at}`, { ...source.columns[at], column: name, file: "file" })} AS c${c}`;
      }
      return source.columns[at].sqlType === sqlType ? `s${at} AS c${c}` : `CAST(s${at} AS ${to}) AS c${c}`;
    });
    return `SELECT ${fields.join(", ")} FROM ${source.from}`;
  });
  return { sql: selects.join(" UNION ALL "), columns };
}

interface FileColumn {
  readonly name: string;
  readonly isNull: boolean;
  /** All that tells its type, so that files are told apart by it. */
  readonly kind: string;
}

/** The columns of the first level by file. */
async function schemasOf(
  engine: ManifestEngine,
  files: readonly string[],
): Promise<Map<string, FileColumn[]>> {
  const rows = await query(
    engine,
    `SELECT file_name, name, num_children, concat_ws(' ', type, type_length, converted_type, scale, precision, logical_type), logical_type ` +
      `FROM parquet_schema([${files.map(sqlText).join(", ")}])`,
    files,
  );
  const byFile = new Map<string, (typeof rows)>();
  for (const row of rows) {
    const file = String(row[0]);
    const list = byFile.get(file);
    if (list === undefined) byFile.set(file, [row]);
    else list.push(row);
  }
  const schemas = new Map<string, FileColumn[]>();
  for (const file of files) {
    const elements = byFile.get(file) ?? [];
    const columns: FileColumn[] = [];
    /** Takes an element and all below it; gives where the next begins. */
    const take = (at: number): number => {
      let next = at + 1;
      for (let left = Number(elements[at][2] ?? 0); left > 0; left--) next = take(next);
      return next;
    };
    for (let at = 1; at < elements.length;) {
      const end = take(at);
      const name = String(elements[at][1]);
      if (columns.some((column) => column.name === name)) {
        throw new RangeError(`${file}: it has two columns ${JSON.stringify(name)}.`);
      }
      const kind = elements.slice(at, end).map((element) => `${element[1]} ${element[3]}`).join();
      columns.push({ name, isNull: /^NullType/.test(String(elements[at][4])), kind });
      at = end;
    }
    schemas.set(file, columns);
  }
  return schemas;
}

/** Rows of a query; what the database says of a file becomes an error that names it. */
async function query(engine: ManifestEngine, sql: string, files: readonly string[]) {
  try {
    return await engine.rows(sql);
  } catch (cause) {
    const fault = String((cause as Error)?.message ?? cause).split("\n")[0];
    const named = files.find((file) => fault.includes(file)) ?? (files.length === 1 ? files[0] : undefined);
    throw new RangeError(
      named === undefined ? `One of ${files.length} files: ${fault}` : `${named}: ${fault}`,
      { cause },
    );
  }
}
