import { counted } from "#lib/language/counted.ts";
import type { Audio, AudioBlock } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";
import type { EditList, Mp4Edit } from "./mp4_edits.ts";

/** Samples of silence at a time. */
const SILENCE = 1 << 16;
/** A pause of more is no recorder's. */
const MOST_PAUSE_SEC = 3600;
/** Each piece may have to be read from the start. */
const MOST_EDITS = 10_000;
/** Edits that are named; of more, the first. */
const NAMED = 4;
/** Seconds that edits may reach beyond the sound: a packet, and times in milliseconds. */
const BEYOND_SEC = 0.1;

function named({ sec, startTicks, rate }: Mp4Edit, timescale: number): string {
  const length = sec === 0 ? "all" : `${sec.toFixed(3)} s`;
  if (startTicks === undefined) return `a pause of ${length}`;
  return `${length} from ${(startTicks / timescale).toFixed(3)} s${rate === 1 ? "" : ` at rate ${rate}`}`;
}

function told({ edits, timescale }: EditList): string[] {
  const list = edits.slice(0, NAMED).map((edit) => named(edit, timescale)).join(", ");
  const more = edits.length > NAMED ? `, and ${edits.length - NAMED} more` : "";
  const sound = edits.filter(({ startTicks }) => startTicks !== undefined);
  const warnings = [
    `is put together by a list of ${counted(edits.length, "edit")}: ${list}${more}`,
  ];
  const sped = sound.filter(({ rate }) => rate !== 1).length;
  if (sped > 0) {
    warnings.push(
      `has ${sped} of its edits at another rate than 1, which was read at rate 1: ` +
        "times differ from those of a player",
    );
  }
  const long = edits.filter(({ startTicks, sec }) => startTicks === undefined && sec > MOST_PAUSE_SEC).length;
  if (long > 0) warnings.push(`has ${long} pauses of more than an hour in its list of edits, left out`);
  return warnings;
}

/** Reads pieces of a recording; one that lies before what was read last starts anew. */
class Pieces {
  readonly #audio: Audio;
  #blocks: AsyncIterator<AudioBlock> | undefined;
  #block: AudioBlock = [];
  /** Where the block begins. */
  #at = 0;

  constructor(audio: Audio) {
    this.#audio = audio;
  }

  get #length(): number {
    return this.#block[0]?.length ?? 0;
  }

  /** From one sample to another, or as far as it goes. */
  async *read(from: number, to: number): AsyncGenerator<AudioBlock> {
    if (this.#blocks === undefined || from < this.#at) {
      await this.close();
      this.#blocks = this.#audio.blocks()[Symbol.asyncIterator]();
      this.#block = [];
      this.#at = 0;
    }
    for (let position = from; position < to;) {
      if (position >= this.#at + this.#length) {
        const { done, value } = await this.#blocks.next();
        if (done) return;
        this.#at += this.#length;
        this.#block = value;
        continue;
      }
      const until = Math.min(to, this.#at + this.#length);
      yield this.#block.map((samples) => samples.slice(position - this.#at, until - this.#at));
      position = until;
    }
  }

  async close(): Promise<void> {
    await this.#blocks?.return?.();
    this.#blocks = undefined;
  }
}

function* silence(frames: number, channels: number): Generator<AudioBlock> {
  for (let left = frames; left > 0; left -= SILENCE) {
    yield Array.from({ length: channels }, () => new Float32Array(Math.min(left, SILENCE)));
  }
}

/**
 * A recording as a list of edits plays it: its pieces in that order, and silence for pauses. Pieces in the order of the
 * sound are read in one go; each that lies before the last takes a reading more. `warnings` names the edits.
 *
 * @param audio All of the sound, as if there were no edits.
 * @throws {AudioFileError} There are more than 10 000 edits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
 * import { editedAudio } from "#lib/audio/edited_audio.ts";
 *
 * const audio = audioFromSamples(Float32Array.of(0.1, 0.2, 0.3, 0.4), { sampleRate: 16000 });
 * const edits = [{ sec: 2 / 16000, startTicks: 2, rate: 1 }, { sec: 1 / 16000, startTicks: 0, rate: 1 }];
 * const edited = editedAudio(audio, { edits, timescale: 16000, heldSec: undefined });
 * const heard = [];
 * for await (const [block] of edited.blocks()) heard.push(...block);
 * assert.deepEqual(heard, [...Float32Array.of(0.3, 0.4, 0.1)]);
 * ```
 */
export function editedAudio(audio: Audio, list: EditList): Audio {
  const { edits, timescale } = list;
  const { file, sampleRate, channels } = audio;
  if (edits.length > MOST_EDITS) {
    const fault = `has a list of ${edits.length} edits; up to ${MOST_EDITS} are played`;
    throw new AudioFileError(fault, { file, isFinal: true });
  }
  const warnings = told(list);
  const pieces = edits.map(({ sec, startTicks }, i) => {
    const from = startTicks === undefined ? undefined : Math.round(startTicks / timescale * sampleRate);
    const isToEnd = sec === 0 && from !== undefined;
    const isPlayed = from !== undefined || sec <= MOST_PAUSE_SEC;
    const frames = isToEnd ? Infinity : isPlayed ? Math.round(sec * sampleRate) : 0;
    return { from, frames, isLast: i === edits.length - 1 };
  });
  const lengths = pieces.map(({ from, frames, isLast }) => {
    if (from === undefined) return frames;
    const there = audio.frames === undefined ? NaN : Math.max(0, audio.frames - from);
    return isLast || frames === Infinity ? Math.min(frames, there) : frames;
  });
  const total = lengths.reduce((sum, length) => sum + length, 0);

  async function* blocks(): AsyncGenerator<AudioBlock> {
    const reader = new Pieces(audio);
    let beyond = 0;
    let given = 0;
    try {
      for (const { from, frames, isLast } of pieces) {
        let left = frames;
        if (from !== undefined) {
          for await (const block of reader.read(from, from + frames)) {
            left -= block[0].length;
            given += block[0].length;
            yield block;
          }
          if (left === Infinity) continue;
          beyond += left;
          // What follows keeps its time.
          if (isLast) continue;
        }
        given += left;
        yield* silence(left, channels);
      }
    } finally {
      await reader.close();
    }
    const warning = `plays ${(beyond / sampleRate).toFixed(3)} s by its list of edits that it does not hold`;
    if (beyond > BEYOND_SEC * sampleRate && !warnings.includes(warning)) warnings.push(warning);
    if (given === 0) {
      throw new AudioFileError("has a list of edits that leaves nothing to hear", { file, isFinal: true });
    }
  }
  return {
    file,
    sampleRate,
    channels,
    frames: Number.isNaN(total) ? undefined : total,
    format: audio.format,
    get warnings() {
      return [...warnings, ...audio.warnings];
    },
    blocks,
    close: () => audio.close(),
    [Symbol.asyncDispose]: () => audio[Symbol.asyncDispose](),
  };
}
