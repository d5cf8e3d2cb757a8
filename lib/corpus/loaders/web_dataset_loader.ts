import { stat } from "node:fs/promises";
import { join } from "node:path";
import { decodeAudio } from "#lib/audio/decode_audio.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { unescapeKey } from "../shards/sample_key.ts";
import type { IndexedSample, SamplesByNumber, ShardIndex } from "../shards/shard_index.ts";
import { readShardIndex, SHARD_INDEX_NAME, shardPath } from "../shards/shard_index_file.ts";
import { openShards, type OpenShardsOptions, type ShardReader } from "../shards/shard_reader.ts";
import type { MetadataStore } from "../store/metadata_store.ts";
import type { SpeechSample } from "../transforms/speech_sample.ts";
import { ArrayPool } from "./array_pool.ts";
import { type ChosenIds, idsOf, NEAREST_AMONG, noSuchSample, WantedIds, warnOfAbsent } from "./chosen_ids.ts";
import { rowOf, withChannels } from "./loader_parts.ts";
import { sampleError } from "./sample_error.ts";
import type { LoadedWaveform, LoadOptions, SpeechLoader } from "./speech_loader.ts";

/** What of shards a {@linkcode WebDatasetLoader} gives. */
export interface WebDatasetLoaderOptions extends OpenShardsOptions {
  /** What is known of recordings; becomes their clips' metadata, under what their sidecars say. */
  readonly metadata?: Pick<MetadataStore, "exists" | "load">;
  /** The member that is the sound. Default: the first whose suffix is, or ends in, one of a sound: wav, flac, mp3, ogg, opus, m4a. */
  readonly audioSuffix?: string;
  /** Whether channels become their mean. Default: they stay. */
  readonly isMono?: boolean;
  /** Hears of what is passed over, and of faults in sound that reading goes on behind. Default: the process's warnings. */
  readonly warn?: Warn;
}

/** Options of {@linkcode openWebDataset}. */
export interface OpenWebDatasetOptions extends WebDatasetLoaderOptions {
  /** Clips of which recordings: ids, or a manifest. Default: all. Of the others no byte is read. */
  readonly wavIds?: ChosenIds;
  /** Which clips, by their ids. Default: all. */
  readonly ids?: Iterable<string>;
  /** Which samples, by what the index says of them, such as their length. Default: all. */
  readonly where?: (sample: IndexedSample) => boolean;
}

const SOUND = /(?:^|\.)(?:wav|flac|mp3|ogg|opus|m4a)$/;

/** Loads samples of shards by their index: of each only its own bytes are read. */
export class WebDatasetLoader implements SpeechLoader {
  readonly index: ShardIndex;
  readonly length: number;
  readonly sizes: readonly number[];
  readonly #samples: SamplesByNumber;
  /** Which of them. */
  readonly #numbers: Uint32Array;
  readonly #reader: ShardReader;
  readonly #options: WebDatasetLoaderOptions;
  /** For what is read, until it is decoded. */
  readonly #pool = new ArrayPool();
  #ids: ReadonlyMap<string, number> | undefined;

  /** @param numbers Samples of the index that it is to have, ascending. Default: all. */
  constructor(
    index: ShardIndex,
    options: WebDatasetLoaderOptions & { readonly numbers?: Uint32Array } = {},
  ) {
    this.index = index;
    this.#samples = samplesOf(index);
    this.#numbers = options.numbers ?? Uint32Array.from({ length: this.#samples.length }, (_, i) => i);
    this.#options = options;
    this.#reader = openShards(index, options);
    this.length = this.#numbers.length;
    const sizes = index.shards.map(() => 0);
    for (const number of this.#numbers) sizes[this.#samples.shardOf(number)]++;
    this.sizes = sizes;
  }

  availableIds(): readonly string[] {
    return Array.from(this.#numbers, (number) => idOf(this.#samples.keyOf(number)));
  }

  durationSec(number: number): number | undefined {
    const { sampleCount, sampleRate } = this.#at(number);
    return sampleCount === undefined || sampleRate === undefined ? undefined : sampleCount / sampleRate;
  }

  async loadWaveform(id: string, options: LoadOptions = {}): Promise<LoadedWaveform> {
    const sample = this.#of(id);
    return await this.#named(sample, async () => {
      const suffix = this.#soundOf(sample);
      return await this.#decoded(
        sample,
        await this.#reader.read(sample, suffix, { signal: options.signal }),
        options,
      );
    });
  }

  async loadMetadata(id: string, options: LoadOptions = {}): Promise<Readonly<Record<string, unknown>>> {
    const sample = this.#of(id);
    return await this.#named(sample, async () => {
      const sidecar = hasSidecar(sample)
        ? await this.#reader.read(sample, "json", { signal: options.signal })
        : undefined;
      return await this.#metadata(sample, sidecar);
    });
  }

  async load(id: string, options: LoadOptions = {}): Promise<SpeechSample> {
    return await this.#load(this.#of(id), options);
  }

  async loadAt(number: number, options: LoadOptions = {}): Promise<SpeechSample> {
    return await this.#load(this.#at(number), options);
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #load(sample: IndexedSample, options: LoadOptions): Promise<SpeechSample> {
    return await this.#named(sample, async () => {
      const sound = this.#soundOf(sample);
      const suffixes = hasSidecar(sample) ? [sound, "json"] : [sound];
      const read: Uint8Array<ArrayBuffer>[] = [];
      const allocate = (length: number) => {
        const bytes = this.#pool.bytes(length);
        read.push(bytes);
        return bytes;
      };
      const members = await this.#reader.readAll(sample, suffixes, { signal: options.signal, allocate });
      const metadata = await this.#metadata(sample, members.get("json"));
      const decoded = await this.#decoded(sample, members.get(sound)!, options);
      for (const bytes of read) this.#pool.give(bytes);
      return { id: idOf(sample.key), wavId: sample.wavId, ...decoded, metadata };
    });
  }

  async #decoded(
    sample: IndexedSample,
    bytes: Uint8Array,
    { allocate }: LoadOptions,
  ): Promise<LoadedWaveform> {
    const { isMono = false, warn = warnOnProcess } = this.#options;
    const file = this.#fileOf(sample);
    const decoded = await decodeAudio(bytes, { file, allocate });
    for (const warning of decoded.warnings) warn(`${file}: sample ${JSON.stringify(sample.key)}: ${warning}`);
    return withChannels(decoded, isMono);
  }

  async #metadata(sample: IndexedSample, sidecar: Uint8Array | undefined): Promise<Record<string, unknown>> {
    const row = await rowOf(sample.wavId, this.#options.metadata);
    if (sidecar === undefined) return row;
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(sidecar));
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new TypeError("its sidecar is JSON, but no object");
    }
    return { ...row, ...value };
  }

  #soundOf({ members }: IndexedSample): string {
    const { audioSuffix } = this.#options;
    const sound = members.find(({ suffix }) =>
      audioSuffix === undefined ? SOUND.test(suffix) : suffix === audioSuffix
    );
    if (sound !== undefined) return sound.suffix;
    const has = members.map(({ suffix }) => suffix).join(", ");
    throw new RangeError(`it has no ${audioSuffix ?? "sound"}, but ${has || "nothing"}`);
  }

  #fileOf({ shard }: IndexedSample): string {
    return shardPath(this.index, this.index.shards[shard]);
  }

  async #named<Result>(sample: IndexedSample, load: () => Promise<Result>): Promise<Result> {
    try {
      return await load();
    } catch (error) {
      throw sampleError(error, { file: this.#fileOf(sample), key: sample.key });
    }
  }

  #of(id: string): IndexedSample {
    this.#ids ??= this.#numbersById();
    const number = this.#ids.get(id);
    if (number !== undefined) return this.#samples.at(number);
    const there = [...this.#ids.keys()].slice(0, NEAREST_AMONG);
    throw noSuchSample(id, there, { count: this.#ids.size, where: this.index.root });
  }

  /** Of two samples of one id the first is meant. */
  #numbersById(): Map<string, number> {
    const numbers = new Map<string, number>();
    for (const number of this.#numbers) {
      const id = idOf(this.#samples.keyOf(number));
      if (!numbers.has(id)) numbers.set(id, number);
    }
    return numbers;
  }

  #at(number: number): IndexedSample {
    const sample = this.#numbers[number];
    if (sample !== undefined) return this.#samples.at(sample);
    throw new RangeError(`There is no sample ${number}; there are ${this.length}, counted from 0.`);
  }
}

const hasSidecar = ({ members }: IndexedSample) => members.some(({ suffix }) => suffix === "json");

/** Keys are escaped by our own writer, where ids have dots. */
const idOf = (key: string) => key.includes("%") ? unescapeKey(key) : key;

/** Without an object for each where the index has none. */
function samplesOf(index: ShardIndex): SamplesByNumber {
  if (index.columns !== undefined) return index.columns;
  const { samples } = index;
  return {
    length: samples.length,
    at: (number) => samples[number],
    keyOf: (number) => samples[number].key,
    wavIdOf: (number) => samples[number].wavId,
    shardOf: (number) => samples[number].shard,
  };
}

/**
 * Opens shards to be loaded sample by sample, all or those that pass filters. Shards are opened when they are first read; of a sample that
 * does not pass no byte is read.
 *
 * @param source An index, its path, or the folder that it lies in.
 * @throws {ShardError} The index is none, or a shard is not what it says.
 * @throws {Error} The system's own error, with its `code`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { encodeWav } from "#lib/audio/encode_wav.ts";
 * import { openWebDataset } from "#lib/corpus/loaders/web_dataset_loader.ts";
 * import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const writer = await openShardWriter(join(folder, "shards"));
 * for (const key of ["a.1_0000", "b_0000"]) {
 *   await writer.add({ key, members: { wav: encodeWav(new Float32Array(80), { sampleRate: 8000 }) } });
 * }
 * await writer.close();
 * {
 *   await using loader = await openWebDataset(join(folder, "shards"), { wavIds: ["a.1"] });
 *   assert.deepEqual(loader.availableIds(), ["a.1_0000"]);
 *   assert.equal((await loader.load("a.1_0000")).waveform[0].length, 80);
 * }
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openWebDataset(
  source: string | ShardIndex,
  options: OpenWebDatasetOptions = {},
): Promise<WebDatasetLoader> {
  const { wavIds, ids, where, warn = warnOnProcess } = options;
  const index = typeof source === "string" ? await indexAt(source) : source;
  const samples = samplesOf(index);
  const wantedWavs = wavIds && new WantedIds(await idsOf(wavIds));
  const wantedIds = ids && new WantedIds(ids);
  const numbers = new Uint32Array(samples.length);
  let count = 0;
  for (let number = 0; number < samples.length; number++) {
    // Each is asked, also where another has said no, so that both know what they met.
    const isOfWav = wantedWavs?.meet(samples.wavIdOf(number)) ?? true;
    const isOfId = wantedIds?.meet(idOf(samples.keyOf(number))) ?? true;
    if (isOfWav && isOfId && (where?.(samples.at(number)) ?? true)) numbers[count++] = number;
  }
  tellAbsent(wantedWavs, { idAt: (i) => samples.wavIdOf(i), what: "clip of recording" });
  tellAbsent(wantedIds, { idAt: (i) => idOf(samples.keyOf(i)), what: "sample" });
  return new WebDatasetLoader(index, { ...options, numbers: numbers.slice(0, count) });

  function tellAbsent(
    wanted: WantedIds | undefined,
    { idAt, what }: { readonly idAt: (number: number) => string; readonly what: string },
  ): void {
    const absent = wanted?.absent() ?? [];
    if (absent.length === 0) return;
    const there = Array.from({ length: Math.min(samples.length, NEAREST_AMONG) }, (_, i) => idAt(i));
    warnOfAbsent(absent, there, { count: wanted!.count, where: index.root, what, warn });
  }
}

async function indexAt(path: string): Promise<ShardIndex> {
  const isFolder = (await stat(path)).isDirectory();
  return await readShardIndex(isFolder ? join(path, SHARD_INDEX_NAME) : path);
}
