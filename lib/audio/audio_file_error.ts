/**
 * An audio file that cannot be read: missing, not audio, of an unknown codec, damaged, without samples, or with
 * samples that are not numbers. `fault` says what is wrong and, where there is one, the cure; what the system itself
 * reported is the `cause`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { AudioFileError } from "#lib/audio/audio_file_error.ts";
 *
 * const error = new AudioFileError("holds no samples", { file: "a.wav" });
 * assert.equal(error.message, "a.wav: holds no samples");
 * assert.deepEqual([error.file, error.fault], ["a.wav", "holds no samples"]);
 * ```
 */
export class AudioFileError extends Error {
  override readonly name = "AudioFileError";
  /** The path as it was given. */
  readonly file: string;
  /** What is wrong, without the path. */
  readonly fault: string;

  constructor(fault: string, options: { file: string } & ErrorOptions) {
    super(`${options.file}: ${fault}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.file = options.file;
    this.fault = fault;
  }
}
