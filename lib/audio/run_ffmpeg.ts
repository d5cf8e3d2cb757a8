import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { resolve } from "node:path";

/** How ffmpeg ended. */
export interface FfmpegEnd {
  readonly status: number | null;
  /** The errors that it told on stderr. */
  readonly said: string;
  /** There is no such executable. */
  readonly missing: boolean;
  /** Samples of silence that it put where the file's times leave a gap. */
  readonly filled: number;
  /** Samples that it left out where the file's times overlap. */
  readonly dropped: number;
}

/** A running ffmpeg that writes a WAV of 32-bit floats. */
export interface FfmpegRun {
  /** The WAV in pieces, as they come. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** How it ended; waits for the end. */
  ended(): Promise<FfmpegEnd>;
  /** Ends it, if it still runs. */
  stop(): void;
}

/** Characters of stderr that are kept. */
const SAID = 2000;

/** What of its lines is an error, and what tells that samples were moved (libswresample, swr_inject_silence). */
const ERROR = /\[(?:panic|fatal|error)\] /;
const FILLED = /\[SWR @ .*adding (\d+) audio samples of silence/;
const DROPPED = /\[SWR @ .*discarding (\d+) audio samples/;

/**
 * Starts ffmpeg on a file's first audio stream. It may open that file and nothing else: a playlist cannot make it
 * fetch from the network.
 *
 * @param file Path of the recording.
 * @param options `ffmpeg`: the executable. `hasTimes`: the file tells when each packet is heard, so that gaps become
 *   silence; of other files it takes times from the lengths of packets, and they are worth nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { runFfmpeg } from "#lib/audio/run_ffmpeg.ts";
 *
 * const run = runFfmpeg("a.m4a", { ffmpeg: "/nowhere/ffmpeg" });
 * assert.equal((await run.ended()).missing, true);
 * ```
 */
export function runFfmpeg(file: string, options: { ffmpeg: string; hasTimes?: boolean }): FfmpegRun {
  const input = [
    "-nostdin",
    "-nostats",
    "-v",
    "level+verbose",
    "-protocol_whitelist",
    "file,pipe",
    "-i",
    `file:${resolve(file)}`,
  ];
  const times = options.hasTimes ? ["-af", "aresample=async=1"] : [];
  const output = ["-map", "0:a:0", ...times, "-c:a", "pcm_f32le", "-bitexact", "-f", "wav", "pipe:1"];
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    options.ffmpeg,
    [...input, ...output],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let said = "";
  let [filled, dropped] = [0, 0];
  let line = "";
  const hear = (text: string) => {
    filled += Number(FILLED.exec(text)?.[1] ?? 0);
    dropped += Number(DROPPED.exec(text)?.[1] ?? 0);
    if (ERROR.test(text)) said = `${said}${text.replace(ERROR, "")}\n`.slice(0, SAID);
  };
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    const lines = (line + text).split("\n");
    line = lines.pop()!.slice(0, SAID);
    lines.forEach(hear);
  });
  const end = new Promise<FfmpegEnd>((settle) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      settle({
        status: null,
        said: error.message,
        missing: error.code === "ENOENT" || error.code === "EACCES",
        filled,
        dropped,
      });
    });
    child.on("close", (status) => {
      hear(line);
      settle({ status, said: said.trim(), missing: false, filled, dropped });
    });
  });
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      yield* child.stdout;
    } catch {
      // A stream that closes early is how it ends when ffmpeg is stopped or missing; `ended` tells.
      await end;
    }
  }
  return {
    pieces: pieces(),
    ended: () => end,
    stop: () => {
      if (child.exitCode === null) child.kill("SIGKILL");
    },
  };
}
