import { readFile } from "node:fs/promises";
import { decodeAudioFile } from "#lib/audio/decode_audio.ts";
import { decodeUtf8 } from "#lib/timeline/text_files.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import type { WavId } from "../ids/wav_id.ts";
import { type ListedRecordings, listedRecordings, someRecordings } from "../recordings/listed_recordings.ts";
import { parseRecordings } from "../recordings/parse_recordings.ts";
import { scanPlainList } from "../recordings/plain_list.ts";
import type { ListedRecording } from "../recordings/recording_list.ts";
import type { MetadataStore } from "../store/metadata_store.ts";
import type { SpeechSample } from "../transforms/speech_sample.ts";
import { type ChosenIds, idsOf, NEAREST_AMONG, noSuchSample, warnOfAbsent } from "./chosen_ids.ts";
import { rowOf, withChannels } from "./loader_parts.ts";
import { sampleError } from "./sample_error.ts";
import type { LoadedWaveform, LoadOptions, SpeechLoader } from "./speech_loader.ts";

/** Options of {@linkcode openRawFiles}. */
export interface RawFileLoaderOptions {
  /** Which recordings: ids, or a manifest. Default: all. Of the others nothing is read. */
  readonly wavIds?: ChosenIds;
  /** What is known of recordings; becomes their metadata. */
  readonly metadata?: Pick<MetadataStore, "exists" | "load">;
  /** Whether channels become their mean. Default: they stay. */
  readonly isMono?: boolean;
  /** The ffmpeg executable, for formats that are not read here. Default: `ffmpeg` on the PATH. */
  readonly ffmpeg?: string;
  /** Hears of wanted ids that are not there, and of faults in files that reading goes on behind. Default: the process's warnings. */
  readonly warn?: Warn;
}

/** Loads whole recordings from their files, by a list of them. */
export class RawFileLoader implements SpeechLoader {
  readonly length: number;
  readonly sizes: readonly number[];
  readonly #recordings: ListedRecordings;
  readonly #options: RawFileLoaderOptions;
  readonly #source: string;

  /**
   * @param recordings Those that it is to have, each id once.
   * @throws {RangeError} Two have one id.
   */
  constructor(
    recordings: readonly ListedRecording[] | ListedRecordings,
    options: Omit<RawFileLoaderOptions, "wavIds"> & { readonly source?: string } = {},
  ) {
    this.#recordings = "numberOf" in recordings ? recordings : listedRecordings(recordings);
    this.#options = options;
    this.#source = options.source ?? "The list of recordings";
    this.length = recordings.length;
    // Files lie nowhere near each other, so that each is mixed by itself.
    this.sizes = new Array<number>(recordings.length).fill(1);
  }

  availableIds(): readonly WavId[] {
    return Array.from({ length: this.length }, (_, number) => this.#recordings.at(number).wavId);
  }

  idBytes(): Uint8Array {
    return this.#recordings.idBytes();
  }

  durationSec(number: number): number | undefined {
    return this.#recordings.durationSec(this.#checked(number));
  }

  async loadWaveform(id: WavId, options: LoadOptions = {}): Promise<LoadedWaveform> {
    return await this.#waveform(this.#of(id), options);
  }

  async loadMetadata(id: WavId): Promise<Readonly<Record<string, unknown>>> {
    return await this.#metadata(this.#of(id));
  }

  async load(id: WavId, options: LoadOptions = {}): Promise<SpeechSample> {
    return await this.#load(this.#of(id), options);
  }

  async loadAt(number: number, options: LoadOptions = {}): Promise<SpeechSample> {
    return await this.#load(this.#at(number), options);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #load(recording: ListedRecording, options: LoadOptions): Promise<SpeechSample> {
    const { wavId } = recording;
    const metadata = await this.#metadata(recording);
    return { id: wavId, wavId, ...await this.#waveform(recording, options), metadata };
  }

  async #waveform({ wavId, file }: ListedRecording, { signal }: LoadOptions): Promise<LoadedWaveform> {
    const { ffmpeg, isMono = false, warn = warnOnProcess } = this.#options;
    signal?.throwIfAborted();
    try {
      const decoded = await decodeAudioFile(file, { ffmpeg });
      for (const warning of decoded.warnings) warn(`${file}: ${warning}`);
      return withChannels(decoded, isMono);
    } catch (error) {
      throw sampleError(error, { file, key: wavId });
    }
  }

  async #metadata({ wavId, path, durationSec }: ListedRecording): Promise<Record<string, unknown>> {
    return { wav_id: wavId, path, duration: durationSec, ...await rowOf(wavId, this.#options.metadata) };
  }

  #of(id: WavId): ListedRecording {
    const number = this.#recordings.numberOf(id);
    if (number === undefined) {
      throw noSuchSample(id, firstIds(this.#recordings), { count: this.length, where: this.#source });
    }
    return this.#recordings.at(number);
  }

  #at(number: number): ListedRecording {
    return this.#recordings.at(this.#checked(number));
  }

  #checked(number: number): number {
    if (Number.isSafeInteger(number) && number >= 0 && number < this.length) return number;
    throw new RangeError(`There is no sample ${number}; there are ${this.length}, counted from 0.`);
  }
}

/**
 * Opens recordings to be loaded as samples: those of a list (JSON lines or CSV, `dialab manifest`), or listed ones. Files are opened when
 * they are loaded.
 *
 * @param recordings A list's path, or recordings.
 * @throws {TimelineFileError} The list is none.
 * @throws {RangeError} Two recordings have one id.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeWav } from "#lib/audio/write_wav.ts";
 * import { openRawFiles } from "#lib/corpus/loaders/raw_file_loader.ts";
 * import { listRecordings } from "#lib/corpus/recordings/list_recordings.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * for (const id of ["a", "b"]) await writeWav(join(folder, `${id}.wav`), new Float32Array(80), { sampleRate: 8000 });
 * const { recordings } = await listRecordings(folder);
 * const loader = await openRawFiles(recordings, { wavIds: ["b"] });
 * assert.deepEqual(loader.availableIds(), ["b"]);
 * const { waveform, metadata } = await loader.load("b");
 * assert.deepEqual([waveform[0].length, metadata.duration], [80, 0.01]);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openRawFiles(
  recordings: string | readonly ListedRecording[],
  options: RawFileLoaderOptions = {},
): Promise<RawFileLoader> {
  const { wavIds, warn = warnOnProcess } = options;
  const source = typeof recordings === "string" ? recordings : "The list of recordings";
  const all = typeof recordings === "string" ? await listAt(recordings, warn) : listedRecordings(recordings);
  if (wavIds === undefined) return new RawFileLoader(all, { ...options, source });
  const isWanted = new Uint8Array(all.length);
  const absent = new Set<WavId>();
  let wanted = 0;
  for (const id of await idsOf(wavIds)) {
    const number = all.numberOf(id);
    if (number === undefined) absent.add(id);
    else if (isWanted[number] === 0) {
      isWanted[number] = 1;
      wanted++;
    }
  }
  if (absent.size > 0) {
    const options = { count: wanted + absent.size, where: source, what: "recording", warn };
    warnOfAbsent([...absent], firstIds(all), options);
  }
  const numbers = new Uint32Array(wanted);
  let i = 0;
  for (let number = 0; number < all.length; number++) if (isWanted[number] === 1) numbers[i++] = number;
  return new RawFileLoader(someRecordings(all, numbers), { ...options, source });
}

/** A plain list is looked through where it lies; any other is read whole. */
async function listAt(file: string, warn: Warn): Promise<ListedRecordings> {
  const bytes = await readFile(file);
  return scanPlainList(bytes, { file }) ??
    listedRecordings(parseRecordings(decodeUtf8(bytes, { file }), { file, warn }).recordings);
}

/** Among which the nearest of a missing one is looked for. */
function firstIds(recordings: ListedRecordings): WavId[] {
  return Array.from({ length: Math.min(recordings.length, NEAREST_AMONG) }, (_, i) => recordings.at(i).wavId);
}
