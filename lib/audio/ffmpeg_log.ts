/** A piece of sound as ffmpeg's decoder gave it. */
export interface FfmpegFrame {
  /** Its time by the container, in seconds; undefined where the container has none. */
  readonly sec: number | undefined;
  /** Samples per channel; NaN where a version of ffmpeg tells them in other words. */
  readonly samples: number;
  /** Whether an error was told since the piece before it. */
  readonly isBehindFault?: boolean;
  /** Hz; NaN as before. */
  readonly rate: number;
  /** Undefined where ffmpeg does not tell. */
  readonly channels?: number;
}

/** Kinds of errors that are kept. */
const MOST_KINDS = 5;
/** Characters of one. */
const MOST_CHARACTERS = 300;

const ERROR = /^((?:\[[^\]]* @ 0x[0-9a-f]+\] )*)\[(?:error|fatal|panic)\] (.*)$/;
/** Where in memory something stood, which is another place in each run. */
const ADDRESS = / @ 0x[0-9a-f]+/g;
const FRAME = /pts_time:(\S+) .*\brate:(\d+) nb_samples:(\d+)/;
const CHANNELS = /\bchannels:(\d+)/;
const ANY_FRAME = /Parsed_ashowinfo.*\bn: *\d/;

/**
 * What ffmpeg writes on stderr with `-v level+info` and the filter `ashowinfo`, taken apart as it comes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FfmpegLog } from "#lib/audio/ffmpeg_log.ts";
 *
 * const log = new FfmpegLog();
 * log.push("[info] Output #0\n[h264 @ 0x5f] [error] no fr");
 * log.push("ame\n[Parsed_ashowinfo_0 @ 0x5e] [info] n:0 pts:7 pts_time:1.5 ");
 * log.push("fmt:fltp channels:1 rate:16000 nb_samples:1024 checksum:0\n");
 * assert.deepEqual(log.said, ["[h264] no frame"]);
 * assert.deepEqual(log.takeFrames(), [{ sec: 1.5, samples: 1024, rate: 16000, channels: 1, isBehindFault: true }]);
 * ```
 */
export class FfmpegLog {
  #rest = "";
  readonly #said = new Map<string, number>();
  #others = 0;
  #isBehindFault = false;
  #frames: FfmpegFrame[] = [];

  /** Errors, each once and how often it came, without places in memory: the same in each run. */
  get said(): readonly string[] {
    const kinds = [...this.#said].map(([text, times]) => times === 1 ? text : `${text} (${times} times)`);
    return this.#others === 0 ? kinds : [...kinds, `${this.#others} more errors of other kinds`];
  }

  /** Whether an error was told behind the last piece of sound, or before any. */
  get isBehindFault(): boolean {
    return this.#isBehindFault;
  }

  /** More of what it wrote. */
  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
  }

  /** The pieces of sound since the last call, in order. */
  takeFrames(): readonly FfmpegFrame[] {
    const frames = this.#frames;
    this.#frames = [];
    return frames;
  }

  #take(line: string): void {
    const frame = line.includes("Parsed_ashowinfo") ? FRAME.exec(line) : undefined;
    if (frame) {
      const sec = Number(frame[1]);
      const channels = CHANNELS.exec(line);
      this.#frames.push({
        sec: Number.isFinite(sec) ? sec : undefined,
        samples: Number(frame[3]),
        rate: Number(frame[2]),
        ...(channels && { channels: Number(channels[1]) }),
        ...(this.#isBehindFault && { isBehindFault: true }),
      });
      this.#isBehindFault = false;
      return;
    }
    if (ANY_FRAME.test(line)) this.#frames.push({ sec: undefined, samples: NaN, rate: NaN });
    const error = ERROR.exec(line);
    if (!error) return;
    this.#isBehindFault = true;
    const text = `${error[1]}${error[2]}`.replaceAll(ADDRESS, "").trim().slice(0, MOST_CHARACTERS);
    if (text === "") return;
    const times = this.#said.get(text);
    if (times === undefined && this.#said.size === MOST_KINDS) this.#others++;
    else this.#said.set(text, (times ?? 0) + 1);
  }
}
