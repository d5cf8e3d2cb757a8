import { counted } from "#lib/language/counted.ts";
import type { AudioBlock } from "./audio.ts";
import type { FfmpegFrame } from "./ffmpeg_log.ts";

/** Seconds by which sound may be off the container's times before silence is put in, as in ffmpeg's `aresample=async=1`. */
const GAP_SEC = 0.1;
/** Seconds by which it may begin after the file: encoders' priming and video's first pictures take less. */
const LEAD_SEC = 0.2;
/** The least gap behind a fault of the decoder; half of the piece of sound behind it where that is more. */
const FAULT_GAP_SEC = 0.002;
/** A jump ahead of more is another clock, not a pause. */
const MOST_GAP_SEC = 3600;
/** Jumps back of more, and many short ones that add up to as much, are another clock, as in files that were joined. */
const BACK_SEC = 0.1;
/** Jumps that are told each. */
const MOST_JUMPS = 5;
/** Samples of a block of silence. */
const BLOCK = 1 << 14;

/**
 * Silence where a container's times leave a gap, so that nothing behind it moves: pauses of a recorder, lost packets, and
 * sound that begins after its video. It is told how the sound is timed, in order, and before the sound itself comes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TimelineFill } from "#lib/audio/timeline_fill.ts";
 *
 * const fill = new TimelineFill({ sampleRate: 10, originSec: 0 });
 * fill.describe({ sec: 0, samples: 10, rate: 10 });
 * fill.describe({ sec: 1.5, samples: 10, rate: 10 });
 * assert.equal(fill.described, 20);
 * const blocks = [...fill.fill([new Float32Array(20).fill(1)])];
 * assert.deepEqual(blocks.map(([mono]) => [mono.length, mono[0]]), [[10, 1], [5, 0], [10, 1]]);
 * assert.match(fill.warnings[0], /has 1 gap in its times: 0\.500 s .* silence, the first at 1\.000 s/);
 * ```
 */
export class TimelineFill {
  readonly #sampleRate: number;
  readonly #originSec: number;
  readonly #isClocked: boolean;
  readonly #leastGapSec: number;
  readonly #gaps: { at: number; frames: number }[] = [];
  readonly #jumps: string[] = [];
  #isFirst = true;
  #isLost = false;
  /** Hz of the last piece of sound. */
  #rate: number | undefined;
  readonly #changes: string[] = [];
  /** Seconds of each jump back. */
  readonly #backsSec: number[] = [];
  /** Behind a piece that jumped back: where the next comes if it was that one's time alone that is wrong. */
  #undoneSec: number | undefined;
  /** Channels of the last piece of sound, and where they changed. */
  #channels: number | undefined;
  readonly #shapes: string[] = [];
  #described = 0;
  #given = 0;
  /** The time by the container of what would come next without a gap, in seconds. */
  #nextSec = 0;
  #leadSec = 0;
  #filled = { places: 0, frames: 0, first: 0 };
  /** Samples of silence so far. */
  #silent = 0;

  /**
   * @param options `sampleRate` of what comes out, in Hz; `originSec`: the container's time that is 0 here; `isClocked`: whether
   *   the container has times of its own. Of a stream without them ffmpeg counts samples, at the rate that it began with: they
   *   are followed as far as that holds. Default: true.
   *   `leastGapSec`: seconds of a gap that silence is put in. Default: 0.1.
   */
  constructor(
    options: { sampleRate: number; originSec: number; isClocked?: boolean; leastGapSec?: number },
  ) {
    this.#leastGapSec = options.leastGapSec ?? GAP_SEC;
    this.#sampleRate = options.sampleRate;
    this.#isClocked = options.isClocked ?? true;
    this.#originSec = options.originSec;
  }

  /** Samples whose times are known, at the rate that comes out; infinite where times are no longer followed. */
  get described(): number {
    return this.#isLost ? Infinity : Math.round(this.#described);
  }

  /** The time of the next piece of sound. */
  describe({ sec, samples, rate, channels, isBehindFault = false }: FfmpegFrame): void {
    const now = () => this.#seconds(this.#described + this.#silent);
    if (channels !== undefined) {
      const was = this.#channels ??= channels;
      if (channels !== was && !this.#isLost) {
        this.#shapes.push(`changes from ${was} to ${channels} channels at ${now()} s`);
      } else if (channels !== was && this.#shapes.length === 0) {
        this.#shapes.push(`changes from ${was} to ${channels} channels`);
      }
      this.#channels = channels;
    }
    if (this.#isLost) return;
    if (!(rate > 0 && samples >= 0)) {
      this.#isLost = true;
      this.#jumps.push(
        `has times that ffmpeg tells in words that are not known at ${now()} s, and gaps in its times behind that are not filled`,
      );
      return;
    }
    if (rate !== this.#sampleRate && !this.#isClocked) {
      this.#isLost = true;
      this.#jumps.push(
        `changes to ${rate} Hz at ${now()} s, and gaps in its times behind that are not filled`,
      );
      return;
    }
    if (rate !== (this.#rate ?? this.#sampleRate)) this.#changes.push(`changes to ${rate} Hz at ${now()} s`);
    this.#rate = rate;
    if (sec !== undefined) {
      if (this.#undoneSec !== undefined && Math.abs(sec - this.#undoneSec) <= this.#leastGapSec) {
        this.#nextSec = this.#undoneSec;
        this.#jumps.pop();
        this.#backsSec.pop();
      }
      this.#undoneSec = undefined;
      // Where pieces did not decode, no jitter is what is missing, but whole pieces: they are as long as this one.
      const pieceSec = Math.max(FAULT_GAP_SEC, samples / rate / 2);
      const [leadSec, gapSec] = isBehindFault
        ? [Math.min(LEAD_SEC, pieceSec), Math.min(this.#leastGapSec, pieceSec)]
        // Where samples are counted, none is priming.
        : [this.#leastGapSec < GAP_SEC ? this.#leastGapSec : LEAD_SEC, this.#leastGapSec];
      const ahead = sec - (this.#isFirst ? this.#originSec : this.#nextSec);
      if (this.#isFirst) {
        if (ahead > MOST_GAP_SEC) this.#jump(sec, ahead, samples / rate);
        else if (ahead > leadSec) this.#lead(ahead);
        this.#nextSec = sec;
      } else if (ahead > MOST_GAP_SEC || ahead < -BACK_SEC) this.#jump(sec, ahead, samples / rate);
      else if (ahead > gapSec) {
        const frames = this.#silence(ahead);
        const { places, first } = this.#filled;
        const at = this.#described + this.#silent - frames;
        this.#filled = {
          places: places + 1,
          frames: this.#filled.frames + frames,
          first: places === 0 ? at : first,
        };
        this.#nextSec = sec;
      }
    }
    this.#isFirst = false;
    // ffmpeg resamples to the first rate what comes at another.
    this.#described += samples * this.#sampleRate / rate;
    this.#nextSec += samples / rate;
  }

  /** The next sound, with the silence in it and before it. */
  *fill(block: AudioBlock): Generator<AudioBlock> {
    const length = block[0]?.length ?? 0;
    let from = 0;
    while (this.#gaps.length > 0 && this.#gaps[0].at < this.#given + length) {
      const { at, frames } = this.#gaps.shift()!;
      const until = at - this.#given;
      if (until > from) yield block.map((samples) => samples.slice(from, until));
      from = until;
      for (let left = frames; left > 0; left -= BLOCK) {
        yield block.map(() => new Float32Array(Math.min(left, BLOCK)));
      }
    }
    this.#given += length;
    if (from < length) yield from === 0 ? block : block.map((samples) => samples.slice(from));
  }

  /** Seconds of silence before the sound. */
  get leadSec(): number {
    return this.#leadSec;
  }

  /** Seconds of silence inside. */
  get gapSec(): number {
    return this.#filled.frames / this.#sampleRate;
  }

  /** What was filled, and where times were not followed. */
  get warnings(): readonly string[] {
    const { places, frames, first } = this.#filled;
    const said: string[] = [];
    if (this.#leadSec > 0) {
      said.push(
        `has sound from ${
          this.#leadSec.toFixed(3)
        } s on; before it is silence, so that times are those of the file`,
      );
    }
    if (places > 0) {
      const gaps = counted(places, "gap");
      said.push(
        `has ${gaps} ${this.#isClocked ? "in its times" : "between its frames"}: ${
          this.#seconds(frames)
        } s are missing and were filled with silence, ` +
          `the first at ${this.#seconds(first)} s`,
      );
    }
    if (this.#changes.length > 0) {
      const more = this.#changes.length > 1 ? ` (the first of ${this.#changes.length} changes)` : "";
      said.push(`${this.#changes[0]}${more}; all is resampled to ${this.#sampleRate} Hz`);
    }
    if (this.#shapes.length > 0) {
      const more = this.#shapes.length > 1 ? ` (the first of ${this.#shapes.length} changes)` : "";
      said.push(`${this.#shapes[0]}${more}; all is mixed or copied to those that it began with`);
    }
    said.push(...this.#jumps.slice(0, MOST_JUMPS));
    const more = this.#jumps.length - MOST_JUMPS;
    if (more > 0) said.push(`has ${more} more places like these`);
    if (this.#backsSec.length > 1) {
      const sum = this.#backsSec.reduce((sum, sec) => sum + sec, 0);
      said.push(
        `has times that jump back by ${sum.toFixed(3)} s in all, in ${
          counted(this.#backsSec.length, "place")
        }`,
      );
    }
    return said;
  }

  #seconds(frames: number): string {
    return (frames / this.#sampleRate).toFixed(3);
  }

  #silence(sec: number): number {
    const frames = Math.round(sec * this.#sampleRate);
    this.#gaps.push({ at: Math.round(this.#described), frames });
    this.#silent += frames;
    return frames;
  }

  #lead(sec: number): void {
    this.#leadSec = sec;
    this.#silence(sec);
  }

  #jump(sec: number, ahead: number, durationSec: number): void {
    const at = this.#seconds(this.#described + this.#silent);
    const by = `${Math.abs(ahead).toFixed(3)} s ${ahead > 0 ? "ahead" : "back"}`;
    if (ahead < 0) {
      this.#backsSec.push(-ahead);
      this.#undoneSec = this.#nextSec + durationSec;
    }
    this.#jumps.push(`has times that jump ${by} at ${at} s; what follows was put right behind`);
    this.#nextSec = sec;
  }
}
