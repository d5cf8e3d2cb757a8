import { mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { writeNpz } from "#lib/arrays/write_npz.ts";
import { asWavId, type WavId } from "../ids/wav_id.ts";
import { readParquet } from "../tables/read_parquet.ts";
import { writeParquet } from "../tables/write_parquet.ts";
import type { FeatureColumns, StoredFeature } from "./feature.ts";
import { FeatureJournal } from "./feature_journal.ts";
import { isWholeNpz } from "./is_whole_npz.ts";
import { sweepFolder } from "./sweep_folder.ts";
import { metadataTable, readFeatureTables, segmentTable } from "./feature_tables.ts";

/** What a processor keeps. */
export interface FeatureStoreOptions {
  readonly name: string;
  readonly columns: FeatureColumns;
  readonly segments: FeatureColumns | undefined;
  readonly arrays: boolean;
}

/**
 * What one processor keeps below a folder. Features are saved one by one into a journal, arrays into files of their own; `settle` makes
 * tables of them. What is there already is read from both, the journal's being the newer.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { FeatureStore } from "#lib/corpus/processors/feature_store.ts";
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const store = new FeatureStore(folder, { name: "turns", columns: { n_turns: "int" }, segments: undefined, arrays: false });
 * const row = { wavId: "a", path: "a.wav", success: true, error: "", durationSec: 2, originalSr: 8000, audioSha256: null, dialab: "0" };
 * const feature = { ...row, scalars: { n_turns: 3 }, segments: [], warnings: [] };
 * await store.save(feature);
 * assert.deepEqual(await store.load("a"), feature);
 * await store.settle(["a"]);
 * assert.deepEqual(await store.load("a"), feature);
 * await rm(folder, { recursive: true });
 * ```
 */
export class FeatureStore {
  readonly #options: FeatureStoreOptions;
  readonly #folder: string;
  readonly #meta: string;
  readonly #journal: FeatureJournal;

  constructor(folder: string, options: FeatureStoreOptions) {
    this.#options = options;
    this.#folder = join(folder, options.name);
    this.#meta = join(folder, `${options.name}_meta`);
    this.#journal = new FeatureJournal(join(this.#meta, "journal.jsonl"), options);
  }

  get #files() {
    return {
      metadata: join(this.#meta, "metadata.parquet"),
      segments: this.#options.segments && join(this.#folder, "segments.parquet"),
    };
  }

  #arrayFile(wavId: WavId): string {
    return join(this.#folder, `${asWavId(wavId)}.npz`);
  }

  /** Whether something was kept here, finished or not. */
  async isThere(): Promise<boolean> {
    return (await stat(this.#meta).catch(() => undefined)) !== undefined;
  }

  /** Everything that is kept, without arrays, by id. */
  async read(): Promise<Map<WavId, StoredFeature>> {
    const tables = await isFile(this.#files.metadata)
      ? await readFeatureTables(this.#files, this.#options)
      : [];
    return new Map([...tables, ...await this.#journal.read()].map((feature) => [feature.wavId, feature]));
  }

  /** Recordings that have a row, of whatever columns: of an earlier version, too. */
  async wavIds(): Promise<Set<WavId>> {
    const { metadata } = this.#files;
    const { columns: [ids] } = await isFile(metadata)
      ? await readParquet(metadata, { columns: ["wav_id"] })
      : { columns: [] };
    return new Set([...ids?.values as readonly WavId[] ?? [], ...await this.#journal.wavIds()]);
  }

  /**
   * Keeps a feature in the place of one that is there. First its arrays, whole or not at all, then its row; a row of before is ended first,
   * so that it never speaks for new arrays.
   */
  async save(feature: StoredFeature): Promise<void> {
    const { wavId, success, arrays } = feature;
    const { arrays: hasArrays, name, segments } = this.#options;
    asWavId(wavId);
    await mkdir(this.#meta, { recursive: true });
    if (hasArrays || segments) await mkdir(this.#folder, { recursive: true });
    if (hasArrays && success) {
      if (arrays === undefined) throw new RangeError(`Processor ${name} has made no arrays of ${wavId}.`);
      if (await isFile(this.#arrayFile(wavId))) {
        const error = "its arrays were being written when the process ended";
        await this.#journal.append({ ...feature, success: false, error, scalars: {}, segments: [] });
      }
      await writeNpz(this.#arrayFile(wavId), arrays);
    } else if (hasArrays) await rm(this.#arrayFile(wavId), { force: true });
    await this.#journal.append(feature);
  }

  /**
   * What is kept of a recording, arrays with it.
   *
   * @throws {RangeError} when nothing is.
   */
  async load(wavId: WavId): Promise<StoredFeature> {
    const feature = (await this.read()).get(wavId);
    if (feature === undefined) {
      throw new RangeError(`${this.#meta} has no row of ${JSON.stringify(wavId)}.`);
    }
    if (!this.#options.arrays || !feature.success) return feature;
    return { ...feature, arrays: { ...await readNpz(this.#arrayFile(wavId)) } };
  }

  /** Whether a feature is whole: its row says so, and its arrays are there and not cut off. */
  async isWhole(feature: StoredFeature): Promise<boolean> {
    if (!feature.success) return false;
    if (!this.#options.arrays) return true;
    return await isWholeNpz(this.#arrayFile(feature.wavId));
  }

  /** Whether a whole feature of a recording is kept. */
  async exists(wavId: WavId): Promise<boolean> {
    const feature = (await this.read()).get(wavId);
    return feature !== undefined && await this.isWhole(feature);
  }

  /**
   * Makes tables of everything that is kept, and ends the journal. Whoever is killed in between finds the journal and does it again.
   *
   * @param order Ids in the tables' order; others follow in that in which they are kept. `paths`, where they are given, are the newer.
   */
  async settle(order: readonly WavId[], paths: ReadonlyMap<WavId, string> = new Map()): Promise<void> {
    const kept = await this.read();
    const ids = new Set([...order.filter((wavId) => kept.has(wavId)), ...kept.keys()]);
    const features = [...ids].map((wavId) => {
      const feature = kept.get(wavId)!;
      return { ...feature, path: paths.get(wavId) ?? feature.path };
    });
    const { columns, segments } = this.#options;
    await mkdir(this.#meta, { recursive: true });
    if (segments) {
      await mkdir(this.#folder, { recursive: true });
      await writeParquet(this.#files.segments!, segmentTable(features, segments));
    }
    await writeParquet(this.#files.metadata, metadataTable(features, columns));
    await this.#journal.remove();
  }

  /** Removes what a killed process left half-written. */
  async sweep(): Promise<void> {
    await sweepFolder(this.#meta);
    await sweepFolder(this.#folder);
  }

  /** Removes everything that is kept. The rows go last: as long as they are there, this is found again. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await rm(this.#meta, { recursive: true, force: true });
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
