/**
 * An audio file that cannot be read: missing, not audio, of an unknown codec, damaged, without samples, or with
 * samples that are not numbers. `fault` says what is wrong and, where there is one, the cure; what the system itself
 * reported is the `cause`.
 *
 * What a decoder finds at open leads to the opinion of the next one, unless the fault is `final`: the file is missing,
 * empty or text, its rate is out of range, its samples might mean two things.
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
  /** No other decoder could change it. Default: false. */
  readonly isFinal: boolean;

  constructor(fault: string, options: { file: string; isFinal?: boolean } & ErrorOptions) {
    super(`${options.file}: ${fault}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.file = options.file;
    this.fault = fault;
    this.isFinal = options.isFinal ?? false;
  }
}
