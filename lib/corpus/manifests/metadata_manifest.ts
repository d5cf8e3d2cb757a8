import { readTable } from "../tables/read_table.ts";
import { tableWithTextIds } from "../tables/table_with_text_ids.ts";
import { tableOf, type TableOfOptions } from "../tables/table_of.ts";
import type { Table } from "../tables/table.ts";
import { writeParquet } from "../tables/write_parquet.ts";
import { conditionSqlIn } from "./condition_sql.ts";
import { countConditions, type ManifestCounts } from "./count_conditions.ts";
import { joinQuery, type JoinShapeParts } from "./join_query.ts";
import { columnIndex, type ManifestColumn } from "./manifest_column.ts";
import type { ManifestCondition } from "./manifest_condition.ts";
import { ManifestEngine, type ManifestEngineOptions } from "./manifest_engine.ts";
import { filesOf } from "./manifest_files.ts";
import { manifestRows, manifestTable } from "./manifest_rows.ts";
import { manifestToParquet } from "./manifest_to_parquet.ts";
import { type ManifestQueryParts, parquetSource } from "./parquet_source.ts";
import { withTextIds } from "./text_ids.ts";

/** Settings of a manifest's making. */
export interface MetadataManifestOptions extends ManifestEngineOptions {
  /** What it is called: in suffixes of a join and in messages. @default the file's name without its ending, or `rows` */
  readonly source?: string;
  /** A database that it shares with others, so that a join of small tables does not start several. @default one of its own */
  readonly engine?: ManifestEngine;
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
    options: MetadataManifestOptions & {
      /** The column of ids, which is text. @default the first that is there of `wav_id`, `uid`, `file_id` */
      readonly idColumn?: string;
    } = {},
  ): Promise<MetadataManifest> {
    const engine = options.engine ?? new ManifestEngine(options);
    try {
      const list = typeof files === "string" ? [files] : files;
      const paths: string[] = [];
      for (const file of list) paths.push(...await filesOf(engine, file));
      if (paths.length === 0) throw new RangeError("A manifest of Parquet needs one file at least.");
      return of(engine, await parquetSource(engine, paths, options), options.source ?? stem(list[0]));
    } catch (error) {
      if (engine !== options.engine) await engine.close();
      throw error;
    }
  }

  /** Of a CSV file with a header; each column's type is that of its values, and `wav_id` is text. */
  static async fromCsv(file: string, options: MetadataManifestOptions = {}): Promise<MetadataManifest> {
    return await MetadataManifest.fromTable(
      tableWithTextIds(await readTable(file, { format: "csv" }), file),
      {
        source: stem(file),
        ...options,
      },
    );
  }

  /** Of a file with an object of JSON a line. */
  static async fromJsonl(file: string, options: MetadataManifestOptions = {}): Promise<MetadataManifest> {
    return await MetadataManifest.fromTable(
      tableWithTextIds(await readTable(file, { format: "jsonl" }), file),
      {
        source: stem(file),
        ...options,
      },
    );
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
    const engine = options.engine ?? new ManifestEngine(options);
    try {
      const file = await engine.temporaryFile(".parquet");
      await writeParquet(file, tableWithTextIds(table, options.source ?? "rows"));
      return of(engine, await parquetSource(engine, [file]), options.source ?? "rows");
    } catch (error) {
      if (engine !== options.engine) await engine.close();
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
    const where = conditions.map((condition) => conditionSqlIn(this, condition)).join(" AND ");
    return this.#derived({ sql: `SELECT * FROM (${query.sql}) WHERE ${where}`, columns: this.columns });
  }

  /** How many rows each condition does not let pass, alone and after those before it, in one pass. */
  async countBy(conditions: readonly ManifestCondition[]): Promise<ManifestCounts> {
    return await countConditions(this.#engine(), this.parts(), conditions);
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
    const values = await this.#engine().column(
      `SELECT DISTINCT ${id} FROM (${this.#sql}) WHERE ${id} IS NOT NULL ORDER BY ${id}`,
    );
    return values.map(String);
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
  rows(): AsyncGenerator<Record<string, unknown>> {
    return manifestRows(this.#engine(), this.parts());
  }

  /** The whole as a table in memory. */
  async toTable(options: { readonly limit?: number } = {}): Promise<Table> {
    return await manifestTable(this.#engine(), this.parts(), options);
  }

  /**
   * Writes it as Parquet, zstd, beside, then renamed. Columns that differ in case only are more than the database can write: then the
   * whole is held in memory, and packed with snappy.
   */
  async toParquet(file: string): Promise<void> {
    await manifestToParquet(this.#engine(), this.parts(), file);
  }

  /** What a query of the database gives, which is made of `parts().sql`. */
  async query(sql: string): Promise<unknown[][]> {
    return await this.#engine().rows(sql);
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
    return columnIndex(this, column);
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
    }, this.source));
  }

  #derived(query: ManifestQueryParts): MetadataManifest {
    return new MetadataManifest({ ...query, source: this.source, engines: this.#engines });
  }
}

function of(engine: ManifestEngine, query: ManifestQueryParts, source: string): MetadataManifest {
  return new MetadataManifest({ ...withTextIds(query, source), source, engines: new Set([engine]) });
}

function stem(file: string): string {
  return file.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, "") || "rows";
}
