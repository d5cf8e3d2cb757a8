import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { resolve } from "node:path";
import { withResolvers } from "#lib/language/with_resolvers.ts";
import { FfmpegLog } from "./ffmpeg_log.ts";

/** A running ffmpeg that writes a WAV of 32-bit floats. */
export interface FfmpegRun {
  /** The WAV in pieces, as they come. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** What it tells of the file, as far as it came. */
  readonly log: FfmpegLog;
  /** Waits until something is true, which is asked whenever it tells more; or until it tells no more. */
  until(isTrue: () => boolean): Promise<void>;
  /** What it said on stderr and how it ended; waits for the end. `missing` when there is no such executable. */
  ended(): Promise<
    { readonly status: number | null; readonly said: readonly string[]; readonly missing: boolean }
  >;
  /** Ends it, if it still runs. */
  stop(): void;
}

/**
 * Starts ffmpeg on a file's first audio stream. It may open that file and nothing else: a playlist cannot make it
 * fetch from the network.
 *
 * @param file Path of the recording.
 * @param options `ffmpeg`: the executable; `isUnedited`: whether an MP4's list of edits is passed over; `isDamaged`: whether
 *   frames are to be looked for behind what is none, however far inside. Default: false. `delay`: samples at the start that are
 *   dropped; default: those that its decoder takes for an encoder's. `format`: ffmpeg's name of it; default: it finds out.
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
export function runFfmpeg(
  file: string,
  options: { ffmpeg: string; isUnedited?: boolean; isDamaged?: boolean; delay?: number; format?: string },
): FfmpegRun {
  const input = [
    "-nostdin",
    "-hide_banner",
    "-nostats",
    "-v",
    "repeat+level+info",
    // Without it, times of MPEG's streams begin with the sound, wherever that is in the file.
    "-copyts",
    "-protocol_whitelist",
    "file,pipe",
    // Decoders that know a checksum look at it where they are asked to: True Audio and AC-3 give noise else, and say nothing.
    "-err_detect",
    "crccheck",
    ...(options.isUnedited ? ["-ignore_editlist", "1"] : []),
    // Behind as many bytes it gives an ADTS file up at the first that is no frame; the default is 5 MB.
    ...(options.isDamaged ? ["-probesize", "1000000000000"] : []),
    ...(options.delay === undefined ? [] : ["-flags2", "+skip_manual"]),
    ...(options.format === undefined ? [] : ["-f", options.format]),
    "-i",
    `file:${resolve(file)}`,
  ];
  const output = [
    "-map",
    "0:a:0",
    "-af",
    `${options.delay === undefined ? "" : `atrim=start_sample=${options.delay},`}ashowinfo`,
    "-c:a",
    "pcm_f32le",
    "-bitexact",
    "-f",
    "wav",
    "pipe:1",
  ];
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    options.ffmpeg,
    [...input, ...output],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const log = new FfmpegLog();
  let hasTold = withResolvers<void>();
  let isSilent = false;
  const told = () => {
    hasTold.resolve();
    hasTold = withResolvers<void>();
  };
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    log.push(text);
    told();
  });
  const fallSilent = () => {
    isSilent = true;
    told();
  };
  child.stderr.on("end", fallSilent);
  child.stderr.on("close", fallSilent);
  child.on("error", fallSilent);
  const end = new Promise<{ status: number | null; said: readonly string[]; missing: boolean }>((settle) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      settle({
        status: null,
        said: [error.message],
        missing: error.code === "ENOENT" || error.code === "EACCES",
      });
    });
    child.on("close", (status) => settle({ status, said: log.said, missing: false }));
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
    log,
    until: async (isTrue) => {
      while (!isTrue() && !isSilent) await hasTold.promise;
    },
    ended: () => end,
    stop: () => {
      if (child.exitCode === null) child.kill("SIGKILL");
    },
  };
}
