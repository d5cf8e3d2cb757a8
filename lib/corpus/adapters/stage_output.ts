import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { NdArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";
import type { MetadataManifest } from "../manifests/metadata_manifest.ts";
import type { Table } from "../tables/table.ts";
import { locateAudio } from "./locate_audio.ts";
import { StageOutputError } from "./stage_output_error.ts";
import type { StageLayoutParts, StageName } from "./stage_layout.ts";
import { stageTables } from "./stage_tables.ts";

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

/** One stage of an output directory, as it is on the disk; nothing is ever written. Made by `openStage`. */
export class StageOutput {
  readonly name: StageName;
  readonly folder: string;
  /** Files that could not be taken, ids that come twice: a sentence each. */
  readonly warnings: readonly string[];
  /** Its Parquet files that could be read. */
  readonly files: readonly string[];
  readonly #layout: StageLayoutParts;
  readonly #table: Table;
  readonly #root: string | undefined;
  readonly #rows = new Map<string, number>();
  readonly #segments = new Map<string, Promise<ReadonlyMap<string, Row[]>>>();

  constructor(
    { layout, folder, table, files, faults, root }: {
      readonly layout: StageLayoutParts;
      readonly folder: string;
      readonly table: Table;
      readonly files: readonly string[];
      readonly faults: readonly string[];
      readonly root?: string;
    },
  ) {
    this.name = layout.name;
    this.folder = folder;
    this.files = files;
    this.#layout = layout;
    this.#table = table;
    this.#root = root;
    const ids = this.#column(layout.idColumn);
    this.#column(layout.success.column);
    const twice = new Set<string>();
    ids.forEach((id, row) => {
      if (id === null) return;
      const key = String(id), before = this.#rows.get(key);
      if (before !== undefined) twice.add(key);
      // Of several rows the first that succeeded speaks.
      if (before === undefined || (!this.#succeeded(before) && this.#succeeded(row))) {
        this.#rows.set(key, row);
      }
    });
    const shown = [...twice].slice(0, 3).map((id) => JSON.stringify(id)).join(", ");
    this.warnings = [
      ...faults,
      ...(twice.size === 0
        ? []
        : [`${folder}: ${layout.name} has ${twice.size} ids more than once: ${shown}.`]),
    ];
  }

  /** Ids of all rows that succeeded, by their bytes; whether their arrays are there is not looked at. */
  listIds(): string[] {
    return [...this.#rows].filter(([, row]) => this.#succeeded(row)).map(([id]) => id).sort(
      compareCodePoints,
    );
  }

  /** Whether a recording is there, succeeded, and has its array. */
  async exists(wavId: string): Promise<boolean> {
    return (await this.stateOf(wavId)).state === "ok";
  }

  /** How the stage stands with a recording. */
  async stateOf(wavId: string): Promise<StageState> {
    const stage = this.name, row = this.#rows.get(wavId);
    if (row === undefined) return { stage, state: "absent" };
    if (!this.#succeeded(row)) {
      const error = this.#table.columns.find(({ name }) => name === "error")?.values[row];
      return { stage, state: "failed", error: error === null || error === undefined ? "" : String(error) };
    }
    const file = this.#arrayFile(wavId);
    if (file === undefined || await access(file).then(() => true, () => false)) return { stage, state: "ok" };
    return { stage, state: "array missing", file };
  }

  /**
   * What the stage has of a recording, also of one that failed, as far as it is there.
   *
   * @throws {StageOutputError} when it has no row of it, or its array is not there.
   */
  async load(wavId: string): Promise<StageRecord> {
    const row = this.#rows.get(wavId);
    if (row === undefined) {
      throw new StageOutputError(`${this.folder}: ${this.name} has no recording ${JSON.stringify(wavId)}.`);
    }
    const meta = Object.fromEntries(this.#table.columns.map(({ name, values }) => [name, values[row]]));
    const file = this.#arrayFile(wavId);
    if (file !== undefined && !await access(file).then(() => true, () => false)) {
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

  /** All rows, failed ones too, with the ids as `wav_id`. */
  asTable(): Table {
    const { columns, rowCount } = this.#table;
    return {
      columns: columns.map((column) =>
        column.name === this.#layout.idColumn ? { ...column, name: "wav_id" } : column
      ),
      rowCount,
    };
  }

  /** All rows as a manifest, which the stage's name is the source of. */
  async asManifest(): Promise<MetadataManifest> {
    const { MetadataManifest } = await import("../manifests/metadata_manifest.ts");
    const manifest = await MetadataManifest.fromParquet(this.files, { source: this.name });
    const { idColumn } = this.#layout;
    return idColumn === "wav_id" ? manifest : manifest.rename({ [idColumn]: "wav_id" });
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

  #succeeded(row: number): boolean {
    const { column, is } = this.#layout.success;
    const value = this.#column(column)[row];
    return is === "true" ? value === true : is === "ok" ? value === "ok" : value === "";
  }

  #arrayFile(wavId: string): string | undefined {
    const { arrays } = this.#layout;
    return arrays === undefined ? undefined : join(this.folder, arrays, `${wavId}.npz`);
  }

  #column(name: string): readonly unknown[] {
    const found = this.#table.columns.find((column) => column.name === name);
    if (found !== undefined) return found.values;
    throw new StageOutputError(
      `${join(this.folder, this.#layout.metadata)}: there is no column ${JSON.stringify(name)}.`,
    );
  }

  /** Read once, by id. */
  #segmentsOf(part: string): Promise<ReadonlyMap<string, Row[]>> {
    let found = this.#segments.get(part);
    if (found === undefined) this.#segments.set(part, found = segmentsById(join(this.folder, part)));
    return found;
  }
}

async function segmentsById(folder: string): Promise<ReadonlyMap<string, Row[]>> {
  const read = await stageTables(folder);
  const byId = new Map<string, Row[]>();
  if (read === undefined) return byId;
  if (read.faults.length > 0) throw new StageOutputError(read.faults.join(" "));
  const { columns, rowCount } = read.table;
  const ids = columns.find(({ name }) => name === "uid" || name === "wav_id")?.values ?? [];
  for (let i = 0; i < rowCount; i++) {
    const id = String(ids[i]), rows = byId.get(id) ?? [];
    rows.push(Object.fromEntries(columns.map(({ name, values }) => [name, values[i]])));
    byId.set(id, rows);
  }
  return byId;
}
