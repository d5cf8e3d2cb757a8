/** A piece of sound as ffmpeg's decoder gave it. */
export interface FfmpegFrame {
  /** Its time by the container, in seconds; undefined where the container has none. */
  readonly sec: number | undefined;
  /** Samples per channel; NaN where a version of ffmpeg tells them in other words. */
  readonly samples: number;
  /** Hz; NaN as before. */
  readonly rate: number;
  /** Undefined where ffmpeg does not tell. */
  readonly channels?: number;
}

/** Characters of errors that are kept. */
const SAID = 2000;

const ERROR = /^((?:\[[^\]]* @ 0x[0-9a-f]+\] )*)\[(?:error|fatal|panic)\] (.*)$/;
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
 * assert.equal(log.said, "[h264 @ 0x5f] no frame");
 * assert.deepEqual(log.takeFrames(), [{ sec: 1.5, samples: 1024, rate: 16000, channels: 1 }]);
 * ```
 */
export class FfmpegLog {
  #rest = "";
  #said = "";
  #frames: FfmpegFrame[] = [];

  /** Errors, one a line. */
  get said(): string {
    return this.#said.trim();
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
      });
      return;
    }
    if (ANY_FRAME.test(line)) this.#frames.push({ sec: undefined, samples: NaN, rate: NaN });
    const error = ERROR.exec(line);
    if (error) this.#said = `${this.#said}${error[1]}${error[2]}\n`.slice(0, SAID);
  }
}
