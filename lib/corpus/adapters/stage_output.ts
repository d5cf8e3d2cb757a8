import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { NdArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { idText } from "../ids/id_text.ts";
import { sortIds } from "../ids/sort_ids.ts";
import type { MetadataManifest, MetadataManifestOptions } from "../manifests/metadata_manifest.ts";
import { readParquet } from "../tables/read_parquet.ts";
import type { Column, Table } from "../tables/table.ts";
import { locateAudio } from "./locate_audio.ts";
import { rowGroupOf } from "./row_group_of.ts";
import { type StageFileParts, stageFiles, type StageFilesParts } from "./stage_files.ts";
import { type StageIdParts, stageIds } from "./stage_ids.ts";
import type { StageLayoutParts, StageName } from "./stage_layout.ts";
import { alwaysTells, successSql } from "./stage_success.ts";
import { StageOutputError } from "./stage_output_error.ts";
import { stageTable } from "./stage_table.ts";

type Row = Readonly<Record<string, unknown>>;

/** What a stage has of one recording. */
export interface StageRecord {
  readonly wavId: string;
  /** Its row, by the names of the file. */
  readonly meta: Row;
  /** Segments as found, and with short gaps closed; of `vad` and `vtc`. */
  readonly segmentsRaw?: readonly Row[];
  readonly segmentsMerged?: readonly Row[];
  /** The arrays of its npz; half precision is widened to f4. Of `snr` and `esc`. */
  readonly arrays?: Readonly<Record<string, NdArray>>;
  /** Where the recording lies below `root`; undefined without one, or where it is not there. */
  readonly audioFile?: string;
}

/** How a stage stands with a recording. */
export interface StageState {
  readonly stage: StageName;
  readonly state: "ok" | "failed" | "absent" | "array missing";
  /** What the stage said when it failed. */
  readonly error?: string;
  /** The array's file that is not there. */
  readonly file?: string;
}

/**
 * One stage of an output directory, as it is on the disk; nothing is ever written. Made by `openStage`, which looks at the footers of its
 * tables: ids are read when they are first asked for, a row's other columns with the row.
 */
export class StageOutput {
  readonly name: StageName;
  readonly folder: string;
  /** Files that could not be taken: a sentence each. */
  readonly warnings: readonly string[];
  /** Its Parquet files that can be read. */
  readonly files: readonly string[];
  /** Names and types of its columns, the ids as `wav_id`. */
  readonly columns: readonly Pick<Column, "name" | "type">[];
  /** Rows of all files. */
  readonly rowCount: number;
  readonly #layout: StageLayoutParts;
  readonly #found: StageFilesParts;
  readonly #root: string | undefined;
  readonly #segments = new Map<string, Promise<ReadonlyMap<string, Row[]>>>();
  #read: Promise<StageIdParts> | undefined;
  /** The row group that was read last, by file and number. */
  #group: { readonly key: string; readonly table: Promise<Table> } | undefined;

  /** @throws {StageOutputError} when the column of ids or that of success is not there. */
  constructor(
    { layout, folder, found, root }: {
      readonly layout: StageLayoutParts;
      readonly folder: string;
      readonly found: StageFilesParts;
      readonly root?: string;
    },
  ) {
    this.name = layout.name;
    this.folder = folder;
    this.files = found.files.map(({ file }) => file);
    this.columns = found.columns.map((column) => this.#named(column, layout));
    this.rowCount = found.rowCount;
    this.warnings = found.faults;
    this.#layout = layout;
    this.#found = found;
    this.#root = root;
    for (const name of [layout.idColumn, layout.success.column]) {
      if (found.columns.some((column) => column.name === name)) continue;
      throw new StageOutputError(
        `${join(folder, layout.metadata)}: there is no column ${JSON.stringify(name)}.`,
      );
    }
  }

  /** Ids of all rows that succeeded, by their bytes; whether their arrays are there is not looked at. */
  async listIds(): Promise<string[]> {
    const { rows, succeeded } = await this.#ids();
    const ids: string[] = [];
    for (const [id, row] of rows) if (succeeded(row)) ids.push(id);
    return sortIds(ids);
  }

  /** Ids for which `exists` is true, by their bytes: the folder of arrays is looked through once. */
  async listExisting(): Promise<string[]> {
    const ids = await this.listIds(), arrays = await this.arrayIds();
    if (arrays === undefined) return ids;
    const there = new Set(arrays);
    return ids.filter((id) => there.has(id));
  }

  /** Ids of all rows, each once, in the order in which they first come. */
  async allIds(): Promise<string[]> {
    return [...(await this.#ids()).rows.keys()];
  }

  /** Ids that have more than one row, of which the first that succeeded speaks. */
  async duplicates(): Promise<string[]> {
    return (await this.#ids()).duplicates;
  }

  /** Whether a recording is there, succeeded, and has its array. */
  async exists(wavId: string): Promise<boolean> {
    const { rows, succeeded } = await this.#ids(), row = rows.get(wavId);
    if (row === undefined || !succeeded(row)) return false;
    const file = this.#arrayFile(wavId);
    return file === undefined || await isThere(file);
  }

  /** How the stage stands with a recording. */
  async stateOf(wavId: string): Promise<StageState> {
    const { rows, succeeded } = await this.#ids();
    const stage = this.name, row = rows.get(wavId);
    if (row === undefined) return { stage, state: "absent" };
    if (!succeeded(row)) {
      const { error } = await this.#row(row);
      return { stage, state: "failed", error: error === null || error === undefined ? "" : String(error) };
    }
    const file = this.#arrayFile(wavId);
    if (file === undefined || await isThere(file)) return { stage, state: "ok" };
    return { stage, state: "array missing", file };
  }

  /**
   * What the stage has of a recording, also of one that failed, as far as it is there.
   *
   * @throws {StageOutputError} when it has no row of it, its array is not there, or its table of segments has no column of ids.
   */
  async load(wavId: string): Promise<StageRecord> {
    const row = (await this.#ids()).rows.get(wavId);
    if (row === undefined) {
      throw new StageOutputError(`${this.folder}: ${this.name} has no recording ${JSON.stringify(wavId)}.`);
    }
    const meta = await this.#row(row);
    const file = this.#arrayFile(wavId);
    if (file !== undefined && !await isThere(file)) {
      throw new StageOutputError(
        `${file} is not there: ${this.name} has no array of ${JSON.stringify(wavId)}.`,
      );
    }
    const audioFile = this.#root === undefined || typeof meta.path !== "string"
      ? undefined
      : await locateAudio(meta.path, this.#root);
    const { segments } = this.#layout;
    return {
      wavId,
      meta,
      ...(segments && {
        segmentsRaw: (await this.#segmentsOf(segments.raw)).get(wavId) ?? [],
        segmentsMerged: (await this.#segmentsOf(segments.merged)).get(wavId) ?? [],
      }),
      ...(file !== undefined && { arrays: await readNpz(file) }),
      ...(audioFile !== undefined && { audioFile }),
    };
  }

  /** Reads all rows into memory, failed ones too, with the ids as `wav_id`. Big ones are a manifest. */
  async toTable(): Promise<Table> {
    const { columns, rowCount } = await stageTable(this.#found);
    return { columns: columns.map((column) => this.#named(column)), rowCount };
  }

  /** All rows as a manifest, which the stage's name is the source of. */
  async asManifest(options: Pick<MetadataManifestOptions, "engine"> = {}): Promise<MetadataManifest> {
    const { idColumn } = this.#layout;
    const { MetadataManifest } = await import("../manifests/metadata_manifest.ts");
    const manifest = await MetadataManifest.fromParquet(this.files, {
      ...options,
      source: this.name,
      idColumn,
    });
    return idColumn === "wav_id" ? manifest : manifest.rename({ [idColumn]: "wav_id" });
  }

  /** Its segments with short gaps closed as a manifest; undefined where the stage has none, or no table of them. */
  async segmentManifest(): Promise<MetadataManifest | undefined> {
    const { segments } = this.#layout;
    const found = segments && await stageFiles(join(this.folder, segments.merged), SEGMENT_IDS);
    if (!found || found.files.length === 0) return undefined;
    const { MetadataManifest } = await import("../manifests/metadata_manifest.ts");
    const files = found.files.map(({ file }) => file);
    const manifest = await MetadataManifest.fromParquet(files, { source: `${this.name} segments` });
    return manifest.has("uid") ? manifest.rename({ uid: "wav_id" }) : manifest;
  }

  /** Ids whose arrays are there; undefined where the stage has none. */
  async arrayIds(): Promise<string[] | undefined> {
    const { arrays } = this.#layout;
    if (arrays === undefined) return undefined;
    const names = await readdir(join(this.folder, arrays)).catch(() => []);
    return names.filter((name) => name.endsWith(".npz")).map((name) => name.slice(0, -4));
  }

  /** The column that tells success, and the values that do. */
  get success(): StageLayoutParts["success"] {
    return this.#layout.success;
  }

  /**
   * Whether a row of its manifest succeeded, in SQL over the manifest's columns c0, c1, ...
   *
   * @throws {TableError} that names column and file when a cell tells neither success nor failure.
   */
  async successSql(manifest: MetadataManifest): Promise<string> {
    const { success } = this.#layout;
    const types = this.columns.filter(({ name }) => name === success.column);
    if (!types.every(({ type }) => alwaysTells(type, success.is))) await this.#ids();
    return successSql(manifest, success);
  }

  #ids(): Promise<StageIdParts> {
    return this.#read ??= stageIds(this.#found, this.#layout);
  }

  #named<Named extends { readonly name: string }>(column: Named, { idColumn } = this.#layout): Named {
    return column.name === idColumn ? { ...column, name: "wav_id" } : column;
  }

  #arrayFile(wavId: string): string | undefined {
    const { arrays } = this.#layout;
    return arrays === undefined ? undefined : join(this.folder, arrays, `${wavId}.npz`);
  }

  /** A row by the names of the files, null where its file lacks a column. Only the row group that it is in is read. */
  async #row(row: number): Promise<Row> {
    let at = row, one: StageFileParts | undefined;
    for (one of this.#found.files) {
      if (at < one.rowCount) break;
      at -= one.rowCount;
    }
    const { file, rowGroups } = one!;
    const place = rowGroupOf(rowGroups, at), key = `${place.rowGroup} ${file}`;
    if (this.#group?.key !== key) {
      this.#group = { key, table: readParquet(file, { rowGroup: place.rowGroup }) };
    }
    const { columns } = await this.#group.table;
    return Object.fromEntries(this.#found.columns.map(({ name, type }) => {
      const value = columns.find((column) => column.name === name)?.values[place.at] ?? null;
      if (name === this.#found.idColumn) return [name, idText(value, { column: name, file })];
      return [name, type === "float" && typeof value === "bigint" ? Number(value) : value];
    }));
  }

  /** Read once, by id. */
  #segmentsOf(part: string): Promise<ReadonlyMap<string, Row[]>> {
    let found = this.#segments.get(part);
    if (found === undefined) this.#segments.set(part, found = segmentsById(join(this.folder, part)));
    return found;
  }
}

/** Columns that ids of segments may be in. */
const SEGMENT_IDS = ["uid", "wav_id"];

function isThere(file: string): Promise<boolean> {
  return access(file).then(() => true, () => false);
}

async function segmentsById(folder: string): Promise<ReadonlyMap<string, Row[]>> {
  const found = await stageFiles(folder, SEGMENT_IDS);
  const byId = new Map<string, Row[]>();
  if (found === undefined) return byId;
  if (found.faults.length > 0) throw new StageOutputError(found.faults.join(" "));
  const { columns, rowCount } = await stageTable(found);
  if (rowCount === 0) return byId;
  const ids = columns.find(({ name }) => name === found.idColumn)?.values;
  if (ids === undefined) throw new StageOutputError(`${folder}: there is no column "uid" or "wav_id".`);
  for (const [i, value] of ids.entries()) {
    // A row whose id is null is nobody's.
    if (value === null) continue;
    const id = String(value), rows = byId.get(id) ?? [];
    rows.push(Object.fromEntries(columns.map(({ name, values }) => [name, values[i]])));
    byId.set(id, rows);
  }
  return byId;
}
