import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** What ffmpeg finds in a file before it decodes it. */
export interface FfmpegProbe {
  /** Tracks of sound. */
  readonly tracks: number;
  /** Where the file's own clock starts, in seconds; a transport stream's is anywhere. */
  readonly originSec: number;
  /** Seconds that the file's header tells of; undefined where none does, or pictures may be what is so long. */
  readonly announcedSec: number | undefined;
}

/** Characters of stderr that are looked at. */
const SAID = 1 << 18;

const seconds = (hours: string, minutes: string, rest: string) =>
  Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);

/**
 * Asks the installed ffmpeg how many tracks of sound a file has, where its clock starts, and how long its header
 * says that it is. It decodes one frame for that.
 *
 * @param options `ffmpeg`: the executable; `isUnedited`: whether an MP4's list of edits is passed over. Default: false.
 * @returns No tracks where it is not installed, or reads nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { probeFfmpeg } from "#lib/audio/probe_ffmpeg.ts";
 *
 * const probe = await probeFfmpeg("a.mka", { ffmpeg: "/nowhere/ffmpeg" });
 * assert.deepEqual(probe, { tracks: 0, originSec: 0, announcedSec: undefined });
 * ```
 */
export async function probeFfmpeg(
  file: string,
  options: { ffmpeg: string; isUnedited?: boolean },
): Promise<FfmpegProbe> {
  const input = [
    ..."-nostdin -hide_banner -nostats -v info -protocol_whitelist file,pipe".split(" "),
    ...(options.isUnedited ? ["-ignore_editlist", "1"] : []),
    "-i",
    `file:${resolve(file)}`,
  ];
  const output = "-map 0:a:0 -frames:a 1 -f null -".split(" ");
  const child = spawn(options.ffmpeg, [...input, ...output], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => said = (said + text).slice(0, SAID));
  await new Promise<void>((settle) => {
    child.on("error", () => settle());
    child.on("close", () => settle());
  });
  const described = said.split(/^(?:Stream mapping|Output #0)/m, 1)[0];
  const streams = described.match(/^ {2}Stream #0:\d+.*$/gm) ?? [];
  const tracks = streams.filter((line) => line.includes(": Audio: ")).length;
  const origin = /^ {2}Duration: .* start: (-?[\d.]+)/m.exec(described);
  const length = /^ {2}Duration: (\d+):(\d+):([\d.]+)/m.exec(described);
  const isGuess = streams.length > 1 || /Estimating duration/.test(described);
  return {
    tracks,
    originSec: Number(origin?.[1] ?? 0),
    announcedSec: length && !isGuess ? seconds(length[1], length[2], length[3]) : undefined,
  };
}
