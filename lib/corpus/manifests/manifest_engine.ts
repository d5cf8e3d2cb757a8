import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from "@duckdb/node-api";
import { thisRuntime } from "#lib/places/this_runtime.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { runtimeFault } from "./runtime_fault.ts";
import { idFault } from "./id_fault.ts";

/** Settings of the database behind manifests. */
export interface ManifestEngineOptions {
  /** Memory that it takes before it goes on on the disk, in bytes; it may go over by a tenth. @default 2e9 */
  readonly memoryLimitBytes?: number;
  /** Threads. @default as many as the machine has cores */
  readonly threads?: number;
  /** Where its own folder for what does not fit into memory is made; it is removed at the end. @default the system's temporary folder */
  readonly spillFolder?: string;
  /** Told, once in a process, that the runtime may crash after DuckDB: a Deno before 2.9.6. @default {warnOnProcess} */
  readonly warn?: Warn;
}

/** The package that brings the database could not be loaded. */
export class ManifestEngineError extends Error {
  override readonly name = "ManifestEngineError";
}

/**
 * DuckDB behind manifests: started with the first query, within a limit of memory, ended by `close` or `await using`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ManifestEngine } from "#lib/corpus/manifests/manifest_engine.ts";
 * await using engine = new ManifestEngine({ threads: 1 });
 * assert.deepEqual(await engine.rows("SELECT 1, 'a'"), [[1, "a"]]);
 * ```
 */
export class ManifestEngine {
  readonly #options: ManifestEngineOptions;
  #opened: Promise<{ instance: DuckDBInstance; connection: DuckDBConnection; folder: string }> | undefined;
  #closed = false;

  constructor(options: ManifestEngineOptions = {}) {
    this.#options = options;
  }

  /** All rows that a query gives. */
  async rows(sql: string): Promise<DuckDBValue[][]> {
    const { connection } = await this.#open();
    return await said(async () => await (await connection.run(sql)).getRows());
  }

  /** What a query of one column gives, sooner than its rows. */
  async column(sql: string): Promise<readonly DuckDBValue[]> {
    const { connection } = await this.#open();
    const [values = []] = await said(async () => await (await connection.run(sql)).getColumns());
    return values;
  }

  /** What a query gives, piece by piece, on a connection of its own. */
  async *stream(sql: string): AsyncGenerator<DuckDBValue[][]> {
    const { instance } = await this.#open();
    const connection = await instance.connect();
    try {
      for await (const rows of (await connection.stream(sql)).yieldRows()) yield rows;
    } catch (error) {
      throw idFault(error);
    } finally {
      connection.closeSync();
    }
  }

  /** A name for a new file that goes with the engine. */
  async temporaryFile(ending: string): Promise<string> {
    return join((await this.#open()).folder, `${randomUUID()}${ending}`);
  }

  /** Ends the database and removes its folder. */
  async close(): Promise<void> {
    this.#closed = true;
    const opened = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    if (opened === undefined) return;
    opened.connection.closeSync();
    opened.instance.closeSync();
    await rm(opened.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #open() {
    if (this.#closed) throw new Error("The manifest is closed.");
    return await (this.#opened ??= start(this.#options));
  }
}

/** What the database says of ids becomes an error that names column and file. */
async function said<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw idFault(error);
  }
}

let isTold = false;

async function start(options: ManifestEngineOptions) {
  const {
    memoryLimitBytes = 2e9,
    threads = availableParallelism(),
    spillFolder = tmpdir(),
    warn = warnOnProcess,
  } = options;
  const fault = runtimeFault(thisRuntime().runtime);
  if (fault !== undefined && !isTold) warn(fault);
  isTold = true;
  const { DuckDBInstance } = await load();
  const folder = await mkdtemp(join(spillFolder, "dialab-manifest-"));
  try {
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: `${Math.round(memoryLimitBytes / 1e6)}MB`,
      threads: String(threads),
      temp_directory: join(folder, "spill"),
      // Nothing is fetched: what is needed is in the package.
      autoinstall_known_extensions: "false",
    });
    const connection = await instance.connect();
    await connection.run("SET enable_progress_bar = false; SET TimeZone = 'UTC'");
    return { instance, connection, folder };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function load(): Promise<typeof import("@duckdb/node-api")> {
  try {
    return await import("@duckdb/node-api");
  } catch (cause) {
    throw new ManifestEngineError(
      "Manifests need DuckDB, which could not be loaded. Install it: npm install @duckdb/node-api@1.5.6-r.1. " +
        "One row is read without it by openMetadataStore, a small table by readTable.",
      { cause },
    );
  }
}
