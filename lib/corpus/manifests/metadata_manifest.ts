import { randomUUID } from "node:crypto";
import { rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readTable } from "../tables/read_table.ts";
import { tableOf, type TableOfOptions } from "../tables/table_of.ts";
import type { Column, Table } from "../tables/table.ts";
import { nearestName } from "../tables/nearest_name.ts";
import { writeParquet } from "../tables/write_parquet.ts";
import { conditionSql } from "./condition_sql.ts";
import { joinQuery, type JoinShapeParts } from "./join_query.ts";
import type { ManifestColumn } from "./manifest_column.ts";
import type { ManifestCondition } from "./manifest_condition.ts";
import { ManifestEngine, type ManifestEngineOptions } from "./manifest_engine.ts";
import { type ManifestQueryParts, parquetSource } from "./parquet_source.ts";
import { sqlName, sqlText } from "./sql_text.ts";
import { valueFromSql } from "./value_from_sql.ts";

/** Settings of a manifest's making. */
export interface MetadataManifestOptions extends ManifestEngineOptions {
  /** What it is called: in suffixes of a join and in messages. @default the file's name without its ending, or `rows` */
  readonly source?: string;
}

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
 * A table of any size by `wav_id`, on DuckDB: nothing is read before rows, counts or files are asked for, and what does not fit into memory
 * goes to the disk. Names of columns are taken letter by letter, with their case. Rows come in the order of the bytes of their `wav_id`.
 *
 * `close`, or `await using`, ends the database, also for the manifests that were made of this one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
 * await using manifest = await MetadataManifest.fromRows([{ wav_id: "b", snr: 20 }, { wav_id: "a", snr: 5 }]);
 * const loud = manifest.filter([{ column: "snr", kind: "atLeast", value: 10 }]);
 * assert.deepEqual([await manifest.wavIds(), await loud.wavIds()], [["a", "b"], ["b"]]);
 * ```
 */
export class MetadataManifest {
  /** What it is called. */
  readonly source: string;
  /** Its columns, in order. */
  readonly columns: readonly ManifestColumn[];
  readonly #sql: string;
  readonly #engines: ReadonlySet<ManifestEngine>;
  readonly #join: JoinShapeParts | undefined;

  /** Use `fromParquet` and its like. */
  constructor(
    { sql, columns, source, engines, join }: ManifestQueryParts & {
      readonly source: string;
      readonly engines: ReadonlySet<ManifestEngine>;
      readonly join?: JoinShapeParts;
    },
  ) {
    this.#sql = sql;
    this.columns = columns;
    this.source = source;
    this.#engines = engines;
    this.#join = join;
  }

  /**
   * Of Parquet files: several are put below each other by the names of their columns, with the widest type.
   *
   * @param files Paths, or patterns with `*`, whose files are taken in order of their names.
   */
  static async fromParquet(
    files: string | readonly string[],
    options: MetadataManifestOptions = {},
  ): Promise<MetadataManifest> {
    const engine = new ManifestEngine(options);
    try {
      const list = typeof files === "string" ? [files] : files;
      const paths: string[] = [];
      for (const file of list) paths.push(...await expand(engine, file));
      if (paths.length === 0) throw new RangeError("A manifest of Parquet needs one file at least.");
      return of(engine, await parquetSource(engine, paths), options.source ?? stem(list[0]));
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** Of a CSV file with a header; each column's type is that of its values, and `wav_id` is text. */
  static async fromCsv(file: string, options: MetadataManifestOptions = {}): Promise<MetadataManifest> {
    return await MetadataManifest.fromTable(await readTable(file, { format: "csv" }), {
      source: stem(file),
      ...options,
    });
  }

  /** Of a file with an object of JSON a line. */
  static async fromJsonl(file: string, options: MetadataManifestOptions = {}): Promise<MetadataManifest> {
    return await MetadataManifest.fromTable(await readTable(file, { format: "jsonl" }), {
      source: stem(file),
      ...options,
    });
  }

  /** Of rows, as `tableOf` takes them. */
  static async fromRows(
    rows: readonly Readonly<Record<string, unknown>>[],
    options: MetadataManifestOptions & TableOfOptions = {},
  ): Promise<MetadataManifest> {
    return await MetadataManifest.fromTable(tableOf(rows, options), options);
  }

  /** Of a table in memory. */
  static async fromTable(table: Table, options: MetadataManifestOptions = {}): Promise<MetadataManifest> {
    const engine = new ManifestEngine(options);
    try {
      const file = await engine.temporaryFile(".parquet");
      await writeParquet(file, table);
      return of(engine, await parquetSource(engine, [file]), options.source ?? "rows");
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** The rows that meet all conditions. */
  filter(conditions: readonly ManifestCondition[]): MetadataManifest {
    if (conditions.length === 0) return this;
    // A row that a stage of an outer join lacks is null there and meets nothing: it need not be made.
    const query = this.#join === undefined ? { sql: this.#sql } : joinQuery(this.#join, {
      needed: new Set(conditions.map(({ column }) => this.#index(column))),
    });
    const where = conditions.map((condition) => this.#condition(condition)).join(" AND ");
    return this.#derived({ sql: `SELECT * FROM (${query.sql}) WHERE ${where}`, columns: this.columns });
  }

  /** How many rows each condition does not let pass, alone and after those before it, in one pass. */
  async countBy(conditions: readonly ManifestCondition[]): Promise<ManifestCounts> {
    const met = conditions.map((condition) => `coalesce(${this.#condition(condition)}, false)`);
    const before = (i: number) => ["true", ...met.slice(0, i)].join(" AND ");
    const counts = [
      "count(*)",
      `count(*) FILTER (${before(met.length)})`,
      ...met.flatMap((
        one,
        i,
      ) => [`count(*) FILTER (NOT ${one})`, `count(*) FILTER (${before(i)} AND NOT ${one})`]),
    ];
    const [row] = await this.#engine().rows(`SELECT ${counts.join(", ")} FROM (${this.#sql})`);
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

  /** Some columns; `wav_id` stays, in front, asked for or not. */
  select(columns: readonly string[]): MetadataManifest {
    const wanted = this.#has("wav_id")
      ? ["wav_id", ...columns.filter((column) => column !== "wav_id")]
      : columns;
    return this.#picked([...new Set(wanted)].map((name) => ({ from: this.#index(name), name })));
  }

  /** All columns but these. */
  withoutColumns(columns: readonly string[]): MetadataManifest {
    const gone = new Set(columns.map((column) => this.#index(column)));
    return this.#picked(this.columns.flatMap(({ name }, from) => gone.has(from) ? [] : [{ from, name }]));
  }

  /**
   * The same with other names.
   *
   * @param names New names by old: `{ uid: "wav_id" }`. What becomes `wav_id` becomes text.
   */
  rename(names: Readonly<Record<string, string>>): MetadataManifest {
    for (const name of Object.keys(names)) this.#index(name);
    return this.#picked(
      this.columns.map(({ name }, from) => ({ from, name: Object.hasOwn(names, name) ? names[name] : name })),
    );
  }

  /** How many rows there are. */
  async count(): Promise<number> {
    const [[count]] = await this.#engine().rows(`SELECT count(*) FROM (${this.#sql})`);
    return Number(count);
  }

  /** The ids there are, each once, in the order of their bytes. */
  async wavIds(): Promise<string[]> {
    const id = `c${this.#index("wav_id")}`;
    const rows = await this.#engine().rows(
      `SELECT DISTINCT ${id} FROM (${this.#sql}) WHERE ${id} IS NOT NULL ORDER BY ${id}`,
    );
    return rows.map(([value]) => String(value));
  }

  /** Ids that more than one row has, the first 20, in the order of their bytes. */
  async duplicates(): Promise<string[]> {
    const id = `c${this.#index("wav_id")}`;
    const rows = await this.#engine().rows(
      `SELECT ${id} FROM (${this.#sql}) WHERE ${id} IS NOT NULL GROUP BY ${id} HAVING count(*) > 1 ORDER BY ${id} LIMIT 20`,
    );
    return rows.map(([value]) => String(value));
  }

  /** The rows, one after the other, without holding all. */
  async *rows(): AsyncGenerator<Record<string, unknown>> {
    const names = this.columns.map(({ name }) => name);
    for await (const pieces of this.#engine().stream(this.#ordered())) {
      for (const piece of pieces) {
        const row: Record<string, unknown> = {};
        for (let i = 0; i < names.length; i++) {
          const value = valueFromSql(piece[i], this.columns[i].sqlType);
          if (names[i] === "__proto__") Object.defineProperty(row, names[i], { value, enumerable: true });
          else row[names[i]] = value;
        }
        yield row;
      }
    }
  }

  /** The whole as a table in memory. */
  async toTable(options: { readonly limit?: number } = {}): Promise<Table> {
    const columns = this.columns.map(({ name, type }) => ({ name, type, values: [] as unknown[] }));
    const limit = options.limit === undefined ? "" : ` LIMIT ${Math.floor(options.limit)}`;
    for await (const rows of this.#engine().stream(`${this.#ordered()}${limit}`)) {
      for (const row of rows) {
        for (let i = 0; i < columns.length; i++) {
          columns[i].values.push(valueFromSql(row[i], this.columns[i].sqlType));
        }
      }
    }
    return { columns: columns as readonly Column[], rowCount: columns[0]?.values.length ?? 0 };
  }

  /**
   * Writes it as Parquet, zstd, beside, then renamed. Columns that differ in case only are more than the database can write: then the
   * whole is held in memory, and packed with snappy.
   */
  async toParquet(file: string): Promise<void> {
    const names = this.columns.map(({ name }) => name);
    if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
      return await writeParquet(file, await this.toTable());
    }
    const partial = join(dirname(file), `.${randomUUID()}.partial`);
    const fields = names.map((name, i) => `c${i} AS ${sqlName(name)}`).join(", ");
    try {
      await stat(dirname(file));
      await this.#engine().rows(
        `COPY (SELECT ${fields} FROM (${this.#ordered()})) TO ${
          sqlText(partial)
        } (FORMAT parquet, COMPRESSION zstd)`,
      );
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  /** Ends the database, for all manifests that share it. */
  async close(): Promise<void> {
    for (const engine of this.#engines) await engine.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Whether there is a column of this name. */
  has(column: string): boolean {
    return this.#has(column);
  }

  /** What a join needs of it. */
  parts(): ManifestQueryParts & { readonly source: string; readonly engines: ReadonlySet<ManifestEngine> } {
    return { sql: this.#sql, columns: this.columns, source: this.source, engines: this.#engines };
  }

  #engine(): ManifestEngine {
    const [engine] = this.#engines;
    return engine;
  }

  #has(column: string): boolean {
    return this.columns.some(({ name }) => name === column);
  }

  #index(column: string): number {
    const index = this.columns.findIndex(({ name }) => name === column);
    if (index < 0) {
      const names = this.columns.map(({ name }) => name);
      throw new RangeError(`${this.source} has no column ${nearestName(column, names)}`);
    }
    return index;
  }

  #condition(condition: ManifestCondition): string {
    const index = this.#index(condition.column);
    return conditionSql(condition, { column: this.columns[index], expression: `c${index}` });
  }

  #picked(picks: readonly { readonly from: number; readonly name: string }[]): MetadataManifest {
    const names = picks.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) {
      throw new RangeError(`${this.source} would have two columns ${JSON.stringify(twice)}.`);
    }
    return this.#derived(withTextIds({
      sql: `SELECT ${picks.map(({ from }, to) => `c${from} AS c${to}`).join(", ")} FROM (${this.#sql})`,
      columns: picks.map(({ from, name }) => ({ ...this.columns[from], name })),
    }));
  }

  #derived(query: ManifestQueryParts): MetadataManifest {
    return new MetadataManifest({ ...query, source: this.source, engines: this.#engines });
  }

  /** By the bytes of `wav_id`, nulls last. */
  #ordered(): string {
    const id = this.columns.findIndex(({ name }) => name === "wav_id");
    return id < 0 ? this.#sql : `SELECT * FROM (${this.#sql}) ORDER BY c${id} NULLS LAST`;
  }
}

function of(engine: ManifestEngine, query: ManifestQueryParts, source: string): MetadataManifest {
  return new MetadataManifest({ ...withTextIds(query), source, engines: new Set([engine]) });
}

/** Ids are text, also where a file has numbers. */
function withTextIds({ sql, columns }: ManifestQueryParts): ManifestQueryParts {
  const id = columns.findIndex(({ name }) => name === "wav_id");
  if (id < 0 || columns[id].sqlType === "VARCHAR") return { sql, columns };
  const fields = columns.map((_, i) => i === id ? `CAST(c${i} AS VARCHAR) AS c${i}` : `c${i}`);
  return {
    sql: `SELECT ${fields.join(", ")} FROM (${sql})`,
    columns: columns.map((column, i) => i === id ? { ...column, type: "text", sqlType: "VARCHAR" } : column),
  };
}

/** The files of a pattern; a path that is there is no pattern, whatever it has in it. */
async function expand(engine: ManifestEngine, file: string): Promise<string[]> {
  const there = await stat(file).then(() => true, () => false);
  if (there || !/[*?[]/.test(file)) return [file];
  const rows = await engine.rows(`SELECT file FROM glob(${sqlText(file)}) ORDER BY file`);
  if (rows.length === 0) throw new RangeError(`${file}: no file is called so.`);
  return rows.map(([path]) => String(path));
}

function stem(file: string): string {
  return file.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, "") || "rows";
}
