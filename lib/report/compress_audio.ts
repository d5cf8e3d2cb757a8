import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import { once } from "node:events";

/** Settings of {@linkcode compressAudio}. */
export interface CompressAudioOptions {
  /** Hz of the samples. */
  readonly sampleRate: number;
  /** Bits per second. */
  readonly bitRate: number;
  /** The executable. @default {"ffmpeg"} */
  readonly ffmpeg?: string;
}

/**
 * Speech as Ogg Opus by the installed ffmpeg, through pipes.
 *
 * @param blocks One channel in consecutive blocks.
 * @returns The file's bytes; undefined where there is no ffmpeg, or one without Opus.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { compressAudio } from "#lib/report/compress_audio.ts";
 * const options = { sampleRate: 16000, bitRate: 16000, ffmpeg: "/nowhere/ffmpeg" };
 * assert.equal(await compressAudio((async function* () {})(), options), undefined);
 * ```
 */
export async function compressAudio(
  blocks: AsyncIterable<Float32Array<ArrayBuffer>>,
  options: CompressAudioOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { sampleRate, bitRate, ffmpeg = "ffmpeg" } = options;
  const child = spawn(ffmpeg, [
    ...["-nostdin", "-v", "error", "-f", "f32le", "-ar", `${sampleRate}`, "-ac", "1", "-i", "pipe:0"],
    ...["-c:a", "libopus", "-b:a", `${bitRate}`, "-vbr", "constrained", "-bitexact", "-f", "ogg", "pipe:1"],
  ], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise<number | null>((settle) => {
    child.on("error", () => settle(null));
    child.on("close", settle);
  });
  // An encoder that gives up closes its input, which is told here or by a write that throws; its status says the same.
  child.stdin.on("error", () => {});
  const pieces: Uint8Array[] = [];
  child.stdout.on("data", (piece: Uint8Array) => pieces.push(piece));
  try {
    for await (const block of blocks) {
      if (child.stdin.destroyed || child.exitCode !== null || child.pid === undefined) break;
      const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
      if (!child.stdin.write(bytes)) await Promise.race([once(child.stdin, "drain"), ended]);
    }
    if (!child.stdin.destroyed) child.stdin.end();
  } catch (error) {
    const isClosed = error instanceof Error && "code" in error && error.code === "EPIPE";
    if (!isClosed) {
      child.kill("SIGKILL");
      throw error;
    }
  }
  return await ended === 0 ? new Uint8Array(Buffer.concat(pieces)) : undefined;
}
