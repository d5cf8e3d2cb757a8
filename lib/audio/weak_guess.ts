import { spawn } from "node:child_process";
import { resolve } from "node:path";

/** A format that ffmpeg takes a file for without being sure. */
export interface WeakGuess {
  /** ffmpeg's name of it. */
  readonly format: string;
  /** Of 100; ffmpeg itself warns of 25 and less. */
  readonly score: number;
}

const WEAK = /Format (\S+) detected only with low score of (\d+)/;
/** Characters of stderr that are looked at; the guess is the first that it says. */
const SAID = 4000;

/**
 * Whether the installed ffmpeg would only guess what a file is. It takes two in a hundred headerless recordings of quiet
 * noise for a game's sounds, and gives noise.
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
    "warning",
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
  const found = WEAK.exec(said);
  return found ? { format: found[1], score: Number(found[2]) } : undefined;
}
