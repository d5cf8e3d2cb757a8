import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { segmentsAt } from "../transforms/segments_at.ts";
import type { SpeechSample } from "../transforms/speech_sample.ts";
import type { BatchScalar, DataBatch } from "./data_batch.ts";

/** Options of {@linkcode SpeechCollator}. */
export interface SpeechCollatorOptions {
  /** Lengths are padded to a multiple of this many samples. Default 1: to the longest. */
  readonly padToMultipleOf?: number;
  /** Which segments of the metadata are to come along. Default: none. */
  readonly segmentsKey?: string;
  /** Numbers of the metadata that become arrays. Default `snr_db` and `c50_db`. */
  readonly scalars?: readonly string[];
}

/** Memory that a batch's largest arrays are made in; what stands there is written over. */
export interface BatchMemory {
  floats(length: number): Float32Array<ArrayBuffer>;
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

/**
 * Makes batches of samples: waveforms padded with zeros to the longest, with a mask, and labels, frames and numbers beside them.
 *
 * @throws {RangeError} `padToMultipleOf` is no whole number from 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SpeechCollator } from "#lib/corpus/batches/speech_collator.ts";
 * const sample = (id: string, length: number, metadata = {}) => ({
 *   ...{ id, wavId: id, waveform: [new Float32Array(length).fill(1)], sampleRate: 16_000, metadata },
 * });
 * const batch = new SpeechCollator({ padToMultipleOf: 4 }).collate([sample("a", 3, { snr_db: 12 }), sample("b", 5)]);
 * assert.deepEqual(batch.waveforms.shape, [2, 1, 8]);
 * assert.equal(batch.attentionMask.data.join(""), "1110000011111000");
 * assert.deepEqual([...batch.scalars.snr_db.values.data], [12, NaN]);
 * assert.equal(batch.paddingShare, 0.5);
 * ```
 */
export class SpeechCollator {
  readonly #multiple: number;
  readonly #segmentsKey: string | undefined;
  readonly #scalars: readonly string[];

  constructor(options: SpeechCollatorOptions = {}) {
    const { padToMultipleOf = 1, segmentsKey, scalars = ["snr_db", "c50_db"] } = options;
    if (!Number.isSafeInteger(padToMultipleOf) || padToMultipleOf < 1) {
      throw new RangeError(`padToMultipleOf is a whole number from 1, not ${padToMultipleOf}.`);
    }
    this.#multiple = padToMultipleOf;
    this.#segmentsKey = segmentsKey;
    this.#scalars = [...scalars];
  }

  /**
   * One batch.
   *
   * @param memory For waveforms and their mask. Default: new arrays.
   * @throws {RangeError} There is no sample, their rates, channels or counts of labels differ, or a number is none; the sample is named.
   */
  collate(samples: readonly SpeechSample[], memory?: BatchMemory): DataBatch {
    if (samples.length === 0) throw new RangeError("A batch needs a sample or more; there was none.");
    const { sampleRate, channels, lengths } = checked(samples);
    const size = samples.length;
    const longest = Math.ceil(Math.max(...lengths) / this.#multiple) * this.#multiple;
    const waveforms = memory?.floats(size * channels * longest) ??
      new Float32Array(size * channels * longest);
    const mask = memory?.bytes(size * longest) ?? new Uint8Array(size * longest);
    for (const [b, { waveform }] of samples.entries()) {
      const length = lengths[b];
      waveform.forEach((channel, c) => {
        const begin = (b * channels + c) * longest;
        waveforms.set(channel, begin);
        waveforms.fill(0, begin + length, begin + longest);
      });
      mask.fill(1, b * longest, b * longest + length);
      mask.fill(0, b * longest + length, (b + 1) * longest);
    }
    const key = this.#segmentsKey;
    const filled = lengths.reduce((sum, length) => sum + length, 0);
    return {
      waveforms: ndArray("f4", [size, channels, longest], waveforms),
      waveformLengths: ndArray("i4", [size], Int32Array.from(lengths)),
      attentionMask: ndArray("b1", [size, longest], mask),
      sampleRate,
      durationsSec: ndArray("f4", [size], Float32Array.from(lengths, (length) => length / sampleRate)),
      ids: samples.map(({ id }) => id),
      wavIds: samples.map(({ wavId }) => wavId),
      ...labelsOf(samples),
      ...frameLabelsOf(samples),
      ...(key === undefined ? {} : { segments: samples.map((sample) => segmentsAt(sample, key)) }),
      scalars: this.#scalarsOf(samples),
      metadata: samples.map(({ metadata }) => metadata),
      paddingShare: longest === 0 ? 0 : 1 - filled / (size * longest),
    };
  }

  #scalarsOf(samples: readonly SpeechSample[]): Record<string, BatchScalar> {
    const found: [string, BatchScalar][] = [];
    for (const name of this.#scalars) {
      const numbers = samples.map((sample) => numberAt(sample, name));
      if (numbers.every((number) => number === undefined)) continue;
      found.push([name, {
        values: ndArray("f4", [samples.length], Float32Array.from(numbers, (number) => number ?? NaN)),
        mask: ndArray(
          "b1",
          [samples.length],
          Uint8Array.from(numbers, (number) => number === undefined ? 0 : 1),
        ),
      }]);
    }
    return Object.fromEntries(found);
  }
}

function checked(samples: readonly SpeechSample[]) {
  const [{ id: first, sampleRate, waveform: { length: channels } }] = samples;
  if (channels === 0) throw new RangeError(`${first} has no channel; a batch needs one or more.`);
  const lengths = samples.map(({ id, sampleRate: rate, waveform }) => {
    if (rate !== sampleRate) {
      throw new RangeError(
        `${id} has ${rate} Hz, ${first} ${sampleRate}; a batch is of one rate: resample before.`,
      );
    }
    if (waveform.length !== channels) {
      throw new RangeError(
        `${id} has ${waveform.length} channels, ${first} ${channels}; a batch needs as many of each.`,
      );
    }
    const [{ length }] = waveform;
    if (waveform.some((channel) => channel.length !== length)) {
      throw new RangeError(`The channels of ${id} are not of one length.`);
    }
    return length;
  });
  return { sampleRate, channels, lengths };
}

function labelsOf(samples: readonly SpeechSample[]): Pick<DataBatch, "labels" | "labelMask"> {
  if (samples.every(({ labels }) => labels === undefined)) return {};
  const most = Math.max(...samples.map(({ labels }) => labels?.length ?? 0));
  const ids = new Int32Array(samples.length * most).fill(-1);
  const mask = new Uint8Array(ids.length);
  for (const [b, { labels = [] }] of samples.entries()) {
    ids.set(labels, b * most);
    mask.fill(1, b * most, b * most + labels.length);
  }
  const shape = [samples.length, most];
  return { labels: ndArray("i4", shape, ids), labelMask: ndArray("b1", shape, mask) };
}

function frameLabelsOf(samples: readonly SpeechSample[]): { readonly frameLabels?: ArrayOf<"b1"> } {
  let first: { readonly id: string; readonly count: number } | undefined;
  let most = 0;
  for (const { id, frameLabels } of samples) {
    if (frameLabels === undefined) continue;
    const [frames, count = 1] = frameLabels.shape;
    first ??= { id, count };
    if (count !== first.count) {
      throw new RangeError(
        `The frames of ${id} have ${count} labels, those of ${first.id} ${first.count}; a batch needs as many of each.`,
      );
    }
    most = Math.max(most, frames);
  }
  if (first === undefined) return {};
  const all = new Uint8Array(samples.length * most * first.count);
  for (const [b, { frameLabels }] of samples.entries()) {
    if (frameLabels !== undefined) all.set(frameLabels.data, b * most * first.count);
  }
  return { frameLabels: ndArray("b1", [samples.length, most, first.count], all) };
}

function numberAt({ id, metadata }: SpeechSample, name: string): number | undefined {
  const value = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return value;
  const text = String(value).trim();
  const number = /^nan$/i.test(text) ? NaN : Number(text);
  if (
    text !== "" && (typeof value === "bigint" || typeof value === "string") &&
    (Number.isFinite(number) || /^nan$/i.test(text))
  ) {
    return number;
  }
  throw new RangeError(
    `${id} has ${name} ${
      typeof value === "string" ? JSON.stringify(value) : `a ${typeof value}`
    }; a number or null is needed.`,
  );
}
