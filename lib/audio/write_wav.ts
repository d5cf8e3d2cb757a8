import { writeBeside } from "#lib/arrays/write_beside.ts";
import { writeFully } from "#lib/arrays/write_fully.ts";
import { encodeWav, type WavOptions } from "./encode_wav.ts";

/**
 * Writes a WAV file, whole or not at all.
 *
 * @param samples One channel, or one array per channel, in [-1, 1].
 * @throws {RangeError} See {@linkcode encodeWav}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, readFile, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeWav } from "#lib/audio/write_wav.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * await writeWav(join(folder, "a.wav"), new Float32Array(100), { sampleRate: 8000, format: "s24" });
 * assert.equal((await readFile(join(folder, "a.wav"))).length, 344);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writeWav(
  path: string,
  samples: Float32Array | readonly Float32Array[],
  options: WavOptions,
): Promise<void> {
  const bytes = encodeWav(samples, options);
  await writeBeside(path, (handle) => writeFully(handle, bytes, 0));
}
