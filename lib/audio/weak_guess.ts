import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** A format that ffmpeg takes a file for without being sure. */
export interface WeakGuess {
  /** ffmpeg's name of it. */
  readonly format: string;
  /** Of 100; what a name's ending alone would be worth is 50. */
  readonly score: number;
}

const GUESS = /Format (\S+) (?:detected only with low score of |probed with size=\d+ and score=)(\d+)/;
/** Of less ffmpeg is not sure: formats without a header, which it knows by statistics, score 26 and 25. */
const SURE = 50;
/** Characters of stderr that are looked at; the guess comes before all that is said of the content. */
const SAID = 1 << 16;

/**
 * Whether the installed ffmpeg would only guess what a file is. It takes two in a hundred headerless recordings of quiet
 * noise for a game's sounds, and a little-endian AU for AMR, and gives noise.
 *
 * @returns Undefined where it is sure, knows of no format at all, or is not installed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { weakGuess } from "#lib/audio/weak_guess.ts";
 *
 * assert.equal(await weakGuess("a.pcm", { ffmpeg: "/nowhere/ffmpeg" }), undefined);
 * ```
 */
export async function weakGuess(file: string, options: { ffmpeg: string }): Promise<WeakGuess | undefined> {
  const input = [
    "-nostdin",
    "-v",
    "debug",
    "-protocol_whitelist",
    "file,pipe",
    "-i",
    `file:${resolve(file)}`,
  ];
  const child = spawn(options.ffmpeg, [...input, "-map", "0:a:0", "-t", "0", "-f", "null", "-"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => said = (said + text).slice(0, SAID));
  await new Promise<void>((settle) => {
    child.on("error", () => settle());
    child.on("close", () => settle());
  });
  const found = GUESS.exec(said);
  return found && Number(found[2]) < SURE ? { format: found[1], score: Number(found[2]) } : undefined;
}
