/** Where a {@linkcode SampleError} lies. */
export interface SampleErrorOptions extends ErrorOptions {
  /** The recording's file, or the shard. */
  readonly file: string;
  /** The sample's key in the shard, or the recording's id. */
  readonly key: string;
}

/**
 * A sample of a corpus that cannot be loaded: its file is missing or damaged, or a transform refused it. What was thrown is the `cause`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SampleError } from "#lib/corpus/loaders/sample_error.ts";
 *
 * const error = new SampleError("holds no samples", { file: "a.tar", key: "rec_0000" });
 * assert.equal(error.message, 'a.tar: sample "rec_0000": holds no samples');
 * ```
 */
export class SampleError extends Error {
  override readonly name = "SampleError";
  readonly file: string;
  readonly key: string;
  readonly fault: string;

  constructor(fault: string, options: SampleErrorOptions) {
    const { file, key, cause } = options;
    super(`${file}: sample ${JSON.stringify(key)}: ${fault}`, cause === undefined ? undefined : { cause });
    this.file = file;
    this.key = key;
    this.fault = fault;
  }
}

/**
 * What a sample's loading threw as a {@linkcode SampleError}, without the file in front, which it names itself. What is no error of the
 * sample is given back: an abort.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sampleError } from "#lib/corpus/loaders/sample_error.ts";
 *
 * const error = sampleError(new Error("a.wav: is empty"), { file: "a.wav", key: "a" });
 * assert.equal((error as Error).message, 'a.wav: sample "a": is empty');
 * ```
 */
export function sampleError(
  cause: unknown,
  { file, key }: { readonly file: string; readonly key: string },
): unknown {
  if (cause instanceof SampleError || !(cause instanceof Error) || cause.name === "AbortError") return cause;
  const { message } = cause;
  const fault = message.startsWith(`${file}:`) ? message.slice(file.length + 1).trimStart() : message;
  return new SampleError(fault, { file, key, cause });
}
