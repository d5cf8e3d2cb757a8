import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { NdArray } from "../../arrays/nd_array.ts";
import { readNpz } from "../../arrays/read_npz.ts";
import { compareCodePoints } from "../../timeline/compare_code_points.ts";
import { type Warn, warnOnProcess } from "../../warnings/warn.ts";
import { ID_COLUMNS, idText } from "../ids/id_text.ts";
import { tableWithTextIds } from "../tables/table_with_text_ids.ts";
import { nearestOf } from "../tables/nearest_of.ts";
import { readTable } from "../tables/read_table.ts";
import { TableError } from "../tables/table_error.ts";
import type { Column, Table } from "../tables/table.ts";

/** Settings of `openMetadataStore`. */
export interface MetadataStoreOptions {
  /** The column of ids. @default the first that is there of `wav_id`, `uid`, `file_id` */
  readonly idColumn?: string;
  /** Takes the warning about ids that come twice, of which the first row is taken. @default warnOnProcess */
  readonly warn?: Warn;
}

/** What is known of recordings, one asked for at a time: a row of a table by name of column, or the arrays of an npz by name. */
export interface MetadataStore {
  /** The ids there are, each once, in the order of their bytes. */
  listIds(): Promise<string[]>;
  /** Whether there is this one. */
  exists(wavId: string): Promise<boolean>;
  /**
   * What is known of one.
   *
   * @throws {RangeError} when there is none of this id.
   */
  load(wavId: string): Promise<Record<string, unknown>>;
}

/**
 * Opens tables (Parquet, JSON, JSON lines, CSV), or a folder with an npz for each id, to be asked for one recording at a time. No database is
 * loaded. Of tables the ids are read first, and the rest with the first row asked for.
 *
 * @param path A table, several tables of one kind, or a folder.
 * @throws {TableError} when a table has no column of ids, or is a pickle of torch.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rm, writeFile } from "node:fs/promises";
 * import { openMetadataStore } from "#lib/corpus/store/metadata_store.ts";
 * await writeFile("snr.jsonl", '{"wav_id": "b", "snr": 10}\n{"wav_id": "a", "snr": 20}\n');
 * const store = await openMetadataStore("snr.jsonl");
 * assert.deepEqual(await store.listIds(), ["a", "b"]);
 * assert.deepEqual(await store.load("a"), { wav_id: "a", snr: 20 });
 * await rm("snr.jsonl");
 * ```
 */
export async function openMetadataStore(
  path: string | readonly string[],
  options: MetadataStoreOptions = {},
): Promise<MetadataStore> {
  if (typeof path === "string" && (await stat(path)).isDirectory()) return npzStore(path);
  return await tableStore(typeof path === "string" ? [path] : path, options);
}

async function tableStore(
  files: readonly string[],
  { idColumn, warn = warnOnProcess }: MetadataStoreOptions,
): Promise<MetadataStore> {
  const places = new Map<string, { readonly file: string; readonly row: number }>();
  const tables = new Map<string, Promise<Table>>();
  const idColumns = new Map<string, string>();
  for (const file of files) {
    const { name, values: ids } = await idsOf(file, idColumn);
    idColumns.set(file, name);
    let twice = 0;
    ids.forEach((value, row) => {
      const id = idText(value, { column: name, file });
      if (id === null) return;
      if (places.has(id)) twice++;
      else places.set(id, { file, row });
    });
    if (twice > 0) warn(`${file}: ${twice} of its rows are of an id that came before and are passed over.`);
  }
  const listIds = () => Promise.resolve([...places.keys()].sort(compareCodePoints));
  return {
    listIds,
    exists: (wavId) => Promise.resolve(places.has(wavId)),
    load: async (wavId) => {
      const place = places.get(wavId);
      if (place === undefined) {
        throw absent(files.length === 1 ? files[0] : `${files.length} tables`, wavId, await listIds());
      }
      let table = tables.get(place.file);
      if (table === undefined) {
        const { file } = place;
        table = readTable(file).then((read) => tableWithTextIds(read, file, idColumns.get(file)));
        tables.set(file, table);
      }
      return Object.fromEntries((await table).columns.map(({ name, values }) => [name, values[place.row]]));
    },
  };
}

/** The column of ids alone, where the kind of file has its columns apart. */
async function idsOf(file: string, asked: string | undefined): Promise<Column> {
  const names = asked === undefined ? ID_COLUMNS : [asked];
  for (const name of names) {
    try {
      return (await readTable(file, { columns: [name] })).columns[0];
    } catch (error) {
      // A table without this column; a damaged one is a TableError.
      if (!(error instanceof RangeError) || error instanceof TableError) throw error;
    }
  }
  throw new TableError(
    `${file} has no column of ids: ${names.map((name) => JSON.stringify(name)).join(", ")}.`,
  );
}

function npzStore(folder: string): MetadataStore {
  const listIds = async () => {
    const names = (await readdir(folder)).filter((name) => /^.+\.npz$/.test(name) && !name.startsWith("."));
    return names.map((name) => name.slice(0, -4)).sort(compareCodePoints);
  };
  const isName = (wavId: string) => wavId !== "" && !/[/\0]/.test(wavId);
  const exists = async (wavId: string) =>
    isName(wavId) && await stat(join(folder, `${wavId}.npz`)).then((found) => found.isFile(), () => false);
  return {
    listIds,
    exists,
    load: async (wavId) => {
      if (!await exists(wavId)) throw absent(folder, wavId, await listIds());
      return await readNpz(join(folder, `${wavId}.npz`)) as Record<string, NdArray>;
    },
  };
}

function absent(where: string, wavId: string, ids: readonly string[]): RangeError {
  if (ids.length === 0) {
    return new RangeError(`${where} has nothing of ${JSON.stringify(wavId)}, nor of any other.`);
  }
  const nearest = JSON.stringify(nearestOf(wavId, ids.slice(0, 10_000)));
  return new RangeError(
    `${where} has nothing of ${JSON.stringify(wavId)}; the nearest of ${ids.length} is ${nearest}.`,
  );
}
